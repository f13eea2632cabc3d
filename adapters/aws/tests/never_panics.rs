//! Whatever Lambda delivers, reading it ends in a request, in events or in an error.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use bytes::Bytes;
use polyfn_aws::{DecodeError, decode, decode_event, decode_invocation};
use polyfn_core::{Context, Outcome, Target};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

const PAYLOADS: [&str; 35] = [
    include_str!("data/alb_multi_value.json"),
    include_str!("data/alb_single_value.json"),
    include_str!("data/cloud_event.json"),
    include_str!("data/dynamodb.json"),
    include_str!("data/eventbridge_custom.json"),
    include_str!("data/eventbridge_s3_created.json"),
    include_str!("data/eventbridge_s3_deleted.json"),
    include_str!("data/eventbridge_scheduler.json"),
    include_str!("data/function_url.json"),
    include_str!("data/http_api.json"),
    include_str!("data/http_api_format_1.json"),
    include_str!("data/kinesis.json"),
    include_str!("data/rest_api.json"),
    include_str!("data/rest_api_nulls.json"),
    include_str!("data/s3_created.json"),
    include_str!("data/s3_deleted.json"),
    include_str!("data/s3_tagged.json"),
    include_str!("data/scheduler_input.json"),
    include_str!("data/sns.json"),
    include_str!("data/sns_s3.json"),
    include_str!("data/sqs.json"),
    include_str!("data/sqs_eventbridge.json"),
    include_str!("data/sqs_fifo.json"),
    include_str!("data/sqs_s3.json"),
    include_str!("data/sqs_s3_test.json"),
    include_str!("data/sqs_sns.json"),
    include_str!("data/sqs_sns_s3.json"),
    include_str!("data/unknown_authorizer.json"),
    include_str!("data/unknown_cognito.json"),
    include_str!("data/unknown_eventbridge.json"),
    include_str!("data/unknown_logs.json"),
    include_str!("data/unknown_queue.json"),
    include_str!("data/unknown_vpc_lattice_v1.json"),
    include_str!("data/unknown_websocket.json"),
    include_str!("data/vpc_lattice.json"),
];

/// Reads the event in all ways, and what the events are about.
fn read(event: impl Into<Bytes>) -> Result<(), DecodeError> {
    let event = event.into();
    let _ = decode(event.clone());
    let context = Context::new(Target::Aws, "8476a536");
    let known = decode_event(event.clone(), &context);
    if let Ok(Some(invocation)) = known {
        let (deliveries, answer) = invocation.into_deliveries();
        let outcomes = deliveries.iter().map(|delivery| {
            let _ = delivery.raw().read::<Value>();
            Outcome::Skipped
        });
        if let Ok(answer) = answer.encode(outcomes.collect()) {
            assert!(
                serde_json::from_slice::<Value>(&answer).is_ok(),
                "an answer is JSON"
            );
        }
    }
    decode_invocation(event, &context).map(|_| ())
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec(("[a-zA-Z-]{0,8}", inner), 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// Values that are well-formed for some field, though not for every one.
fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any_json(),
        Just(json!({})),
        Just(json!([])),
        Just(json!("")),
        Just(json!({"a": ["1", null], "b": null, "c": "\u{0}\n\"\\é"})),
    ]
}

/// All places in a value, each the way there.
fn places(value: &Value) -> Vec<String> {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, child)| (name.replace('~', "~0").replace('/', "~1"), child))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(place, child)| (place.to_string(), child))
            .collect(),
        _ => Vec::new(),
    };
    let mut all = Vec::new();
    for (name, child) in children {
        all.push(format!("/{name}"));
        all.extend(places(child).iter().map(|rest| format!("/{name}{rest}")));
    }
    all
}

fn remove(event: &mut Value, place: &str) {
    let Some((parent, name)) = place.rsplit_once('/') else {
        return;
    };
    let name = name.replace("~1", "/").replace("~0", "~");
    if let Some(Value::Object(fields)) = event.pointer_mut(parent) {
        fields.remove(&name);
    }
}

fn notification(event: &Value) -> String {
    let notification = json!({
        "Type": "Notification", "MessageId": "n", "TopicArn": "t", "Message": event.to_string(),
    });
    notification.to_string()
}

proptest! {
    #[test]
    fn on_any_bytes(bytes: Vec<u8>) {
        let _ = read(bytes);
    }

    #[test]
    fn on_any_json(value in any_json()) {
        let _ = read(value.to_string());
    }

    #[test]
    fn on_any_values_of_known_fields(
        fields in prop::collection::vec((prop::sample::select(&[
            "version", "httpMethod", "method", "path", "rawPath", "rawQueryString",
            "queryStringParameters", "multiValueQueryStringParameters", "headers",
            "multiValueHeaders", "cookies", "body", "isBase64Encoded", "routeArn",
        ][..]), any_value()), 0..10),
        context in prop::collection::vec((prop::sample::select(&[
            "http", "stage", "domainName", "elb", "connectionId", "serviceArn",
        ][..]), any_value()), 0..4),
    ) {
        let mut event: Map<String, Value> =
            fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let context: Map<String, Value> =
            context.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        event.insert("requestContext".to_owned(), context.into());
        let _ = read(Value::from(event).to_string());
    }

    #[test]
    fn on_a_payload_with_fields_removed_or_of_a_wrong_type(
        payload in prop::sample::select(&PAYLOADS[..]),
        changes in prop::collection::vec(
            (any::<prop::sample::Index>(), prop::option::of(any_value())), 1..4),
    ) {
        let mut event: Value = serde_json::from_str(payload).unwrap();
        for (place, value) in changes {
            let places = places(&event);
            if places.is_empty() {
                break;
            }
            let place = place.get(&places);
            match value {
                Some(value) => *event.pointer_mut(place).unwrap() = value,
                None => remove(&mut event, place),
            }
        }
        let _ = read(event.to_string());
    }

    /// What stands within a message's text is read as well.
    #[test]
    fn on_an_envelope_of_a_damaged_payload(
        payload in prop::sample::select(&PAYLOADS[..]),
        place: prop::sample::Index,
        value in prop::option::of(any_value()),
    ) {
        let mut event: Value = serde_json::from_str(payload).unwrap();
        let places = places(&event);
        let place = place.get(&places);
        match value {
            Some(value) => *event.pointer_mut(place).unwrap() = value,
            None => remove(&mut event, place),
        }
        for body in [event.to_string(), notification(&event)] {
            let message = json!({
                "eventSource": "aws:sqs", "eventSourceARN": "q", "messageId": "m", "body": body,
            });
            let event = json!({"Records": [message]}).to_string();
            prop_assert!(read(event).is_ok(), "a message is a message, whatever is in it");
        }
    }

    #[test]
    fn on_a_payload_that_is_cut_or_damaged(
        payload in prop::sample::select(&PAYLOADS[..]),
        end: prop::sample::Index,
        damage: prop::sample::Index,
        byte: u8,
    ) {
        let mut cut = payload.as_bytes()[..end.index(payload.trim_end().len())].to_vec();
        prop_assert!(read(cut.clone()).is_err());
        cut = payload.into();
        cut[damage.index(payload.len())] = byte;
        let _ = read(cut);
    }
}
