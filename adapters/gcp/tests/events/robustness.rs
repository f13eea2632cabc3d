//! Nothing that anybody sends makes the decoder panic, and what it refuses it refuses as malformed.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use polyfn_core::cloudevents;
use polyfn_gcp::{BackgroundEvent, decode, decode_from_google};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Map, Value, json};

use crate::background::CASES;
use crate::golden::{Golden, context, data};

const REQUESTS: [&str; 15] = [
    "audit-log",
    "batch",
    "custom-channel",
    "firestore-written",
    "pubsub-eventarc",
    "pubsub-push",
    "pubsub-push-attributes-only",
    "pubsub-push-snake-case",
    "pubsub-storage-notification",
    "pubsub-structured",
    "pubsub-unwrapped",
    "scheduler",
    "storage-archived",
    "storage-deleted",
    "storage-finalized",
];

/// The headers that say something, and one that says nothing.
const HEADERS: [&str; 20] = [
    "ce-specversion",
    "ce-id",
    "ce-source",
    "ce-type",
    "ce-subject",
    "ce-time",
    "ce-bucket",
    "ce-",
    "content-type",
    "x-cloudscheduler",
    "x-cloudscheduler-jobname",
    "x-cloudscheduler-scheduletime",
    "x-goog-pubsub-message-id",
    "x-goog-pubsub-publish-time",
    "x-goog-pubsub-subscription-name",
    "x-goog-pubsub-ordering-key",
    "eventtype",
    "bucketid",
    "objectid",
    "x-other",
];

const VALUES: [&str; 12] = [
    "1.0",
    "true",
    "application/cloudevents+json",
    "application/cloudevents-batch+json",
    "application/protobuf",
    "application/json",
    "google.cloud.storage.object.v1.finalized",
    "google.cloud.firestore.document.v1.written",
    "google.cloud.pubsub.topic.v1.messagePublished",
    "2026-03-04T05:06:07.891Z",
    "OBJECT_FINALIZE",
    "//pubsub.googleapis.com/",
];

fn decodes(headers: &HeaderMap, body: &Bytes) {
    if let Err(error) = decode(headers, body, &context()) {
        assert_eq!(error.status(), 400, "{error}");
        assert!(error.detail().is_some(), "it says why: {error:?}");
    }
    let _ = decode_from_google(headers, body, &context());
    for event in cloudevents::decode(headers, body).unwrap_or_default() {
        if let Err(error) = BackgroundEvent::try_from(&event) {
            assert_eq!(error.status(), 400, "{error}");
        }
    }
}

fn headers() -> impl Strategy<Value = HeaderMap> {
    let known = select(&VALUES[..]).prop_map(|value| value.as_bytes().to_vec());
    let value = prop_oneof![3 => known, 1 => prop::collection::vec(any::<u8>(), 0..12)];
    let header = (select(&HEADERS[..]), value);
    prop::collection::vec(header, 0..10).prop_map(|headers| {
        let headers = headers.into_iter().filter_map(|(name, value)| {
            let value = HeaderValue::from_bytes(&value).ok()?;
            Some((HeaderName::from_static(name), value))
        });
        headers.collect()
    })
}

/// JSON whose members have the names that Google's events have.
fn value() -> impl Strategy<Value = Value> {
    let name = select(vec![
        "message",
        "subscription",
        "data",
        "attributes",
        "messageId",
        "publishTime",
        "context",
        "eventId",
        "eventType",
        "resource",
        "name",
        "domain",
        "timestamp",
        "value",
        "oldValue",
        "fields",
        "mapValue",
        "integerValue",
        "specversion",
        "id",
        "source",
        "type",
        "metadata",
        "uid",
    ]);
    let text = prop_oneof![select(&VALUES[..]).prop_map(str::to_owned), ".{0,8}"];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 40, 6, move |inner| {
        let members = prop::collection::btree_map(name.clone(), inner.clone(), 0..6);
        let object = members.prop_map(|members| {
            let members = members.into_iter();
            Value::Object(
                members
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect(),
            )
        });
        prop_oneof![
            1 => prop::collection::vec(inner, 0..4).prop_map(Value::from),
            3 => object,
        ]
    })
}

/// Every place in a value, the root first.
fn places(value: &Value, place: &str, places: &mut Vec<String>) {
    places.push(place.to_owned());
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                self::places(member, &format!("{place}/{name}"), places);
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                self::places(item, &format!("{place}/{number}"), places);
            }
        }
        _ => {}
    }
}

