//! Events for functions on this machine, written as a person would write them.

use std::sync::atomic::{AtomicUsize, Ordering};

use polyfn_hosts::event::{Happening, Message, Record};
use serde_json::{Map, Value};

use crate::event::bare_payload::payload;
use crate::http::Request;

/// The form in which an event is posted to a function on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LocalForm {
    /// A CloudEvent in structured mode, whose data are the payload.
    CloudEvent,
    /// As many as the case wants at once, in batched mode.
    CloudEvents,
    /// The payload alone.
    Bare,
}

impl LocalForm {
    /// Every form.
    pub const ALL: [Self; 3] = [Self::CloudEvent, Self::CloudEvents, Self::Bare];

    /// The name that reports use.
    pub fn name(self) -> &'static str {
        match self {
            Self::CloudEvent => "cloudevent",
            Self::CloudEvents => "cloudevents",
            Self::Bare => "bare",
        }
    }

    /// Whether the form can tell all that the happening says. A payload alone has no attributes;
    /// those of CloudEvents have names of lower-case letters and digits.
    pub(super) fn takes(self, happening: &Happening) -> bool {
        let is_bare = self == Self::Bare;
        match happening {
            Happening::Message(message) if is_bare => {
                message.attributes.is_empty() && message.group.is_none() && message.sent.is_none()
            }
            Happening::Record(record) if is_bare => {
                record.attributes.is_empty() && record.partition_key.is_none()
            }
            Happening::ObjectCreated(object) | Happening::ObjectDeleted(object) if is_bare => {
                object.time.is_none()
            }
            Happening::Custom(custom) if is_bare => {
                custom.id.is_none()
                    && custom.subject.is_none()
                    && custom.time.is_none()
                    && custom.dataschema.is_none()
                    && custom.extensions.is_empty()
            }
            Happening::Message(message) => message.attributes.keys().all(|name| is_name(name)),
            Happening::Record(record) => record.attributes.keys().all(|name| is_name(name)),
            _ => true,
        }
    }

    /// The requests that tell `function` of the happenings, each with how many it tells of.
    pub(super) fn requests(
        self,
        function: &str,
        happenings: &[Happening],
        batch_size: usize,
    ) -> Vec<(usize, Request)> {
        let size = match self {
            Self::CloudEvents => batch_size.max(1),
            Self::CloudEvent | Self::Bare => 1,
        };
        let target = format!("/_polyfn/{function}");
        let requests = happenings.chunks(size).map(|chunk| {
            let (content_type, body) = match (self, chunk) {
                (Self::Bare, [happening]) => payload(happening),
                (Self::CloudEvent, [happening]) => (
                    "application/cloudevents+json".to_owned(),
                    cloud_event(happening).into_bytes(),
                ),
                _ => {
                    let events: Vec<_> = chunk.iter().map(cloud_event).collect();
                    let events = events.join(",");
                    (
                        "application/cloudevents-batch+json".to_owned(),
                        format!("[{events}]").into_bytes(),
                    )
                }
            };
            let request = Request {
                method: "POST".to_owned(),
                target: target.clone(),
                headers: vec![("content-type".to_owned(), content_type.into_bytes())],
                body: Some(body.into()),
                chunked: false,
            };
            (chunk.len(), request)
        });
        requests.collect()
    }
}

/// One that no other event of this run has.
fn made_up_id() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("made-up-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#attribute-naming-convention>
fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    !name.is_empty() && name.chars().all(allowed)
}

/// As JSON text, so that numbers keep their digits.
fn cloud_event(happening: &Happening) -> String {
    let mut members = attributes(happening);
    let (content_type, payload) = payload(happening);
    members.insert("datacontenttype".to_owned(), content_type.as_str().into());
    let is_json =
        content_type.contains("json") && serde_json::from_slice::<Value>(&payload).is_ok();
    let (name, data) = match String::from_utf8(payload) {
        Ok(text) if is_json => ("data", text),
        Ok(text) => ("data", Value::from(text).to_string()),
        Err(bytes) => {
            let base64 = base64_simd::STANDARD.encode_to_string(bytes.as_bytes());
            ("data_base64", Value::from(base64).to_string())
        }
    };
    let attributes = Value::Object(members).to_string();
    let attributes = attributes.strip_suffix('}').unwrap_or(&attributes);
    format!("{attributes},\"{name}\":{data}}}")
}

