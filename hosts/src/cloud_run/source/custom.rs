//! Events of an application's own, and Cloud Audit Logs, whose data nobody models.

use serde_json::Value;

use super::PROJECT;
use super::cloudevent::{CloudEvent, Data};
use super::occasion::Occasion;
use super::push::Push;
use crate::Error;
use crate::event::{Content, Custom};

/// The event as its sender made it. Empty text of no stated type stands for no data.
pub(super) fn event(custom: &Custom, occasion: &Occasion<'_>) -> CloudEvent {
    let absent = custom.content_type.is_none() && custom.data == Content::default();
    CloudEvent {
        id: occasion.id.clone(),
        source: custom.source.clone(),
        event_type: custom.event_type.clone(),
        subject: custom.subject.clone(),
        time: custom.time.clone(),
        dataschema: custom.dataschema.clone(),
        extensions: custom.extensions.clone(),
        data: (!absent).then(|| data(custom)),
    }
}

/// Eventarc knows the time of every event.
pub(super) fn eventarc(custom: &Custom, occasion: &Occasion<'_>) -> Result<Push, Error> {
    let event = CloudEvent {
        time: Some(occasion.time.clone()),
        ..event(custom, occasion)
    };
    Ok(event.binary()?.by_pubsub())
}

/// `google.events.cloud.audit.v1.LogEntryData`. What the event does not say, the entry does: the
/// source is the log, the subject the service and its resource, and so are the extensions
/// (<https://cloud.google.com/eventarc/docs/cloudevents>).
pub(super) fn audit_log(custom: &Custom, occasion: &Occasion<'_>) -> Result<Push, Error> {
    let entry: Value = serde_json::from_slice(&custom.data.bytes()).unwrap_or_default();
    let of = |name: &str| entry["protoPayload"][name].as_str();
    let mut event = CloudEvent {
        event_type: "google.cloud.audit.log.v1.written".to_owned(),
        time: Some(occasion.time.clone()),
        data: Some(data(custom)),
        ..event(custom, occasion)
    };
    if event.source.is_empty() {
        event.source = format!("//cloudaudit.googleapis.com/projects/{PROJECT}/logs/activity");
    }
    if let (None, Some(service), Some(resource)) =
        (&event.subject, of("serviceName"), of("resourceName"))
    {
        event.subject = Some(format!("{service}/{resource}"));
    }
    for name in ["serviceName", "methodName", "resourceName"] {
        if let Some(value) = of(name) {
            let extension = event.extensions.entry(name.to_ascii_lowercase());
            extension.or_insert_with(|| value.to_owned());
        }
    }
    Ok(event.binary()?.by_pubsub())
}

fn data(custom: &Custom) -> Data {
    let content_type = custom.content_type.as_deref();
    Data {
        content_type: content_type
            .unwrap_or(custom.data.content_type())
            .to_owned(),
        bytes: custom.data.bytes(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event::Happening;

    fn custom(data: Content) -> Custom {
        Custom {
            event_type: "com.example.paid".to_owned(),
            source: "/shop".to_owned(),
            id: Some("1".to_owned()),
            extensions: [("tenant".to_owned(), "é".to_owned())].into(),
            data,
            ..Custom::default()
        }
    }

    #[test]
    fn an_event_is_what_its_sender_made_it() {
        let custom = custom(Content::Json(json!({"a": 1})));
        let happening = Happening::Custom(custom.clone());
        let push = event(&custom, &Occasion::of(&happening)).binary().unwrap();
        let expected = [
            ("ce-type", "com.example.paid"),
            ("ce-source", "/shop"),
            ("ce-id", "1"),
            ("ce-tenant", "%C3%A9"),
            ("content-type", "application/json"),
        ];
        for (name, value) in expected {
            assert_eq!(push.headers[name], value, "{name}");
        }
        assert!(!push.headers.contains_key("ce-time"));
        let push = eventarc(&custom, &Occasion::of(&happening)).unwrap();
        assert!(push.headers.contains_key("ce-time"), "Eventarc adds it");
    }

    #[test]
    fn an_event_may_have_no_data() {
        let custom = custom(Content::default());
        let happening = Happening::Custom(custom.clone());
        let push = event(&custom, &Occasion::of(&happening)).binary().unwrap();
        assert!(!push.headers.contains_key("content-type") && push.body.is_empty());
    }

    #[test]
    fn an_audit_log_entry_describes_itself() {
        let entry = json!({"protoPayload": {
            "serviceName": "storage.googleapis.com",
            "methodName": "storage.objects.create",
            "resourceName": "projects/_/buckets/b/objects/o",
        }});
        let custom = Custom {
            data: Content::Json(entry),
            ..Custom::default()
        };
        let happening = Happening::Custom(custom.clone());
        let push = audit_log(&custom, &Occasion::of(&happening)).unwrap();
        let expected = [
            ("ce-type", "google.cloud.audit.log.v1.written"),
            (
                "ce-source",
                "//cloudaudit.googleapis.com/projects/my-project/logs/activity",
            ),
            (
                "ce-subject",
                "storage.googleapis.com/projects/_/buckets/b/objects/o",
            ),
            ("ce-servicename", "storage.googleapis.com"),
            ("ce-methodname", "storage.objects.create"),
            ("ce-resourcename", "projects/_/buckets/b/objects/o"),
        ];
        for (name, value) in expected {
            assert_eq!(push.headers[name], value, "{name}");
        }
    }
}
