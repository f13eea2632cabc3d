//! Events that are not what AWS sends: an item of its own that fails, or an error that says where.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use polyfn_aws::{DecodeError, EventInvocation, decode_event};
use polyfn_core::{Context, Target};
use serde_json::{Value, json};

fn data(name: &str) -> Value {
    let path = format!("{}/tests/data/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn try_read(event: &Value) -> Result<EventInvocation, DecodeError> {
    let context = Context::new(Target::Aws, "8476a536");
    decode_event(event.to_string().into(), &context).map(Option::unwrap)
}

fn read(event: &Value) -> EventInvocation {
    try_read(event).unwrap()
}

/// What the detail of the item's error is.
fn flaw(invocation: &EventInvocation, place: usize) -> String {
    let error = invocation.items[place].delivery().unwrap_err();
    error.detail().unwrap().to_owned()
}

/// Sets or removes a member of the last of three records, and says what is wrong with it then.
fn flaw_of_last(name: &str, place: &str, value: Option<Value>) -> String {
    let mut event = data(name);
    let record = event["Records"][0].clone();
    event["Records"] = json!([record, record, record]);
    let (parent, member) = place.rsplit_once('/').unwrap();
    let parent = event["Records"][2].pointer_mut(parent).unwrap();
    match value {
        Some(value) => parent[member] = value,
        None => {
            parent.as_object_mut().unwrap().remove(member);
        }
    }
    let invocation = read(&event);
    assert_eq!(invocation.items.len(), 3);
    assert!(
        invocation.items[0].delivery().is_ok(),
        "{name}: siblings are sound"
    );
    let flaw = flaw(&invocation, 2);
    assert!(flaw.contains("Records[2]"), "{flaw}");
    flaw
}

#[test]
fn a_malformed_record_is_an_item_that_failed() {
    for (name, place, value, says) in [
        ("sqs", "/body", None, "missing field `body`"),
        ("sqs", "/body", Some(json!({"a": 1})), "Records[2].body"),
        ("sqs", "/eventSourceARN", None, "eventSourceARN"),
        (
            "sqs",
            "/attributes/SentTimestamp",
            Some(json!("today")),
            "attributes.SentTimestamp",
        ),
        (
            "sqs",
            "/messageAttributes/count",
            Some(json!(7)),
            "messageAttributes.count",
        ),
        (
            "s3_created",
            "/s3/object",
            Some(json!({})),
            "Records[2].s3.object: missing field `key`",
        ),
        (
            "s3_created",
            "/s3/object/key",
            Some(json!("%ff")),
            "s3.object.key",
        ),
        (
            "s3_created",
            "/s3/object/size",
            Some(json!("5")),
            "s3.object.size",
        ),
        (
            "s3_created",
            "/eventTime",
            Some(json!("today")),
            "eventTime",
        ),
        (
            "sns",
            "/Sns/Message",
            None,
            "Records[2].Sns: missing field `Message`",
        ),
        ("sns", "/Sns", None, "Sns"),
        (
            "kinesis",
            "/kinesis/data",
            Some(json!("no base64!")),
            "kinesis.data: it is not valid base64",
        ),
        (
            "kinesis",
            "/kinesis/approximateArrivalTimestamp",
            Some(json!(1e300)),
            "kinesis.approximateArrivalTimestamp",
        ),
        (
            "kinesis",
            "/eventSourceARN",
            Some(json!("arn")),
            "eventSourceARN",
        ),
        ("dynamodb", "/eventName", Some(json!("RENAME")), "eventName"),
        (
            "dynamodb",
            "/eventSourceARN",
            Some(json!("arn")),
            "eventSourceARN",
        ),
        (
            "dynamodb",
            "/dynamodb/Keys",
            Some(json!({"Id": {"L": []}})),
            "dynamodb.Keys.Id",
        ),
        (
            "dynamodb",
            "/dynamodb/NewImage",
            Some(json!({"Id": {"N": 101}})),
            "dynamodb.NewImage.Id.N",
        ),
    ] {
        let flaw = flaw_of_last(name, place, value);
        assert!(flaw.contains(says), "{name}{place}: {flaw}");
    }
}

#[test]
fn aggregated_records_are_named_as_such() {
    let aggregated = base64_simd::STANDARD.encode_to_string(b"\xf3\x89\x9a\xc2rest");
    let flaw = flaw_of_last("kinesis", "/kinesis/data", Some(aggregated.into()));
    assert!(flaw.contains("Kinesis Producer Library"), "{flaw}");
    assert!(flaw.contains("not supported"), "{flaw}");
}

#[test]
fn an_item_that_cant_be_named_makes_the_event_malformed() {
    for (name, place) in [
        ("sqs", "messageId"),
        ("kinesis", "kinesis"),
        ("dynamodb", "dynamodb"),
    ] {
        let mut event = data(name);
        event["Records"][1][place] = 7.into();
        let error = try_read(&event).unwrap_err();
        assert_eq!(error.error_type(), "polyfn.MalformedEvent");
        let text = error.to_string();
        assert!(text.contains(&format!("Records[1].{place}")), "{text}");
    }
}

#[test]
fn a_record_that_is_no_object_can_be_named_by_nobody() {
    for record in [json!(null), json!(7), json!(["m-2", "body", {}, {}, "arn"])] {
        let mut event = data("sqs");
        event["Records"][1] = record;
        let error = try_read(&event).unwrap_err().to_string();
        assert!(
            error.contains("Records[1]: it is no JSON object"),
            "{error}"
        );
        // Where the answer names none, it is an item that failed.
        let mut event = data("s3_deleted");
        event["Records"][1] = json!([]);
        assert!(flaw(&read(&event), 1).contains("it is no JSON object"));
    }
}

#[test]
fn a_single_event_that_is_malformed_says_where() {
    for (name, place, value) in [
        ("eventbridge_custom", "time", json!("today")),
        ("eventbridge_custom", "resources", json!("arn")),
        (
            "eventbridge_s3_created",
            "detail",
            json!({"bucket": {"name": 7}}),
        ),
        (
            "scheduler_input",
            "scheduled-time",
            json!("<aws.scheduler.scheduled-time>"),
        ),
        ("cloud_event", "id", json!("")),
        ("cloud_event", "specversion", json!("0.3")),
    ] {
        let mut event = data(name);
        event[place] = value;
        let error = try_read(&event).unwrap_err();
        assert_eq!(error.error_type(), "polyfn.MalformedEvent");
        assert!(error.to_string().contains(place), "{name}: {error}");
    }
}

#[test]
fn a_message_with_a_malformed_notification_is_still_a_message() {
    let mut event = data("sqs_s3");
    let body = json!({"Records": [{"eventSource": "aws:s3", "s3": {}}]});
    event["Records"][0]["body"] = body.to_string().into();
    let invocation = read(&event);
    let delivery = invocation.items[0].delivery().unwrap();
    assert!(delivery.carried().is_none());
}

#[test]
fn what_follows_a_malformed_record_of_a_shard_stays_behind() {
    let mut event = data("dynamodb");
    event["Records"][1]["eventName"] = "RENAME".into();
    let (deliveries, answer) = read(&event).into_deliveries();
    let ids: Vec<_> = deliveries.iter().map(|it| it.event().id()).collect();
    assert_eq!(ids, ["1"]);
    let done = polyfn_core::Outcome::Done(None);
    let answer = answer.encode(vec![done]).unwrap();
    assert_eq!(
        answer,
        br#"{"batchItemFailures":[{"itemIdentifier":"222"}]}"#
    );
}

#[test]
fn an_outcome_that_is_missing_is_no_success() {
    let (_, answer) = read(&data("sqs")).into_deliveries();
    let answer: Value = serde_json::from_slice(&answer.encode(Vec::new()).unwrap()).unwrap();
    assert_eq!(answer["batchItemFailures"].as_array().unwrap().len(), 2);
    let (_, answer) = read(&data("sns")).into_deliveries();
    assert!(answer.encode(Vec::new()).is_err());
}