/// The same with something else at some place, or nothing.
fn spoilt(body: &Value, at: Index, other: Option<Value>) -> Bytes {
    let mut body = body.clone();
    let mut all = Vec::new();
    places(&body, "", &mut all);
    let place = at.get(&all).clone();
    match (other, place.rsplit_once('/')) {
        (None, Some((parent, name))) => {
            let name = name.replace("~1", "/").replace("~0", "~");
            let none = &mut Map::new();
            let members = body.pointer_mut(parent).and_then(Value::as_object_mut);
            members.unwrap_or(none).remove(&name);
        }
        (other, _) => {
            if let Some(value) = body.pointer_mut(&place) {
                *value = other.unwrap_or_default();
            }
        }
    }
    body.to_string().into()
}

/// All requests whose bodies are JSON.
fn goldens() -> Vec<(HeaderMap, Value)> {
    let requests = REQUESTS.into_iter().filter_map(|name| {
        let golden = Golden::read(name);
        Some((golden.headers, serde_json::from_slice(&golden.body).ok()?))
    });
    let background = CASES.into_iter().map(|name| {
        let case: Value =
            serde_json::from_slice(&data(&format!("background/{name}.json"))).unwrap();
        (HeaderMap::new(), case["background"].clone())
    });
    requests.chain(background).collect()
}

proptest! {
    #[test]
    fn any_bytes_with_any_headers(
        headers in headers(),
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        decodes(&headers, &body.into());
    }

    #[test]
    fn any_json_with_any_headers(headers in headers(), body in value()) {
        let body = body.to_string().into();
        decodes(&headers, &body);
        decodes(&HeaderMap::new(), &body);
    }

    #[test]
    fn events_of_google_with_something_wrong(
        which in any::<Index>(),
        at in any::<Index>(),
        other in prop::option::of(value()),
    ) {
        let goldens = goldens();
        let (headers, body) = which.get(&goldens);
        decodes(headers, &spoilt(body, at, other));
    }

    #[test]
    fn events_of_google_without_a_header(which in select(&REQUESTS[..]), at in any::<Index>()) {
        let mut golden = Golden::read(which);
        let names: Vec<_> = golden.headers.keys().cloned().collect();
        golden.headers.remove(at.get(&names));
        decodes(&golden.headers, &golden.body);
    }

    #[test]
    fn any_protobuf(
        name in select(&["firestore-written", "storage-finalized"][..]),
        body in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let golden = Golden::in_protobuf(name);
        decodes(&golden.headers, &body.into());
    }

    #[test]
    fn protobuf_with_something_wrong(
        name in select(&["firestore-written", "storage-finalized"][..]),
        at in any::<Index>(),
        byte in any::<u8>(),
        end in any::<Index>(),
    ) {
        let golden = Golden::in_protobuf(name);
        let mut body = golden.body.to_vec();
        let place = at.index(body.len());
        body[place] = byte;
        decodes(&golden.headers, &body.clone().into());
        body.truncate(end.index(body.len()));
        decodes(&golden.headers, &body.into());
    }
}

#[test]
fn what_is_nested_too_deeply_is_refused() {
    let golden = Golden::read("firestore-written");
    let mut value = json!({"nullValue": null});
    for _ in 0..60 {
        value = json!({"arrayValue": {"values": [value]}});
    }
    let document = json!({"value": {"name": "a/documents/b/c", "fields": {"f": value}}});
    decode(&golden.headers, &document.to_string().into(), &context()).unwrap_err();

    let open = r#"{"message":"#.repeat(100_000);
    decodes(&golden.headers, &open.clone().into());
    decodes(&HeaderMap::new(), &open.into());

    let golden = Golden::in_protobuf("firestore-written");
    let body = |depth| -> Bytes {
        // A null, in arrays: field 9 of a value, of which field 1 is a value.
        let value = (0..depth).fold(vec![0x58, 0], |value, _| field(9, field(1, value)));
        let entry = [field(1, b"f".to_vec()), field(2, value)].concat();
        let document = [field(1, b"a/documents/b/c".to_vec()), field(2, entry)].concat();
        field(1, document).into()
    };
    decode(&golden.headers, &body(20), &context()).unwrap();
    decode(&golden.headers, &body(60), &context()).unwrap_err();
    decode(&golden.headers, &body(5_000), &context()).unwrap_err();
}

/// A field of protobuf with so many bytes.
fn field(number: u8, bytes: Vec<u8>) -> Vec<u8> {
    let mut field = vec![number << 3 | 2];
    let mut length = bytes.len();
    while length > 0x7f {
        field.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
        length >>= 7;
    }
    field.push(u8::try_from(length).unwrap());
    field.extend(bytes);
    field
}
