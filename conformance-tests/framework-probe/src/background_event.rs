//! Events as background functions get them, whether they come as such or as CloudEvents.
//!
//! polyfn has no such functions: this one shows that the platform's own value has all that they
//! need. What a CloudEvent is as a background event the client's examples say.

use polyfn::{Error, Event, Result};
use polyfn_gcp::GoogleEvent;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

/// The types of the client's events, and those of the CloudEvents that they are.
const TYPES: [(&str, &str); 8] = [
    (
        "google.pubsub.topic.publish",
        "google.cloud.pubsub.topic.v1.messagePublished",
    ),
    (
        "google.storage.object.finalize",
        "google.cloud.storage.object.v1.finalized",
    ),
    (
        "providers/cloud.firestore/eventTypes/document.write",
        "google.cloud.firestore.document.v1.written",
    ),
    (
        "providers/firebase.auth/eventTypes/user.create",
        "google.firebase.auth.user.v1.created",
    ),
    (
        "providers/google.firebase.database/eventTypes/ref.create",
        "google.firebase.database.ref.v1.created",
    ),
    (
        "providers/google.firebase.database/eventTypes/ref.write",
        "google.firebase.database.ref.v1.written",
    ),
    (
        "providers/google.firebase.database/eventTypes/ref.update",
        "google.firebase.database.ref.v1.updated",
    ),
    (
        "providers/google.firebase.database/eventTypes/ref.delete",
        "google.firebase.database.ref.v1.deleted",
    ),
];

/// The data, and the context beside them.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct BackgroundEvent {
    data: Value,
    context: Context,
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct Context {
    event_id: String,
    timestamp: String,
    event_type: String,
    resource: Value,
}

/// How they come: with the context in a member of its own, or at the root.
#[derive(Deserialize)]
#[serde(untagged)]
enum Sent {
    Apart {
        data: Value,
        context: Context,
    },
    AtRoot {
        data: Value,
        #[serde(flatten)]
        context: Context,
    },
}

impl BackgroundEvent {
    pub(crate) fn of(event: &Event<Box<RawValue>>) -> Result<Self> {
        let google = event.native::<GoogleEvent>();
        let sent = google.and_then(|google| serde_json::from_slice(&google.body).ok());
        match sent {
            Some(Sent::Apart { data, context } | Sent::AtRoot { data, context }) => {
                Ok(Self { data, context })
            }
            None => Self::of_cloud_event(event),
        }
    }

    fn of_cloud_event(event: &Event<Box<RawValue>>) -> Result<Self> {
        let known = TYPES.iter().find(|(_, known)| *known == event.event_type());
        let (event_type, _) = known.ok_or_else(|| unknown("type", event.event_type()))?;
        let source = event.source().strip_prefix("//");
        let source = source.and_then(|source| source.split_once('/'));
        let (service, name) = source.ok_or_else(|| unknown("source", event.source()))?;
        let subject = event.subject().unwrap_or_default();
        let mut data: Value = serde_json::from_str(event.data.get())?;
        let resource = match service {
            "pubsub.googleapis.com" => {
                data = take(&mut data, "message");
                take(&mut data, "messageId");
                take(&mut data, "publishTime");
                let kind = "type.googleapis.com/google.pubsub.v1.PubsubMessage";
                json!({"service": service, "name": name, "type": kind})
            }
            "storage.googleapis.com" => {
                let name = format!("{name}/{subject}");
                json!({"service": service, "name": name, "type": "storage#object"})
            }
            "firebasedatabase.googleapis.com" => {
                let (_, instance) = name
                    .split_once("/instances/")
                    .ok_or_else(|| unknown("source", name))?;
                format!("projects/_/instances/{instance}/{subject}").into()
            }
            "firebaseauth.googleapis.com" => {
                if let Some(Value::Object(metadata)) = data.get_mut("metadata") {
                    rename(metadata, "createTime", "createdAt");
                    rename(metadata, "lastSignInTime", "lastSignedInAt");
                }
                name.into()
            }
            _ => format!("{name}/{subject}").into(),
        };
        Ok(Self {
            data,
            context: Context {
                event_id: event.id().to_owned(),
                timestamp: event.time().map(|t| t.to_string()).unwrap_or_default(),
                event_type: (*event_type).to_owned(),
                resource,
            },
        })
    }
}

/// The member of an object, which is there no more.
fn take(object: &mut Value, name: &str) -> Value {
    let members = object.as_object_mut();
    members
        .and_then(|members| members.remove(name))
        .unwrap_or_default()
}

fn rename(object: &mut Map<String, Value>, old: &str, new: &str) {
    if let Some(value) = object.remove(old) {
        object.insert(new.to_owned(), value);
    }
}

fn unknown(attribute: &str, value: &str) -> Error {
    Error::unprocessable(format!("the client has no {attribute} {value:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use polyfn::{Attributes, Context as Invocation, Target, cloudevents, event};

    /// What the function gets of the client's request.
    async fn got(headers: &http::HeaderMap, body: Value) -> Value {
        let (sender, mut receiver) = tokio::sync::mpsc::channel(1);
        let app = polyfn::App::new().on("f", event("any"), move |event: Event<Box<RawValue>>| {
            let sender = sender.clone();
            async move {
                let event = serde_json::to_value(BackgroundEvent::of(&event)?)?;
                sender.try_send(event).map_err(Error::internal)
            }
        });
        let service = app.into_service().unwrap().alone("f").unwrap();
        let context = Invocation::new(Target::Gcp, "test");
        let body = body.to_string().into();
        let decoded = polyfn_gcp::decode(headers, &body, &context).unwrap();
        let deliveries = decoded.unwrap().deliveries;
        let outcomes = service
            .deliver(&context, deliveries, std::future::pending())
            .await;
        assert!(outcomes[0].is_done(), "{outcomes:?}");
        receiver.try_recv().unwrap()
    }

    fn storage() -> (Value, Value) {
        let context = json!({
            "eventId": "1",
            "timestamp": "2020-09-29T11:32:00.123Z",
            "eventType": "google.storage.object.finalize",
            "resource": {
                "service": "storage.googleapis.com",
                "name": "projects/_/buckets/b/objects/k",
                "type": "storage#object",
            },
        });
        (context, json!({"bucket": "b", "name": "k"}))
    }

    #[tokio::test]
    async fn a_background_event_is_what_was_sent() {
        let (context, data) = storage();
        let event = json!({"context": context, "data": data});
        assert_eq!(got(&http::HeaderMap::new(), event.clone()).await, event);
    }

    #[tokio::test]
    async fn a_cloud_event_is_the_background_event_of_its_type() {
        let (context, data) = storage();
        let source = "//storage.googleapis.com/projects/_/buckets/b";
        let event_type = "google.cloud.storage.object.v1.finalized";
        let mut attributes = Attributes::new("1", source, event_type);
        attributes.subject = Some("objects/k".to_owned());
        attributes.time = "2020-09-29T11:32:00.123Z".parse().ok();
        let event = cloudevents::CloudEvent::new(attributes, polyfn::Data::json(data.to_string()));
        let (headers, _) = cloudevents::to_message(&event).unwrap();
        let expected = json!({"context": context, "data": data});
        assert_eq!(got(&headers, data).await, expected);
    }
}
