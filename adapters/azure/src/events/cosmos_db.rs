//! [Cosmos DB]'s change feed: the documents as they are now. It does not tell what they were
//! before, whether they are new, nor that one was deleted.
//!
//! [Cosmos DB]: https://learn.microsoft.com/azure/azure-functions/functions-bindings-cosmosdb-v2-trigger

use polyfn_core::{
    Attributes, Data, Delivery, DocumentChange, Error, Event, EventKind, Payload, Result, Timestamp,
};

use super::item::{Item, origin, source};
use super::json_value::Members;

pub(super) fn delivery(
    database: Option<&str>,
    container: Option<&str>,
    item: &Item<'_>,
) -> Result<Delivery> {
    let document = Members::read(&item.body);
    let document =
        document.map_err(|error| Error::bad_request(format!("it is no document: {error}")))?;
    let id = document.get("id").map(|id| id.text());
    let id = id.ok_or_else(|| Error::bad_request("the document has no `id`"))?;
    let data = Data::json(item.body.clone());
    let mut change = DocumentChange::new(container.unwrap_or_default(), id.as_str());
    let changed = document.get("_ts").and_then(|seconds| seconds.parsed());
    change.changed = changed.and_then(|seconds| Timestamp::from_second(seconds).ok());
    change.new = Some(data.clone());

    // Another change of the same document has another tag.
    let version = document.get("_etag").or_else(|| document.get("_ts"));
    let event_id = match version {
        Some(version) => format!("{id}@{}", version.text().trim_matches('"')),
        None => item.fallback_id(),
    };
    let source = source(&[("databases", database), ("containers", container)]);
    let mut attributes = Attributes::new(
        event_id,
        source,
        "com.microsoft.azure.cosmosdb.document.changed",
    );
    attributes.subject = Some(id.clone());
    attributes.time = change.changed;
    attributes.datacontenttype = data.content_type().map(str::to_owned);
    let event = Event::new(
        attributes,
        Payload::DocumentChange(change),
        item.context(None),
    );
    Ok(
        Delivery::new(event, origin(EventKind::DocumentChanged, [container]))
            .with_raw(data)
            .in_sequence(id),
    )
}
