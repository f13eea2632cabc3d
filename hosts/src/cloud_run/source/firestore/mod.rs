//! Firestore: one change of a document, as JSON and as protobuf.
//!
//! Both are `google.events.cloud.firestore.v1.DocumentEventData`; the attributes are those of
//! <https://cloud.google.com/eventarc/docs/run/route-trigger-cloud-firestore>. When a document was
//! created is not known here: every image has the time of the change.

mod json;
mod protobuf;
mod timestamp;
mod value;

use std::collections::BTreeMap;

use serde_json::{Value, json};

use self::value::FieldValue;
use super::PROJECT;
use super::cloudevent::{CloudEvent, Data};
use super::occasion::Occasion;
use super::push::Push;
use crate::Error;
use crate::event::{Change, Document};

/// Where the schema of the data is, as Eventarc says it.
const SCHEMA: &str = "https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/firestore/v1/data.proto";

/// The documents of the default database.
fn documents() -> String {
    format!("projects/{PROJECT}/databases/(default)/documents")
}

/// A binary CloudEvent with JSON.
pub(super) fn json(change: &Change, occasion: &Occasion<'_>) -> Result<Push, Error> {
    let data = json::event_data(&Images::of(change, occasion));
    eventarc(change, occasion, Data::json(&data))
}

/// A binary CloudEvent with protobuf.
pub(super) fn protobuf(change: &Change, occasion: &Occasion<'_>) -> Result<Push, Error> {
    let data = Data {
        content_type: "application/protobuf".to_owned(),
        bytes: protobuf::event_data(&Images::of(change, occasion)).into(),
    };
    eventarc(change, occasion, data)
}

fn eventarc(change: &Change, occasion: &Occasion<'_>, data: Data) -> Result<Push, Error> {
    let document = format!("{}/{}", change.collection, change.id);
    let extensions = [
        ("project", PROJECT),
        ("database", "(default)"),
        ("namespace", "(default)"),
        ("location", "us-central1"),
        ("document", &document),
    ];
    let extensions = extensions.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let event = CloudEvent {
        id: occasion.id.clone(),
        source: format!("//firestore.googleapis.com/projects/{PROJECT}/databases/(default)"),
        event_type: format!("google.cloud.firestore.document.v1.{}d", verb(change)),
        subject: Some(format!("documents/{document}")),
        time: Some(occasion.time.clone()),
        dataschema: Some(SCHEMA.to_owned()),
        extensions: extensions.into(),
        data: Some(data),
    };
    Ok(event.binary()?.by_pubsub())
}

/// A background event, whose context is at its root and whose images are there even when absent.
pub(super) fn legacy(change: &Change, occasion: &Occasion<'_>) -> Push {
    let images = Images::of(change, occasion);
    let mut data = json!({"oldValue": {}, "updateMask": {}, "value": {}});
    if let (Value::Object(data), Value::Object(told)) = (&mut data, json::event_data(&images)) {
        data.extend(told);
    }
    let event = json!({
        "data": data,
        "eventId": occasion.id,
        "eventType": format!("providers/cloud.firestore/eventTypes/document.{}", verb(change)),
        "notSupported": {},
        "params": {"doc": change.id},
        "resource": images.name,
        "timestamp": occasion.time,
    });
    Push::json("application/json", &event)
}

fn verb(change: &Change) -> &'static str {
    match (&change.old, &change.new) {
        (None, _) => "create",
        (Some(_), Some(_)) => "update",
        (Some(_), None) => "delete",
    }
}

/// What both encodings write.
struct Images {
    name: String,
    old: Option<Fields>,
    new: Option<Fields>,
    /// The paths of the fields that an update changed.
    changed: Vec<String>,
    time: String,
}

type Fields = BTreeMap<String, FieldValue>;

impl Images {
    fn of(change: &Change, occasion: &Occasion<'_>) -> Self {
        let changed = match (&change.old, &change.new) {
            (Some(old), Some(new)) => changed(old, new),
            _ => Vec::new(),
        };
        Self {
            name: format!("{}/{}/{}", documents(), change.collection, change.id),
            old: change.old.as_ref().map(fields),
            new: change.new.as_ref().map(fields),
            changed,
            time: occasion.time.clone(),
        }
    }
}

fn fields(document: &Document) -> Fields {
    let members = document.iter();
    let fields = members.map(|(name, value)| (name.clone(), FieldValue::from(&value.into())));
    fields.collect()
}

