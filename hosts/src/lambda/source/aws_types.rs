//! What the sources write, read by AWS's own types, which share no code with this crate.

use aws_lambda_events::event::dynamodb::Event as DynamodbEvent;
use aws_lambda_events::event::eventbridge::EventBridgeEvent;
use aws_lambda_events::event::kinesis::KinesisEvent;
use aws_lambda_events::event::s3::S3Event;
use aws_lambda_events::event::sns::{SnsEvent, SnsMessage};
use aws_lambda_events::event::sqs::SqsEvent;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{Manner, Source};
use crate::event::Happening;

fn made(source: Source, happening: &Value) -> Value {
    let happening: Happening = serde_json::from_value(happening.clone()).unwrap();
    match source.manner() {
        Manner::Queue | Manner::Stream => {
            json!({"Records": [source.record(&happening, 0).unwrap().record]})
        }
        Manner::Asynchronous | Manner::Synchronous => source.payload(&happening, 0).unwrap(),
    }
}

fn read<T: DeserializeOwned>(value: &Value) -> T {
    serde_json::from_value(value.clone()).unwrap_or_else(|error| panic!("{error}: {value}"))
}

fn read_text<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

fn body(source: Source, happening: &Value) -> String {
    let event: SqsEvent = read(&made(source, happening));
    event.records[0].body.clone().unwrap()
}

fn stored(key: &str) -> Value {
    json!({
        "kind": "object-created", "bucket": "uploads", "key": key, "size": 7, "etag": "ab",
        "version": "v1", "time": "2026-01-02T03:04:05.678Z",
    })
}

#[test]
fn objects_by_every_way() {
    let stored = stored("a b");
    let straight: S3Event = read(&made(Source::S3, &stored));
    let in_queue: S3Event = read_text(&body(Source::S3Sqs, &stored));
    assert_eq!(in_queue, straight);
    let on_topic: SnsEvent = read(&made(Source::S3Sns, &stored));
    let sns = &on_topic.records[0].sns;
    assert_eq!(sns.subject.as_deref(), Some("Amazon S3 Notification"));
    assert_eq!(read_text::<S3Event>(&sns.message), straight);
    let notification: SnsMessage = read_text(&body(Source::S3SnsSqs, &stored));
    assert_eq!(read_text::<S3Event>(&notification.message), straight);

    let object = &straight.records[0].s3.object;
    assert_eq!(object.size, Some(7));
    assert_eq!(object.e_tag.as_deref(), Some("ab"));
    assert_eq!(object.version_id.as_deref(), Some("v1"));
    let bridged: EventBridgeEvent = read(&made(Source::S3Eventbridge, &stored));
    let mut in_queue: EventBridgeEvent = read_text(&body(Source::S3EventbridgeSqs, &stored));
    in_queue.id.clone_from(&bridged.id);
    assert_eq!(in_queue, bridged);
    assert_eq!(bridged.detail["object"]["key"], "a b");
}

#[test]
fn messages_by_every_way() {
    let message = json!({
        "kind": "message", "channel": "orders", "body": {"json": {"a": 1}},
        "attributes": {"k": "v"}, "group": "g", "sent": "2026-01-02T03:04:05Z",
    });
    for (source, attributes) in [
        (Source::Sqs, 1),
        (Source::SqsFifo, 1),
        (Source::SnsSqsRaw, 1),
        (Source::SnsSqs, 0),
    ] {
        let event: SqsEvent = read(&made(source, &message));
        let record = &event.records[0];
        assert_eq!(record.message_attributes.len(), attributes, "{source}");
        assert_eq!(record.attributes["MessageGroupId"], "g", "{source}");
        assert_eq!(record.attributes["SentTimestamp"], "1767323045000");
        let body = record.body.as_deref().unwrap();
        if source == Source::SnsSqs {
            let notification: SnsMessage = read_text(body);
            assert_eq!(notification.message, r#"{"a":1}"#);
            assert_eq!(notification.message_attributes["k"].value, "v");
        } else {
            assert_eq!(body, r#"{"a":1}"#, "{source}");
        }
    }
    let event: SnsEvent = read(&made(Source::Sns, &message));
    assert_eq!(event.records[0].sns.message, r#"{"a":1}"#);
}

#[test]
fn streams() {
    let record = json!({
        "kind": "record", "stream": "clicks", "body": {"base64": "AP8="},
        "written": "2026-01-02T03:04:05.678Z",
    });
    let event: KinesisEvent = read(&made(Source::Kinesis, &record));
    let record = &event.records[0].kinesis;
    assert_eq!(record.data.0, [0, 255]);
    let arrived = record.approximate_arrival_timestamp.timestamp_millis();
    assert_eq!(arrived, 1_767_323_045_678);

    let change = json!({
        "kind": "document-change", "collection": "users", "id": "1",
        "old": {"n": 1}, "new": {"n": {"$set": ["a"]}, "m": {"b": {"$bytes": "AP8="}}},
    });
    let event: DynamodbEvent = read(&made(Source::Dynamodb, &change));
    let change = &event.records[0].change;
    let new = serde_json::to_value(&change.new_image).unwrap();
    assert_eq!(new["n"], json!({"SS": ["a"]}));
    assert_eq!(change.old_image.len(), 2, "the key and `n`");
}

#[test]
fn everything_on_a_bus() {
    for (source, happening) in [
        (Source::EventbridgeRule, json!({"kind": "schedule"})),
        (Source::EventbridgeScheduler, json!({"kind": "schedule"})),
        (
            Source::Eventbridge,
            json!({"kind": "custom", "type": "t", "source": "s", "data": {"json": {}}}),
        ),
    ] {
        let event: EventBridgeEvent = read(&made(source, &happening));
        assert_eq!(event.version.as_deref(), Some("0"), "{source}");
        assert!(event.time.is_some(), "{source}");
    }
}

proptest! {
    #[test]
    fn every_key_survives_its_encoding(key in "\\PC*|[ +%/=&?#*~._-]*|.*") {
        let event: S3Event = read(&made(Source::S3, &stored(&key)));
        let encoded = event.records[0].s3.object.key.as_deref().unwrap();
        prop_assert!(encoded.is_ascii(), "{encoded:?}");
        let decoded: Vec<_> = crate::query::decoded_pairs(encoded).collect();
        let expected = if key.is_empty() { vec![] } else { vec![(key, String::new())] };
        prop_assert_eq!(decoded, expected);
    }
}
