//! Background events are the CloudEvents that Google's conformance tests say they are.

use http::HeaderMap;
use polyfn_core::cloudevents::from_json;
use polyfn_core::{Payload, Timestamp};
use polyfn_gcp::Form;
use serde_json::Value;

use crate::golden::{Golden, data};

/// The 17 events of the conformance client.
pub(crate) const CASES: [&str; 17] = [
    "firebase-auth",
    "firebase-db1",
    "firebase-db2",
    "firebase-db3",
    "firebase-db4",
    "firebase-db5",
    "firebase-db6",
    "firebase-db7",
    "firebase-db8",
    "firebase-dbdelete1",
    "firebase-dbdelete2",
    "firestore-complex",
    "firestore-simple",
    "legacy-pubsub",
    "pubsub-binary",
    "pubsub-text",
    "storage",
];

/// An event in both forms.
fn case(name: &str) -> (Golden, Value) {
    let case: Value = serde_json::from_slice(&data(&format!("background/{name}.json"))).unwrap();
    let golden = Golden {
        headers: HeaderMap::new(),
        body: case["background"].to_string().into(),
    };
    (golden, case["cloudevent"].clone())
}

#[test]
fn each_is_the_cloud_event_that_the_mapping_says() {
    for name in CASES {
        let (golden, expected) = case(name);
        assert_eq!(golden.decoded().form, Form::Background, "{name}");
        let delivery = golden.delivery();
        let expected = from_json(&expected.to_string().into()).unwrap();
        assert_eq!(delivery.event().attributes, expected.attributes, "{name}");
        let json = |data: &polyfn_core::Data| data.read::<Value>().unwrap();
        assert_eq!(json(delivery.raw()), json(&expected.data), "{name}");
    }
}

#[test]
fn each_is_the_payload_of_its_service() {
    for name in CASES {
        let (golden, _) = case(name);
        let payload = golden.delivery().event().data.clone();
        let is_expected = match name.split('-').next() {
            Some("firestore") => matches!(payload, Payload::DocumentChange(_)),
            Some("legacy" | "pubsub") => matches!(payload, Payload::Message(_)),
            Some("storage") => matches!(payload, Payload::ObjectCreated(_)),
            _ => matches!(payload, Payload::Custom(_)),
        };
        assert!(is_expected, "{name}: {payload:?}");
    }
}

fn changed(name: &str, place: &str, value: Value) -> Golden {
    let (golden, _) = case(name);
    let mut event: Value = serde_json::from_slice(&golden.body).unwrap();
    *event.pointer_mut(place).unwrap() = value;
    Golden {
        headers: HeaderMap::new(),
        body: event.to_string().into(),
    }
}

#[test]
fn the_generation_is_no_part_of_the_key() {
    let beginning = "projects/_/buckets/tea-uploads/objects/";
    for (rest, subject) in [
        (
            "leaves/oolong.txt#1772600767891234",
            "objects/leaves/oolong.txt",
        ),
        ("a#12", "objects/a#12"),
        ("a#12#1772600767891234", "objects/a#12"),
        ("buckets/objects/x", "objects/buckets/objects/x"),
    ] {
        let name = Value::from(format!("{beginning}{rest}"));
        let golden = changed("storage", "/context/resource/name", name);
        let delivery = golden.delivery();
        assert_eq!(delivery.event().subject(), Some(subject), "{rest}");
        assert_eq!(
            delivery.event().source(),
            "//storage.googleapis.com/projects/_/buckets/tea-uploads"
        );
    }
}

#[test]
fn a_resource_may_have_the_name_of_what_follows_it() {
    for (name, resource, source, subject) in [
        (
            "storage",
            "projects/_/buckets/objects/objects/tea.txt",
            "//storage.googleapis.com/projects/_/buckets/objects",
            "objects/tea.txt",
        ),
        (
            "firestore-simple",
            "projects/documents/databases/documents/documents/gcf-test/tea",
            "//firestore.googleapis.com/projects/documents/databases/documents",
            "documents/gcf-test/tea",
        ),
    ] {
        let place = if name == "storage" {
            "/context/resource/name"
        } else {
            "/resource"
        };
        let delivery = changed(name, place, Value::from(resource)).delivery();
        let event = delivery.event();
        let told = (event.source(), event.subject());
        assert_eq!(told, (source, Some(subject)), "{resource}");
    }
}

#[test]
fn a_domain_beyond_the_first_says_the_location() {
    let domain = Value::from("europe-west1.firebasedatabase.app");
    let delivery = changed("firebase-db1", "/domain", domain).delivery();
    assert_eq!(
        delivery.event().source(),
        "//firebasedatabase.googleapis.com/projects/_/locations/europe-west1/instances/tea-house"
    );
}

#[test]
fn analytics_name_their_app() {
    let event = serde_json::json!({
        "eventId": "1",
        "timestamp": "2026-03-04T05:06:07.891Z",
        "eventType": "providers/google.firebase.analytics/eventTypes/event.log",
        "resource": "projects/tea-house/events/session_start",
        "data": {"userDim": {"appInfo": {"appId": "com.example.exampleapp"}}},
    });
    let golden = Golden {
        headers: HeaderMap::new(),
        body: event.to_string().into(),
    };
    let delivery = golden.delivery();
    let event = delivery.event();
    assert_eq!(
        event.source(),
        "//firebaseanalytics.googleapis.com/projects/tea-house/apps/com.example.exampleapp"
    );
    assert_eq!(event.subject(), Some("events/session_start"));
    assert_eq!(
        event.time(),
        "2026-03-04T05:06:07.891Z".parse::<Timestamp>().ok()
    );
}

#[test]
fn numbers_keep_their_digits_on_the_way() {
    let text = r#"{"eventId":"1","eventType":"providers/firebase.auth/eventTypes/user.create",
        "resource":"projects/p","data":{"uid":"u","n":12345678901234567890123,"metadata":{"createdAt":1.10}}}"#;
    let golden = Golden {
        headers: HeaderMap::new(),
        body: text.into(),
    };
    let raw = golden.delivery().raw().bytes().clone();
    assert_eq!(
        raw,
        r#"{"metadata":{"createTime":1.10},"n":12345678901234567890123,"uid":"u"}"#
    );
}