/// Of the document itself; a change deep in a map counts as one of its field.
fn changed(old: &Document, new: &Document) -> Vec<String> {
    let in_new = new
        .iter()
        .filter(|(name, value)| old.get(*name) != Some(value));
    let gone = old.iter().filter(|(name, _)| !new.contains_key(*name));
    let mut paths: Vec<String> = in_new.chain(gone).map(|(name, _)| path(name)).collect();
    paths.sort();
    paths
}

/// A name that is not simple is quoted with backticks.
fn path(name: &str) -> String {
    let mut letters = name.chars();
    let starts = letters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_');
    if starts && letters.all(|letter| letter.is_ascii_alphanumeric() || letter == '_') {
        return name.to_owned();
    }
    format!("`{}`", name.replace('\\', r"\\").replace('`', r"\`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Happening;

    fn document(value: Value) -> Option<Document> {
        serde_json::from_value(value).unwrap()
    }

    fn change(old: Value, new: Value) -> Change {
        Change {
            collection: "gcf-test".to_owned(),
            id: "2Vm2mI1d0wIaK2Waj5to".to_owned(),
            old: document(old),
            new: document(new),
            time: Some("2020-04-23T12:00:27.247187Z".to_owned()),
        }
    }

    fn body(push: &Push) -> Value {
        serde_json::from_slice(&push.body).unwrap()
    }

    #[test]
    fn an_update_has_both_images_and_what_changed() {
        let change = change(
            json!({"another test": "asd", "count": 3, "foo": "bar"}),
            json!({"another test": "asd", "count": 4, "new one": true}),
        );
        let happening = Happening::DocumentChange(change.clone());
        let push = json(&change, &Occasion::of(&happening)).unwrap();
        let name =
            "projects/my-project/databases/(default)/documents/gcf-test/2Vm2mI1d0wIaK2Waj5to";
        let time = "2020-04-23T12:00:27.247187Z";
        assert_eq!(
            body(&push),
            json!({
                "oldValue": {
                    "createTime": time,
                    "fields": {
                        "another test": {"stringValue": "asd"},
                        "count": {"integerValue": "3"},
                        "foo": {"stringValue": "bar"},
                    },
                    "name": name,
                    "updateTime": time,
                },
                "updateMask": {"fieldPaths": ["`new one`", "count", "foo"]},
                "value": {
                    "createTime": time,
                    "fields": {
                        "another test": {"stringValue": "asd"},
                        "count": {"integerValue": "4"},
                        "new one": {"booleanValue": true},
                    },
                    "name": name,
                    "updateTime": time,
                },
            })
        );
        let expected = [
            ("ce-type", "google.cloud.firestore.document.v1.updated"),
            (
                "ce-source",
                "//firestore.googleapis.com/projects/my-project/databases/(default)",
            ),
            ("ce-subject", "documents/gcf-test/2Vm2mI1d0wIaK2Waj5to"),
            ("ce-document", "gcf-test/2Vm2mI1d0wIaK2Waj5to"),
            ("ce-database", "(default)"),
            ("content-type", "application/json"),
        ];
        for (name, value) in expected {
            assert_eq!(push.headers[name], value, "{name}");
        }
    }

    #[test]
    fn creations_and_deletions_have_one_image() {
        let created = change(Value::Null, json!({"a": 1}));
        let deleted = change(json!({"a": 1}), Value::Null);
        for (change, verb, absent) in [
            (created, "create", "oldValue"),
            (deleted, "delete", "value"),
        ] {
            let happening = Happening::DocumentChange(change.clone());
            let occasion = Occasion::of(&happening);
            let push = json(&change, &occasion).unwrap();
            let expected = format!("google.cloud.firestore.document.v1.{verb}d");
            assert_eq!(push.headers["ce-type"], expected);
            assert!(body(&push).get(absent).is_none(), "{}", body(&push));
            assert!(body(&push).get("updateMask").is_none(), "{}", body(&push));
            let event = body(&legacy(&change, &occasion));
            let expected = format!("providers/cloud.firestore/eventTypes/document.{verb}");
            assert_eq!(event["eventType"], expected);
            assert_eq!(event["data"][absent], json!({}));
        }
    }

    #[test]
    fn protobuf_says_so_in_its_content_type() {
        let change = change(Value::Null, json!({"a": 1}));
        let happening = Happening::DocumentChange(change.clone());
        let push = protobuf(&change, &Occasion::of(&happening)).unwrap();
        assert_eq!(push.headers["content-type"], "application/protobuf");
        assert_eq!(push.headers["ce-dataschema"], SCHEMA);
    }
}
