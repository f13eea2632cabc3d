//! Documents of Firestore.

use http::HeaderValue;
use polyfn_core::{ChangeKind, Data, DocumentChange, EventKind, Payload};
use serde_json::json;

use crate::golden::{Golden, names, payload, time};

fn written() -> DocumentChange {
    let mut change = DocumentChange::new("users/u1/posts", "users/u1/posts/p1");
    change.kind = Some(ChangeKind::Created);
    change.changed = Some(time("2020-09-29T11:32:00.123Z"));
    let plain = concat!(
        r#"{"array":[1,{"x":[]}],"boolean":false,"bytes":"AP8=","double":1.0,"#,
        r#""geo point":{"latitude":51.4543,"longitude":0.0},"infinity":"Infinity","#,
        r#""integer":-9223372036854775808,"map":{},"nan":"NaN","negative infinity":"-Infinity","#,
        r#""null":null,"reference":"projects/project-id/databases/(default)/documents/foo/bar","#,
        r#""string":"text","timestamp":"2020-04-23T14:23:53.241Z"}"#,
    );
    change.new = Some(Data::json(plain));
    change
}

#[test]
fn a_written_document_is_plain_json() {
    let delivery = Golden::read("firestore-written").delivery();
    let event = delivery.event();
    assert_eq!(event.data, Payload::DocumentChange(written()));
    let Payload::DocumentChange(change) = &event.data else {
        unreachable!("it has just been compared");
    };
    let text = |data: &Option<Data>| String::from_utf8(data.as_ref().unwrap().bytes().to_vec());
    assert_eq!(text(&change.new), text(&written().new));
    assert_eq!(names(&delivery), ["posts", "users/u1/posts"]);
    assert_eq!(delivery.origin().kinds(), [EventKind::DocumentChanged]);
    assert_eq!(
        event.attributes.extension("authid"),
        Some("robot@project-id.iam.gserviceaccount.com")
    );
}

#[test]
fn protobuf_tells_the_same_of_a_document_as_json() {
    let golden = Golden::in_protobuf("firestore-written");
    assert_eq!(payload(&golden), Payload::DocumentChange(written()));
    assert_eq!(golden.delivery().raw().bytes(), &golden.body);
}

#[test]
fn what_was_done_to_a_document_the_type_says_or_the_images() {
    let document = json!({"name": "projects/p/databases/(default)/documents/c/d"});
    let (there, nothing) = (&document, &json!({}));
    for (event, old, new, kind) in [
        ("written", nothing, there, Some(ChangeKind::Created)),
        ("written", there, there, Some(ChangeKind::Updated)),
        ("written", there, nothing, Some(ChangeKind::Deleted)),
        ("written", nothing, nothing, None),
        ("created", nothing, there, Some(ChangeKind::Created)),
        ("updated", there, there, Some(ChangeKind::Updated)),
        ("deleted", there, nothing, Some(ChangeKind::Deleted)),
        (
            "deleted.withAuthContext",
            there,
            nothing,
            Some(ChangeKind::Deleted),
        ),
    ] {
        let mut golden = Golden::read("firestore-written");
        let event_type = format!("google.cloud.firestore.document.v1.{event}");
        let event_type = HeaderValue::from_str(&event_type).unwrap();
        golden.headers.insert("ce-type", event_type);
        golden.body = json!({"oldValue": old, "value": new}).to_string().into();
        let Payload::DocumentChange(change) = payload(&golden) else {
            panic!("{event} is a change");
        };
        assert_eq!(change.kind, kind, "{event}: {old} -> {new}");
        assert_eq!(change.old.is_some(), old == there, "{event}");
        assert_eq!(change.new.is_some(), new == there, "{event}");
        let id = if kind.is_some() {
            "c/d"
        } else {
            "users/u1/posts/p1"
        };
        assert_eq!(change.id, id, "where no image tells, the subject does");
    }
}

#[test]
fn a_project_and_a_database_may_be_called_documents() {
    let name = "projects/documents/databases/documents/documents/users/u1";
    let mut golden = Golden::read("firestore-written");
    golden.body = json!({"value": {"name": name}}).to_string().into();
    let Payload::DocumentChange(change) = payload(&golden) else {
        panic!("it is a change");
    };
    let told = (change.collection.as_str(), change.id.as_str());
    assert_eq!(told, ("users", "users/u1"));
}

/// Of these serde_json alone reads other doubles.
#[test]
fn doubles_keep_their_digits() {
    let mut golden = Golden::read("firestore-written");
    let document = json!({
        "name": "projects/p/databases/(default)/documents/users/u1",
        "fields": {
            "double": {"doubleValue": 31.245_270_191_439_438},
            "place": {"geoPointValue": {"latitude": 31.245_270_191_439_438, "longitude": 121.487_919_511_619_45}},
        },
    });
    golden.body = json!({ "value": document }).to_string().into();
    let Payload::DocumentChange(change) = payload(&golden) else {
        panic!("it is a change");
    };
    let plain = r#"{"double":31.245270191439438,"place":{"latitude":31.245270191439438,"longitude":121.48791951161945}}"#;
    assert_eq!(change.new, Some(Data::json(plain)));
}
