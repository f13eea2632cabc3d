//! Pub/Sub: one published message in each of the envelopes that it comes in.
//!
//! Push as in <https://cloud.google.com/pubsub/docs/push#receive_push>, without the wrapper as in
//! <https://cloud.google.com/pubsub/docs/payload-unwrapping>, by Eventarc as
//! `google.events.cloud.pubsub.v1.MessagePublishedData`. The delivery attempt is told because
//! there is always a dead-letter topic here.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use serde_json::{Value, json};

use super::PROJECT;
use super::cloudevent::{CloudEvent, Data};
use super::occasion::Occasion;
use super::push::Push;
use crate::event::{Message, Record};
use crate::{Error, base64, hop_by_hop};

const TYPE_URL: &str = "type.googleapis.com/google.pubsub.v1.PubsubMessage";

/// A message of a topic.
#[derive(Debug)]
pub(super) struct Published {
    pub(super) topic: String,
    pub(super) id: String,
    pub(super) time: String,
    pub(super) data: Bytes,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) ordering_key: Option<String>,
}

pub(super) fn message(message: &Message, occasion: &Occasion<'_>) -> Published {
    Published {
        topic: message.channel.clone(),
        id: occasion.id.clone(),
        time: occasion.time.clone(),
        data: message.body.bytes(),
        attributes: message.attributes.clone(),
        ordering_key: message.group.clone(),
    }
}

pub(super) fn record(record: &Record, occasion: &Occasion<'_>) -> Published {
    Published {
        topic: record.stream.clone(),
        id: occasion.id.clone(),
        time: occasion.time.clone(),
        data: record.body.bytes(),
        attributes: record.attributes.clone(),
        ordering_key: record.partition_key.clone(),
    }
}

impl Published {
    /// Wrapped in JSON, without Eventarc.
    pub(super) fn push(&self, attempt: u32) -> Push {
        let subscription = format!("{}-push", self.topic);
        Push::json("application/json", &self.wrapped(&subscription, attempt)).by_pubsub()
    }

    /// A binary CloudEvent.
    pub(super) fn eventarc(&self, attempt: u32) -> Result<Push, Error> {
        let subscription = format!("eventarc-us-central1-{}-sub-000", self.topic);
        let event = CloudEvent {
            id: self.id.clone(),
            source: format!("//pubsub.googleapis.com/{}", self.topic_name()),
            event_type: "google.cloud.pubsub.topic.v1.messagePublished".to_owned(),
            time: Some(self.time.clone()),
            data: Some(Data::json(&self.wrapped(&subscription, attempt))),
            ..CloudEvent::default()
        };
        Ok(event.binary()?.by_pubsub())
    }

    /// The data alone, with "write metadata". An attribute that is no header is left out, and so
    /// is one that would say something about the connection.
    pub(super) fn unwrapped(&self) -> Result<Push, Error> {
        let mut push = Push::new(self.data.clone()).by_pubsub();
        for (name, value) in &self.attributes {
            let is_the_connections = hop_by_hop::is_hop_by_hop(name)
                || ["content-length", "host"].contains(&name.to_ascii_lowercase().as_str());
            let name = HeaderName::from_bytes(name.as_bytes());
            if let (Ok(name), Ok(value), false) =
                (name, HeaderValue::from_str(value), is_the_connections)
            {
                push.headers.insert(name, value);
            }
        }
        let subscription = format!("projects/{PROJECT}/subscriptions/{}-push", self.topic);
        push = push
            .header("x-goog-pubsub-subscription-name", &subscription)?
            .header("x-goog-pubsub-message-id", &self.id)?
            .header("x-goog-pubsub-publish-time", &self.time)?;
        match &self.ordering_key {
            Some(key) => push.header("x-goog-pubsub-ordering-key", key),
            None => Ok(push),
        }
    }

    /// A background event.
    pub(super) fn legacy(&self) -> Push {
        let mut data = json!({"@type": TYPE_URL, "data": base64::encode(&self.data)});
        if !self.attributes.is_empty() {
            data["attributes"] = json!(self.attributes);
        }
        let event = json!({
            "context": {
                "eventId": self.id,
                "timestamp": self.time,
                "eventType": "google.pubsub.topic.publish",
                "resource": {
                    "service": "pubsub.googleapis.com",
                    "name": self.topic_name(),
                    "type": TYPE_URL,
                },
            },
            "data": data,
        });
        Push::json("application/json", &event)
    }

