//! A message of an SQS queue.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::moment::Moment;
use super::{BatchRecord, Source};
use crate::Error;
use crate::event::{Content, Happening, Message};
use crate::lambda::request::{ACCOUNT, REGION, new_request_id};

/// The MD5 of AWS's own example: nobody reads it from an event.
const MD5: &str = "e4e68fb7bd0e697a0ae8f1bb342846b3";

/// What is sent to a queue.
#[derive(Debug)]
pub(super) struct Letter {
    pub(super) queue: String,
    pub(super) id: String,
    pub(super) body: String,
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) group: Option<String>,
    pub(super) sent: Moment,
    /// In a FIFO queue.
    pub(super) sequence_number: Option<String>,
}

impl Letter {
    pub(super) fn new(queue: &str, body: String, sent: Moment) -> Self {
        Self {
            queue: queue.to_owned(),
            id: new_request_id(),
            body,
            attributes: BTreeMap::new(),
            group: None,
            sent,
            sequence_number: None,
        }
    }

    pub(super) fn of(source: Source, message: &Message) -> Result<Self, Error> {
        let refused = || source.refuses(&Happening::Message(message.clone()));
        let body = sendable(&message.body).ok_or_else(refused)?;
        let sent = source.moment(message.sent.as_deref())?;
        let mut letter = Self::new(&message.channel, body, sent);
        letter.attributes.clone_from(&message.attributes);
        letter.group.clone_from(&message.group);
        if let Some(id) = &message.id {
            letter.id.clone_from(id);
        }
        Ok(letter)
    }

    /// The same in a FIFO queue, where it is the `place`th of this delivery.
    pub(super) fn in_order(mut self, place: usize) -> Self {
        if !self.queue.ends_with(".fifo") {
            self.queue.push_str(".fifo");
        }
        self.group.get_or_insert_with(|| "default".to_owned());
        // 20 digits, larger for each later message of a group.
        let milliseconds = self.sent.epoch_milliseconds();
        self.sequence_number = Some(format!("18{milliseconds:013}{place:05}"));
        self
    }

    pub(super) fn record(self) -> BatchRecord {
        let queue_arn = format!("arn:aws:sqs:{REGION}:{ACCOUNT}:{}", self.queue);
        let sent = self.sent.epoch_milliseconds().to_string();
        let mut system = Map::new();
        for (name, value) in [
            ("ApproximateReceiveCount", "1"),
            ("SentTimestamp", sent.as_str()),
            ("SenderId", "AIDAIENQZJOLO23YVJ4VO"),
            ("ApproximateFirstReceiveTimestamp", sent.as_str()),
        ] {
            system.insert(name.to_owned(), value.into());
        }
        let group = self.group.as_deref();
        system.extend(group.map(|group| ("MessageGroupId".to_owned(), group.into())));
        if let Some(number) = self.sequence_number {
            system.insert("SequenceNumber".to_owned(), number.into());
            system.insert("MessageDeduplicationId".to_owned(), self.id.as_str().into());
        }
        let record = json!({
            "messageId": self.id,
            "receiptHandle": receipt_handle(),
            "body": self.body,
            "attributes": system,
            "messageAttributes": attributes(&self.attributes),
            "md5OfBody": MD5,
            "eventSource": "aws:sqs",
            "eventSourceARN": queue_arn,
            "awsRegion": REGION,
        });
        BatchRecord {
            record,
            identifier: self.id,
            origin: queue_arn,
            group: self.group,
        }
    }
}

/// The text that can be sent to a queue or a topic: not empty, and without the control characters
/// that XML 1.0 has not
/// (<https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html>).
pub(super) fn sendable(content: &Content) -> Option<String> {
    let allowed = |c| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..);
    let text = content.text()?;
    (!text.is_empty() && text.chars().all(allowed)).then_some(text)
}

/// The record as it is received for the `count`th time.
pub(in crate::lambda) fn received(record: &Value, count: u32) -> Value {
    let mut record = record.clone();
    for (place, value) in [
        ("/attributes/ApproximateReceiveCount", count.to_string()),
        ("/receiptHandle", receipt_handle()),
    ] {
        if let Some(member) = record.pointer_mut(place) {
            *member = value.into();
        }
    }
    record
}

/// The payload with which S3 tries out a queue that it has been told to notify: it is no
/// notification, and a function has to put up with it
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>).
///
/// For [`LambdaHost::invoke`](crate::lambda::LambdaHost::invoke); the queue is named like the bucket.
pub fn s3_test_event(bucket: &str) -> Bytes {
    let now = Moment::now();
    let body = json!({
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": now.to_the_millisecond(),
        "Bucket": bucket,
        "RequestId": "5582815E1AEA5ADF",
        "HostId": "8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE",
    });
    let letter = Letter::new(bucket, body.to_string(), now);
    let payload = json!({"Records": [letter.record().record]});
    payload.to_string().into()
}

