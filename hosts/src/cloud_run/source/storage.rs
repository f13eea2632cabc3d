//! Cloud Storage: one object resource in each of the envelopes that it comes in.
//!
//! The resource is `google.events.cloud.storage.v1.StorageObjectData` in JSON, whose 64-bit
//! integers are texts. Notifications as in
//! <https://cloud.google.com/storage/docs/pubsub-notifications>.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::cloudevent::{CloudEvent, Data};
use super::occasion::Occasion;
use super::pubsub::Published;
use super::push::Push;
use crate::Error;
use crate::event::{Happening, Object};

/// A key is one segment of a link's path, its slashes included.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What happened to the object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Finalized,
    Deleted,
}

impl Verb {
    fn of(occasion: &Occasion<'_>) -> Self {
        match occasion.happening {
            Happening::ObjectDeleted(_) => Self::Deleted,
            _ => Self::Finalized,
        }
    }
}

/// A binary CloudEvent.
pub(super) fn eventarc(object: &Object, occasion: &Occasion<'_>) -> Result<Push, Error> {
    let event_type = match Verb::of(occasion) {
        Verb::Finalized => "google.cloud.storage.object.v1.finalized",
        Verb::Deleted => "google.cloud.storage.object.v1.deleted",
    };
    let bucket = &object.bucket;
    let event = CloudEvent {
        id: occasion.id.clone(),
        source: format!("//storage.googleapis.com/projects/_/buckets/{bucket}"),
        event_type: event_type.to_owned(),
        subject: Some(format!("objects/{}", object.key)),
        time: Some(occasion.time.clone()),
        extensions: BTreeMap::from([("bucket".to_owned(), bucket.clone())]),
        data: Some(Data::json(&resource(object, occasion))),
        ..CloudEvent::default()
    };
    Ok(event.binary()?.by_pubsub())
}

/// A background event. Its resource's name ends with the generation, which the mapping to
/// CloudEvents has to cut off (and of which the conformance tests have no example).
pub(super) fn legacy(object: &Object, occasion: &Occasion<'_>) -> Push {
    let event_type = match Verb::of(occasion) {
        Verb::Finalized => "google.storage.object.finalize",
        Verb::Deleted => "google.storage.object.delete",
    };
    let Object { bucket, key, .. } = object;
    let generation = generation(object, occasion);
    let event = json!({
        "context": {
            "eventId": occasion.id,
            "timestamp": occasion.time,
            "eventType": event_type,
            "resource": {
                "service": "storage.googleapis.com",
                "name": format!("projects/_/buckets/{bucket}/objects/{key}#{generation}"),
                "type": "storage#object",
            },
        },
        "data": resource(object, occasion),
    });
    Push::json("application/json", &event)
}

/// What the bucket publishes to a topic.
pub(super) fn notification(object: &Object, occasion: &Occasion<'_>) -> Published {
    let event_type = match Verb::of(occasion) {
        Verb::Finalized => "OBJECT_FINALIZE",
        Verb::Deleted => "OBJECT_DELETE",
    };
    let bucket = &object.bucket;
    let attributes = [
        (
            "notificationConfig",
            format!("projects/_/buckets/{bucket}/notificationConfigs/1"),
        ),
        ("eventType", event_type.to_owned()),
        ("payloadFormat", "JSON_API_V1".to_owned()),
        ("bucketId", bucket.clone()),
        ("objectId", object.key.clone()),
        ("objectGeneration", generation(object, occasion).to_owned()),
        ("eventTime", occasion.time.clone()),
    ];
    Published {
        topic: "storage".to_owned(),
        id: occasion.id.clone(),
        time: occasion.time.clone(),
        data: resource(object, occasion).to_string().into(),
        attributes: attributes
            .map(|(name, value)| (name.to_owned(), value))
            .into(),
        ordering_key: None,
    }
}

/// Every object has a generation, and the made-up id looks like one.
fn generation<'a>(object: &'a Object, occasion: &'a Occasion<'_>) -> &'a str {
    object.version.as_deref().unwrap_or(&occasion.id)
}