fn attributes(happening: &Happening) -> Map<String, Value> {
    let (kind, id, time) = match happening {
        Happening::ObjectCreated(object) => ("object_created", None, &object.time),
        Happening::ObjectDeleted(object) => ("object_deleted", None, &object.time),
        Happening::Message(message) => ("message", message.id.as_ref(), &message.sent),
        Happening::Record(record) => ("record", record.sequence_number.as_ref(), &record.written),
        Happening::DocumentChange(change) => ("document_changed", None, &change.time),
        Happening::Custom(custom) => (custom.event_type.as_str(), custom.id.as_ref(), &custom.time),
        Happening::Schedule(tick) => ("schedule", None, &tick.due),
        _ => ("unknown", None, &None),
    };
    let mut members = Map::new();
    match happening {
        Happening::Message(Message {
            attributes, group, ..
        })
        | Happening::Record(Record {
            attributes,
            partition_key: group,
            ..
        }) => {
            let told = attributes.iter();
            members.extend(told.map(|(name, value)| (name.clone(), value.as_str().into())));
            if let Some(group) = group {
                members.insert("partitionkey".to_owned(), group.as_str().into());
            }
        }
        Happening::Custom(custom) => {
            let told = custom.extensions.iter();
            members.extend(told.map(|(name, value)| (name.clone(), value.as_str().into())));
            let optional = [
                ("subject", &custom.subject),
                ("dataschema", &custom.dataschema),
            ];
            for (name, value) in optional {
                if let Some(value) = value {
                    members.insert(name.to_owned(), value.as_str().into());
                }
            }
        }
        _ => {}
    }
    let source = match happening {
        Happening::Custom(custom) => custom.source.as_str(),
        _ => "/conformance",
    };
    let id = id.cloned().unwrap_or_else(made_up_id);
    let required = [
        ("specversion", "1.0"),
        ("id", &id),
        ("source", source),
        ("type", kind),
    ];
    members.extend(required.map(|(name, value)| (name.to_owned(), value.into())));
    if let Some(time) = time {
        members.insert("time".to_owned(), time.as_str().into());
    }
    members
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn happening(value: Value) -> Happening {
        serde_json::from_value(value).unwrap()
    }

    fn body(form: LocalForm, happenings: &[Happening]) -> Value {
        let (_, request) = form.requests("f", happenings, 10).remove(0);
        serde_json::from_slice(&request.body.unwrap()).unwrap()
    }

    #[test]
    fn a_cloudevent_has_attributes_and_the_payload() {
        let sent = happening(json!({
            "kind": "message", "id": "m", "group": "g", "body": {"text": "a}"},
            "attributes": {"tenant": "blue"}, "sent": "2026-01-02T03:04:05Z",
        }));
        let expected = json!({
            "specversion": "1.0", "id": "m", "source": "/conformance", "type": "message",
            "time": "2026-01-02T03:04:05Z", "tenant": "blue", "partitionkey": "g",
            "datacontenttype": "text/plain; charset=utf-8", "data": "a}",
        });
        assert_eq!(
            body(LocalForm::CloudEvent, std::slice::from_ref(&sent)),
            expected
        );
        assert_eq!(
            body(LocalForm::CloudEvents, &[sent.clone(), sent])[1],
            expected
        );
    }

    #[test]
    fn bytes_travel_as_base64_and_numbers_keep_their_digits() {
        let bytes = happening(json!({"kind": "message", "body": {"base64": "AP8="}}));
        assert_eq!(body(LocalForm::CloudEvent, &[bytes])["data_base64"], "AP8=");
        let change = happening(json!({
            "kind": "document-change", "collection": "c", "id": "1",
            "new": {"n": {"$number": "123456789012345678901234567890"}, "s": {"$set": [1]}},
        }));
        let (_, request) = LocalForm::CloudEvent.requests("f", &[change], 1).remove(0);
        let text = String::from_utf8(request.body.unwrap().to_vec()).unwrap();
        let expected = r#""new":{"n":123456789012345678901234567890,"s":[1]}"#;
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn a_form_takes_only_what_it_can_tell() {
        let with_attribute =
            |name: &str| happening(json!({"kind": "message", "attributes": {name: "1"}}));
        assert!(LocalForm::CloudEvent.takes(&with_attribute("tenant")));
        assert!(!LocalForm::CloudEvent.takes(&with_attribute("Content-Type")));
        assert!(!LocalForm::Bare.takes(&with_attribute("tenant")));
        assert!(LocalForm::Bare.takes(&happening(json!({"kind": "message"}))));
    }
}
