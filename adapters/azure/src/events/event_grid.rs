//! [Event Grid]: events in one of two schemas, which the subscription chooses and the event tells.
//!
//! [Event Grid]: https://learn.microsoft.com/azure/azure-functions/functions-bindings-event-grid-trigger

use polyfn_core::cloudevents::{self, CloudEvent};
use polyfn_core::{
    Attributes, Data, Delivery, Error, Event, EventKind, ObjectCreated, ObjectDeleted, Origin,
    Payload, Result,
};

use super::item::{self, Item};
use super::json_value::Members;

pub(super) fn delivery(item: &Item<'_>) -> Result<Delivery> {
    let members = Members::read(&item.body);
    let members =
        members.map_err(|error| Error::bad_request(format!("it is no event: {error}")))?;
    let CloudEvent {
        attributes, data, ..
    } = if members.has("specversion") {
        cloudevents::from_json(&item.body).map_err(|error| Error::bad_request(error.to_string()))?
    } else {
        event_grid_event(&members)?
    };
    let (payload, origin) = match stored(&attributes, &data) {
        Some(stored) => stored,
        None => {
            let payload = Payload::Custom(data.clone());
            (payload, Origin::new([EventKind::Event]))
        }
    };
    let event = Event::new(attributes, payload, item.context(None));
    Ok(Delivery::new(event, origin).with_raw(data))
}

/// The [Event Grid schema](https://learn.microsoft.com/azure/event-grid/event-schema).
fn event_grid_event(event: &Members) -> Result<CloudEvent> {
    let text = |name: &str| event.get(name).map(|value| value.text());
    let wanted = |name: &str| {
        let missing = || Error::bad_request(format!("the event has no `{name}`"));
        text(name)
            .filter(|text| !text.is_empty())
            .ok_or_else(missing)
    };
    let (id, event_type) = (wanted("id")?, wanted("eventType")?);
    // Event Grid adds it; who publishes need not tell it.
    let source = text("topic").filter(|topic| !topic.is_empty());
    let source = source.unwrap_or_else(|| item::source(&[("eventgrid", None)]));
    let mut attributes = Attributes::new(id, source, event_type);
    attributes.subject = text("subject").filter(|subject| !subject.is_empty());
    attributes.time = event.get("eventTime").and_then(|time| time.time());
    let version = text("dataVersion").filter(|version| !version.is_empty());
    let version = version.map(|version| ("dataversion".to_owned(), version.into()));
    attributes.extensions.extend(version);
    let data = event.get("data");
    let data = data.map_or_else(Data::none, |data| Data::json(data.as_json().to_owned()));
    Ok(CloudEvent::new(attributes, data))
}

/// What Blob Storage's [own events](https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage)
/// are about.
fn stored(attributes: &Attributes, data: &Data) -> Option<(Payload, Origin)> {
    const CREATED: &str = "Microsoft.Storage.BlobCreated";
    const DELETED: &str = "Microsoft.Storage.BlobDeleted";
    let event_type = attributes.event_type.as_str();
    if ![CREATED, DELETED].contains(&event_type) {
        return None;
    }
    let (container, key) = container_and_key(attributes.subject.as_deref()?)?;
    let data = Members::read(data.bytes()).ok();
    let told = |name: &str| data.as_ref()?.get(name);
    macro_rules! object {
        ($object:ident) => {{
            let mut object = $object::new(container, key);
            object.size = told("contentLength").and_then(|length| length.parsed());
            object.etag = told("eTag").map(|tag| tag.text().trim_matches('"').to_owned());
            object.content_type = told("contentType").map(|kind| kind.text());
            object.version = told("versionId").map(|version| version.text());
            let origin = Origin::new([EventKind::$object]).named(container);
            Some((Payload::$object(object), origin))
        }};
    }
    if event_type == CREATED {
        object!(ObjectCreated)
    } else {
        object!(ObjectDeleted)
    }
}

/// `/blobServices/default/containers/CONTAINER/blobs/KEY`, where the key is not encoded.
fn container_and_key(subject: &str) -> Option<(&str, &str)> {
    let rest = subject.strip_prefix("/blobServices/default/containers/")?;
    let (container, rest) = rest.split_once('/')?;
    Some((container, rest.strip_prefix("blobs/")?))
}