/// <https://cloud.google.com/storage/docs/json_api/v1/objects#resource>, without the checksums:
/// the object itself need not be known here.
fn resource(object: &Object, occasion: &Occasion<'_>) -> Value {
    let Object { bucket, key, .. } = object;
    let generation = generation(object, occasion);
    let escaped = utf8_percent_encode(key, RESERVED);
    let mut resource = json!({
        "kind": "storage#object",
        "id": format!("{bucket}/{key}/{generation}"),
        "selfLink": format!("https://www.googleapis.com/storage/v1/b/{bucket}/o/{escaped}"),
        "mediaLink": format!(
            "https://storage.googleapis.com/download/storage/v1/b/{bucket}/o/{escaped}?generation={generation}&alt=media"
        ),
        "name": key,
        "bucket": bucket,
        "generation": generation,
        "metageneration": "1",
        "storageClass": "STANDARD",
        "size": object.size.to_string(),
        "timeCreated": occasion.time,
        "timeStorageClassUpdated": occasion.time,
        "updated": occasion.time,
    });
    for (name, value) in [
        ("contentType", &object.content_type),
        ("etag", &object.etag),
    ] {
        if !value.is_empty() {
            resource[name] = json!(value);
        }
    }
    if Verb::of(occasion) == Verb::Deleted {
        resource["timeDeleted"] = json!(occasion.time);
    }
    resource
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object() -> Object {
        Object {
            bucket: "some-bucket".to_owned(),
            key: "folder/a b#1 €.txt".to_owned(),
            size: 352,
            etag: "CNHZ=".to_owned(),
            content_type: "text/plain".to_owned(),
            version: Some("1587627537231057".to_owned()),
            time: Some("2020-09-29T11:32:00.123Z".to_owned()),
            ..Object::default()
        }
    }

    fn body(push: &Push) -> Value {
        serde_json::from_slice(&push.body).unwrap()
    }

    #[test]
    fn a_cloudevent_names_bucket_and_object() {
        let happening = Happening::ObjectCreated(object());
        let push = eventarc(&object(), &Occasion::of(&happening)).unwrap();
        let expected = [
            ("ce-type", "google.cloud.storage.object.v1.finalized"),
            (
                "ce-source",
                "//storage.googleapis.com/projects/_/buckets/some-bucket",
            ),
            ("ce-subject", "objects/folder/a%20b#1%20%E2%82%AC.txt"),
            ("ce-time", "2020-09-29T11:32:00.123Z"),
            ("ce-bucket", "some-bucket"),
            ("content-type", "application/json"),
        ];
        for (name, value) in expected {
            assert_eq!(push.headers[name], value, "{name}");
        }
        let data = body(&push);
        assert_eq!(
            (&data["size"], &data["generation"]),
            (&json!("352"), &json!("1587627537231057"))
        );
        assert_eq!(
            data["id"],
            "some-bucket/folder/a b#1 €.txt/1587627537231057"
        );
        assert_eq!(
            (&data["etag"], &data["contentType"]),
            (&json!("CNHZ="), &json!("text/plain"))
        );
        let link = "https://www.googleapis.com/storage/v1/b/some-bucket/o/folder%2Fa%20b%231%20%E2%82%AC.txt";
        assert_eq!(data["selfLink"], link);
        assert!(data.get("timeDeleted").is_none());
    }

    #[test]
    fn a_deletion_says_so_in_every_form() {
        let happening = Happening::ObjectDeleted(object());
        let occasion = Occasion::of(&happening);
        let push = eventarc(&object(), &occasion).unwrap();
        assert_eq!(
            push.headers["ce-type"],
            "google.cloud.storage.object.v1.deleted"
        );
        assert_eq!(body(&push)["timeDeleted"], "2020-09-29T11:32:00.123Z");
        let push = legacy(&object(), &occasion);
        assert_eq!(
            body(&push)["context"]["eventType"],
            "google.storage.object.delete"
        );
        let message = notification(&object(), &occasion);
        assert_eq!(message.attributes["eventType"], "OBJECT_DELETE");
    }

    #[test]
    fn a_legacy_event_names_the_resource() {
        let happening = Happening::ObjectCreated(object());
        let event = body(&legacy(&object(), &Occasion::of(&happening)));
        assert_eq!(event["context"]["timestamp"], "2020-09-29T11:32:00.123Z");
        assert_eq!(
            event["context"]["resource"],
            json!({
                "service": "storage.googleapis.com",
                "name": "projects/_/buckets/some-bucket/objects/folder/a b#1 €.txt#1587627537231057",
                "type": "storage#object",
            })
        );
        assert_eq!(event["data"]["name"], "folder/a b#1 €.txt");
    }

    #[test]
    fn a_notification_has_the_attributes_and_the_resource() {
        let happening = Happening::ObjectCreated(object());
        let message = notification(&object(), &Occasion::of(&happening));
        let expected = [
            ("eventType", "OBJECT_FINALIZE"),
            ("bucketId", "some-bucket"),
            ("objectId", "folder/a b#1 €.txt"),
            ("objectGeneration", "1587627537231057"),
            ("payloadFormat", "JSON_API_V1"),
        ];
        for (name, value) in expected {
            assert_eq!(message.attributes[name], value, "{name}");
        }
        let data: Value = serde_json::from_slice(&message.data).unwrap();
        assert_eq!(data["kind"], "storage#object");
    }

    #[test]
    fn a_generation_is_made_up_and_the_same_everywhere() {
        let untold = Object {
            version: None,
            ..object()
        };
        let happening = Happening::ObjectCreated(untold.clone());
        let message = notification(&untold, &Occasion::of(&happening));
        let data: Value = serde_json::from_slice(&message.data).unwrap();
        assert_eq!(data["generation"], message.attributes["objectGeneration"]);
    }
}