    /// Both spellings of each name are on the wire. A message without data has the empty text,
    /// one without attributes or ordering key has no such member.
    fn wrapped(&self, subscription: &str, attempt: u32) -> Value {
        let mut message = json!({
            "data": base64::encode(&self.data),
            "messageId": self.id,
            "message_id": self.id,
            "publishTime": self.time,
            "publish_time": self.time,
        });
        if !self.attributes.is_empty() {
            message["attributes"] = json!(self.attributes);
        }
        if let Some(key) = &self.ordering_key {
            message["orderingKey"] = json!(key);
        }
        json!({
            "message": message,
            "subscription": format!("projects/{PROJECT}/subscriptions/{subscription}"),
            "deliveryAttempt": attempt,
        })
    }

    fn topic_name(&self) -> String {
        format!("projects/{PROJECT}/topics/{}", self.topic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn published() -> Published {
        Published {
            topic: "orders".to_owned(),
            id: "2070443601311540".to_owned(),
            time: "2021-02-26T19:13:55.749Z".to_owned(),
            data: Bytes::from_static(b"Hello"),
            attributes: BTreeMap::from([("key".to_owned(), "value".to_owned())]),
            ordering_key: Some("customer-1".to_owned()),
        }
    }

    fn body(push: &Push) -> Value {
        serde_json::from_slice(&push.body).unwrap()
    }

    #[test]
    fn a_push_is_what_the_documentation_shows() {
        let push = published().push(5);
        assert_eq!(push.headers["content-type"], "application/json");
        assert_eq!(
            body(&push),
            json!({
                "deliveryAttempt": 5,
                "message": {
                    "attributes": {"key": "value"},
                    "data": "SGVsbG8=",
                    "messageId": "2070443601311540",
                    "message_id": "2070443601311540",
                    "orderingKey": "customer-1",
                    "publishTime": "2021-02-26T19:13:55.749Z",
                    "publish_time": "2021-02-26T19:13:55.749Z",
                },
                "subscription": "projects/my-project/subscriptions/orders-push",
            })
        );
    }

    #[test]
    fn what_a_message_has_not_is_not_there() {
        let bare = Published {
            data: Bytes::new(),
            attributes: BTreeMap::new(),
            ordering_key: None,
            ..published()
        };
        let message = &body(&bare.push(1))["message"];
        assert_eq!(message["data"], "");
        assert!(message.get("attributes").is_none() && message.get("orderingKey").is_none());
        assert!(body(&bare.legacy())["data"].get("attributes").is_none());
    }

    #[test]
    fn eventarc_wraps_the_same_body_in_a_cloudevent() {
        let push = published().eventarc(2).unwrap();
        let expected = [
            ("ce-id", "2070443601311540"),
            ("ce-type", "google.cloud.pubsub.topic.v1.messagePublished"),
            (
                "ce-source",
                "//pubsub.googleapis.com/projects/my-project/topics/orders",
            ),
            ("ce-time", "2021-02-26T19:13:55.749Z"),
            ("content-type", "application/json"),
        ];
        for (name, value) in expected {
            assert_eq!(push.headers[name], value, "{name}");
        }
        assert_eq!(body(&push)["message"]["data"], "SGVsbG8=");
        assert_eq!(body(&push)["deliveryAttempt"], 2);
    }

    #[test]
    fn unwrapped_metadata_and_attributes_are_headers() {
        let mut message = published();
        let more = [
            ("Content-Type", "text/x"),
            ("content-length", "9"),
            ("no header", "1"),
            ("X-Goog-Pubsub-Message-Id", "forged"),
        ];
        let more = more.map(|(name, value)| (name.to_owned(), value.to_owned()));
        message.attributes.extend(more);
        let push = message.unwrapped().unwrap();
        let expected = [
            (
                "x-goog-pubsub-subscription-name",
                "projects/my-project/subscriptions/orders-push",
            ),
            ("x-goog-pubsub-message-id", "2070443601311540"),
            ("x-goog-pubsub-publish-time", "2021-02-26T19:13:55.749Z"),
            ("x-goog-pubsub-ordering-key", "customer-1"),
            ("key", "value"),
            ("content-type", "text/x"),
        ];
        for (name, value) in expected {
            assert_eq!(push.headers[name], value, "{name}");
        }
        assert!(!push.headers.contains_key("content-length"));
        assert_eq!(push.body, "Hello");
    }

    #[test]
    fn a_legacy_event_is_what_the_conformance_tests_send() {
        assert_eq!(
            body(&published().legacy()),
            json!({
                "context": {
                    "eventId": "2070443601311540",
                    "timestamp": "2021-02-26T19:13:55.749Z",
                    "eventType": "google.pubsub.topic.publish",
                    "resource": {
                        "service": "pubsub.googleapis.com",
                        "name": "projects/my-project/topics/orders",
                        "type": "type.googleapis.com/google.pubsub.v1.PubsubMessage",
                    },
                },
                "data": {
                    "@type": "type.googleapis.com/google.pubsub.v1.PubsubMessage",
                    "attributes": {"key": "value"},
                    "data": "SGVsbG8=",
                },
            })
        );
    }
}