fn attributes(attributes: &BTreeMap<String, String>) -> Map<String, Value> {
    let attributes = attributes.iter();
    attributes
        .map(|(name, value)| {
            let attribute = json!({
                "stringValue": value,
                "stringListValues": [],
                "binaryListValues": [],
                "dataType": "String",
            });
            (name.clone(), attribute)
        })
        .collect()
}

/// A new one for each time that a message is received.
fn receipt_handle() -> String {
    format!("AQEB{:032x}", fastrand::u128(..))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message() -> Message {
        Message {
            channel: "my-queue".to_owned(),
            id: Some("059f36b4-87a3-44ab-83d2-661975830a7d".to_owned()),
            body: Content::Text("Test message.".to_owned()),
            attributes: [("myAttribute".to_owned(), "myValue".to_owned())].into(),
            sent: Some("2018-12-17T21:37:29.183Z".to_owned()),
            ..Message::default()
        }
    }

    #[test]
    fn the_documented_message() {
        let made = Letter::of(Source::Sqs, &message()).unwrap().record();
        let mut record = made.record;
        record["receiptHandle"] = "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...".into();
        assert_eq!(
            record,
            json!({
                "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d",
                "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...",
                "body": "Test message.",
                "attributes": {
                    "ApproximateReceiveCount": "1",
                    "SentTimestamp": "1545082649183",
                    "SenderId": "AIDAIENQZJOLO23YVJ4VO",
                    "ApproximateFirstReceiveTimestamp": "1545082649183",
                },
                "messageAttributes": {
                    "myAttribute": {
                        "stringValue": "myValue",
                        "stringListValues": [],
                        "binaryListValues": [],
                        "dataType": "String",
                    },
                },
                "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:my-queue",
                "awsRegion": "us-east-1",
            })
        );
        assert_eq!(made.identifier, "059f36b4-87a3-44ab-83d2-661975830a7d");
    }

    #[test]
    fn a_fifo_queue_has_groups_and_numbers() {
        let letter = Letter::of(Source::SqsFifo, &message()).unwrap();
        let record = letter.in_order(7).record();
        let system = &record.record["attributes"];
        assert_eq!(system["MessageGroupId"], "default");
        assert_eq!(
            system["MessageDeduplicationId"],
            "059f36b4-87a3-44ab-83d2-661975830a7d"
        );
        assert_eq!(system["SequenceNumber"], "18154508264918300007");
        assert_eq!(
            record.origin,
            "arn:aws:sqs:us-east-1:123456789012:my-queue.fifo"
        );
        let named = Message {
            channel: "a.fifo".to_owned(),
            group: Some("g".to_owned()),
            ..message()
        };
        let record = Letter::of(Source::SqsFifo, &named)
            .unwrap()
            .in_order(0)
            .record();
        assert!(record.origin.ends_with(":a.fifo"), "{}", record.origin);
        assert_eq!(record.group.as_deref(), Some("g"));
    }

    #[test]
    fn each_receipt_is_counted_and_has_its_handle() {
        let first = Letter::of(Source::Sqs, &message()).unwrap().record().record;
        let second = received(&first, 2);
        assert_eq!(second["attributes"]["ApproximateReceiveCount"], "2");
        assert_ne!(second["receiptHandle"], first["receiptHandle"]);
        assert_eq!(second["messageId"], first["messageId"]);
    }

    #[test]
    fn what_cannot_be_sent() {
        for body in [
            Content::default(),
            Content::Base64("AP8=".to_owned()),
            Content::Text("a\u{1}".to_owned()),
            Content::Text("a\u{fffe}".to_owned()),
        ] {
            let error = Letter::of(
                Source::Sqs,
                &Message {
                    body: body.clone(),
                    ..message()
                },
            );
            assert!(error.is_err(), "{body:?}");
        }
        assert!(sendable(&Content::Text("ä\n\u{1f600}".to_owned())).is_some());
    }

    #[test]
    fn s3_tries_out_a_queue() {
        let payload: Value = serde_json::from_slice(&s3_test_event("uploads")).unwrap();
        let body = payload["Records"][0]["body"].as_str().unwrap();
        let body: Value = serde_json::from_str(body).unwrap();
        assert_eq!(body["Event"], "s3:TestEvent");
        assert_eq!(body["Bucket"], "uploads");
        assert!(body.get("Records").is_none(), "{body}");
    }
}
