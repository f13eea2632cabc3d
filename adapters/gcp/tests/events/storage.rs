//! Objects of Cloud Storage.

use http::{HeaderMap, HeaderValue};
use polyfn_core::cloudevents::Mode;
use polyfn_core::{EventKind, ObjectCreated, ObjectDeleted, Payload};
use polyfn_gcp::Form;

use crate::golden::{Golden, names, payload, time};

fn finalized() -> ObjectCreated {
    let mut object = ObjectCreated::new("tea-uploads", "folder/a b#ü.png");
    object.size = Some(352);
    object.etag = Some("COLm1fGx2ZIDEAE=".to_owned());
    object.content_type = Some("image/png".to_owned());
    object.version = Some("1772600767891234".to_owned());
    object
}

#[test]
fn a_stored_object_has_all_that_storage_tells() {
    let golden = Golden::read("storage-finalized");
    let delivery = golden.delivery();
    assert_eq!(golden.decoded().form, Form::CloudEvent(Mode::Binary));
    assert_eq!(delivery.event().data, Payload::ObjectCreated(finalized()));
    assert_eq!(delivery.origin().kinds(), [EventKind::ObjectCreated]);
    assert_eq!(names(&delivery), ["tea-uploads"]);
    let event = delivery.event();
    assert_eq!(event.id(), "1096434104173400");
    assert_eq!(event.subject(), Some("objects/folder/a b#ü.png"));
    assert_eq!(event.time(), Some(time("2026-03-04T05:06:07.891Z")));
    assert_eq!(event.attributes.extension("bucket"), Some("tea-uploads"));
    assert_eq!(delivery.raw().bytes(), &golden.body);
}

#[test]
fn protobuf_tells_the_same_of_an_object_as_json() {
    let golden = Golden::in_protobuf("storage-finalized");
    assert_eq!(payload(&golden), Payload::ObjectCreated(finalized()));
    assert_eq!(golden.delivery().raw().bytes(), &golden.body);
}

#[test]
fn what_the_data_leave_out_of_an_object_the_attributes_have() {
    let mut golden = Golden::read("storage-finalized");
    golden.body = "{}".into();
    let expected = ObjectCreated::new("tea-uploads", "folder/a b#ü.png");
    assert_eq!(payload(&golden), Payload::ObjectCreated(expected));
}

#[test]
fn a_deleted_object_is_what_it_was() {
    let delivery = Golden::read("storage-deleted").delivery();
    let mut object = ObjectDeleted::new("tea-uploads", "Test.cs");
    object.size = Some(352);
    object.version = Some("1772600767891234".to_owned());
    assert_eq!(delivery.event().data, Payload::ObjectDeleted(object));
    assert_eq!(delivery.origin().kinds(), [EventKind::ObjectDeleted]);
}

#[test]
fn a_notification_carries_the_event_of_its_object() {
    let delivery = Golden::read("pubsub-storage-notification").delivery();
    assert!(matches!(delivery.event().data, Payload::Message(_)));
    let [carried] = delivery.carried().unwrap() else {
        panic!("one object: {:?}", delivery.carried());
    };
    let mut object = ObjectCreated::new("tea-uploads", "leaves/oolong.txt");
    object.size = Some(352);
    object.etag = Some("COLm1fGx2ZIDEAE=".to_owned());
    object.content_type = Some("text/plain".to_owned());
    object.version = Some("1772600767891234".to_owned());
    let event = carried.event();
    assert_eq!(event.data, Payload::ObjectCreated(object));
    assert_eq!(names(carried), ["tea-uploads"]);
    assert_eq!(
        event.event_type(),
        "google.cloud.storage.object.v1.finalized"
    );
    assert_eq!(
        event.source(),
        "//storage.googleapis.com/projects/_/buckets/tea-uploads"
    );
    assert_eq!(event.subject(), Some("objects/leaves/oolong.txt"));
    assert_eq!(event.time(), Some(time("2020-04-23T07:38:57.230252Z")));
    assert!(!carried.raw().is_empty());
}

#[test]
fn a_notification_without_payload_or_wrapper_carries_the_same_object() {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        ("x-goog-pubsub-message-id", "1"),
        (
            "x-goog-pubsub-subscription-name",
            "projects/p/subscriptions/s",
        ),
        ("eventtype", "OBJECT_DELETE"),
        ("payloadformat", "NONE"),
        ("bucketid", "tea-uploads"),
        ("objectid", "Test.cs"),
        ("objectgeneration", "7"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    let body = "".into();
    let delivery = Golden { headers, body }.delivery();
    let mut object = ObjectDeleted::new("tea-uploads", "Test.cs");
    object.version = Some("7".to_owned());
    let carried = delivery.carried().unwrap();
    assert_eq!(carried[0].event().data, Payload::ObjectDeleted(object));
}

#[test]
fn an_empty_object_has_the_size_that_protobuf_does_not_write() {
    let mut golden = Golden::in_protobuf("storage-finalized");
    // The name (23) and the bucket (25), and nothing else.
    golden.body = (&b"\xba\x01\x03key\xca\x01\x06bucket"[..]).into();
    let Payload::ObjectCreated(object) = payload(&golden) else {
        panic!("an object was created");
    };
    assert_eq!(
        (object.key.as_str(), object.bucket.as_str()),
        ("key", "bucket")
    );
    assert_eq!(object.size, Some(0));
}
