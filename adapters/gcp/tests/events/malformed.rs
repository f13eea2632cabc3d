//! What is malformed, and what is no event.

use http::{HeaderMap, HeaderValue};
use polyfn_gcp::{decode, decode_from_google};
use serde_json::{Value, json};

use crate::golden::{Golden, context};

#[test]
fn what_is_malformed_says_what() {
    let push = |message: Value| json!({"message": message, "subscription": "s"}).to_string();
    let background = |event: Value| event.to_string();
    for (body, named) in [
        (
            push(json!({"data": "aGk="})),
            "`message.messageId` is missing",
        ),
        (
            push(json!({"messageId": "1", "data": "%"})),
            "`message.data`",
        ),
        (
            push(json!({"messageId": "1", "publishTime": "now"})),
            "`message.publishTime`",
        ),
        (
            push(json!({"messageId": "1", "attributes": {"a": 1}})),
            "`message.attributes.a`",
        ),
        (
            background(
                json!({"context": {"eventType": "google.storage.object.finalize"}, "data": {}}),
            ),
            "`eventId` is missing",
        ),
        (
            background(json!({"context": {"eventId": "1"}, "data": {}})),
            "`eventType` is missing",
        ),
        (
            background(json!({
                "eventId": "1", "eventType": "google.unheard.of", "resource": "r", "data": {},
            })),
            "`eventType`",
        ),
        (
            background(json!({
                "eventId": "1", "eventType": "providers/google.firebase.database/eventTypes/ref.write",
                "resource": "projects/_/instances/i/refs/r", "data": {},
            })),
            "`domain` is missing",
        ),
        (
            background(json!({"context": {
                "eventId": "1", "eventType": "google.pubsub.topic.publish", "resource": 7,
            }, "data": {}})),
            "`context.resource`",
        ),
    ] {
        let error = decode(&HeaderMap::new(), &body.clone().into(), &context()).unwrap_err();
        assert_eq!(error.status(), 400, "{body}");
        assert!(error.to_string().contains(named), "{body}: {error}");
    }
}

#[test]
fn a_broken_cloud_event_says_what() {
    for (name, header, value, named) in [
        ("storage-finalized", "ce-type", "", "`type`"),
        ("storage-finalized", "ce-time", "now", "`time`"),
        (
            "storage-finalized",
            "ce-specversion",
            "0.3",
            "`specversion`",
        ),
        (
            "scheduler",
            "x-cloudscheduler-scheduletime",
            "now",
            "scheduletime",
        ),
    ] {
        let mut golden = Golden::read(name);
        let value = HeaderValue::from_static(value);
        golden.headers.insert(header, value);
        let error = decode(&golden.headers, &golden.body, &context()).unwrap_err();
        assert_eq!(error.status(), 400, "{name}, {header}");
        assert!(error.to_string().contains(named), "{header}: {error}");
    }
    let mut golden = Golden::read("storage-finalized");
    golden.headers.remove("ce-specversion");
    let error = decode(&golden.headers, &golden.body, &context()).unwrap_err();
    assert!(error.to_string().contains("`specversion`"), "{error}");
    for (name, body, named) in [
        ("storage-finalized", r#"{"size": "many"}"#, "`data.size`"),
        ("pubsub-eventarc", "{}", "message"),
        (
            "firestore-written",
            r#"{"value": {"fields": {"a": {"integerValue": "x"}}}}"#,
            "`data.value.fields.a",
        ),
        (
            "firestore-written",
            r#"{"value": {"fields": {"a": {"newValue": 1}}}}"#,
            "newValue",
        ),
    ] {
        let mut golden = Golden::read(name);
        golden.body = body.into();
        let error = decode(&golden.headers, &golden.body, &context()).unwrap_err();
        assert_eq!(error.status(), 400, "{name}");
        assert!(error.to_string().contains(named), "{name}: {error}");
    }
}

#[test]
fn what_is_no_event_is_none() {
    for body in [
        "",
        "hello",
        "7",
        "[]",
        "{}",
        r#"{"message": "hello", "subscription": "gold"}"#,
        r#"{"context": {"user": 1}, "data": {}}"#,
        r#"{"eventType": "click", "eventId": "1"}"#,
        r#"{"context": {"eventType": "click", "eventId": "1"}}"#,
    ] {
        let decoded = decode(&HeaderMap::new(), &body.into(), &context()).unwrap();
        assert!(decoded.is_none(), "{body}: {decoded:?}");
    }
}

#[test]
fn googles_own_events_are_told_from_those_of_others() {
    let of_google = |golden: &Golden| {
        decode_from_google(&golden.headers, &golden.body, &context()).map(Result::unwrap)
    };
    for name in ["storage-finalized", "pubsub-push", "scheduler", "audit-log"] {
        assert!(of_google(&Golden::read(name)).is_some(), "{name}");
    }
    assert!(of_google(&Golden::read("custom-channel")).is_none());
    let nothing = Golden {
        headers: HeaderMap::new(),
        body: "{}".into(),
    };
    assert!(of_google(&nothing).is_none());
    let mut batch = Golden::read("batch");
    let event = |event_type: &str| json!({"specversion": "1.0", "id": "1", "source": "/s", "type": event_type});
    let events = json!([
        event("com.example.order.placed"),
        event("google.cloud.audit.log.v1.written")
    ]);
    batch.body = events.to_string().into();
    let all = of_google(&batch).map(|all| all.len());
    assert_eq!(all, Some(2), "one of Google's is enough");
    let mut broken = Golden::read("storage-finalized");
    broken.body = "[".into();
    let decoded = decode_from_google(&broken.headers, &broken.body, &context());
    assert!(decoded.unwrap().is_err(), "it is Google's, and malformed");
}
