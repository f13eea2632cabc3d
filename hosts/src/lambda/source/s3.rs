//! What S3 says when an object is stored or deleted: its own notification, and EventBridge's form.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html> and
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>. The key is URL-encoded in
//! the notification alone ("`red flower.jpg` becomes `red+flower.jpg`"). A deletion with a version
//! is a delete marker, one without is for good. Neither form knows the content type.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::Source;
use super::eventbridge::Envelope;
use super::moment::Moment;
use super::sqs::Letter;
use crate::Error;
use crate::event::{Happening, Object};
use crate::lambda::request::{ACCOUNT, REGION, SOURCE_IP};

/// What `application/x-www-form-urlencoded` leaves alone, and the slash, which S3 leaves alone too.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'.')
    .remove(b'-')
    .remove(b'*')
    .remove(b'_')
    .remove(b' ');

/// The MD5 of nothing, as the entity tag of an object without one: S3 gives every object a tag.
const NO_BYTES: &str = "d41d8cd98f00b204e9800998ecf8427e";

const REQUEST_ID: &str = "C3D13FE58DE4C810";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    Created,
    Deleted,
    Marked,
}

/// An object, and what was done to it.
#[derive(Debug)]
pub(super) struct Stored<'a> {
    object: &'a Object,
    act: Act,
    pub(super) time: Moment,
    /// What orders the events of one key: a larger one is later.
    sequencer: String,
}

impl<'a> Stored<'a> {
    pub(super) fn of(
        source: Source,
        happening: &'a Happening,
        place: usize,
    ) -> Result<Self, Error> {
        let (object, act) = match happening {
            Happening::ObjectCreated(object) => (object, Act::Created),
            Happening::ObjectDeleted(object) if object.version.is_some() => (object, Act::Marked),
            Happening::ObjectDeleted(object) => (object, Act::Deleted),
            _ => return Err(source.refuses(happening)),
        };
        let time = source.moment(object.time.as_deref())?;
        Ok(Self {
            object,
            act,
            time,
            sequencer: format!("{:012X}{place:06X}", time.epoch_milliseconds()),
        })
    }

    pub(super) fn bucket(&self) -> &str {
        &self.object.bucket
    }

    /// The notification, as a function, a queue or a topic gets it.
    pub(super) fn notification(&self) -> Value {
        let Object { bucket, key, .. } = self.object;
        let mut object = self.members("eTag", "versionId");
        let key = utf8_percent_encode(key, ENCODED).to_string();
        object.insert("key".to_owned(), key.replace(' ', "+").into());
        json!({"Records": [{
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": REGION,
            "eventTime": self.time.to_the_millisecond(),
            "eventName": match self.act {
                Act::Created => "ObjectCreated:Put",
                Act::Deleted => "ObjectRemoved:Delete",
                Act::Marked => "ObjectRemoved:DeleteMarkerCreated",
            },
            "userIdentity": {"principalId": "AWS:AIDAJDPLRKLG7UEXAMPLE"},
            "requestParameters": {"sourceIPAddress": SOURCE_IP},
            "responseElements": {
                "x-amz-request-id": REQUEST_ID,
                "x-amz-id-2": "FMyUVURIY8/IgAgTv8xRjskZQpcIZ9KG4V5Wp6S7S/JRWeUWerMUE5JgHvANOjpD",
            },
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "polyfn",
                "bucket": {
                    "name": bucket,
                    "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
                    "arn": format!("arn:aws:s3:::{bucket}"),
                },
                "object": object,
            },
        }]})
    }

    /// The event that EventBridge gets.
    pub(super) fn bridged(&self) -> Value {
        let Object { bucket, key, .. } = self.object;
        let mut object = self.members("etag", "version-id");
        object.insert("key".to_owned(), key.as_str().into());
        let mut detail = json!({
            "version": "0",
            "bucket": {"name": bucket},
            "object": object,
            "request-id": REQUEST_ID,
            "requester": ACCOUNT,
            "source-ip-address": SOURCE_IP,
            "reason": if self.act == Act::Created { "PutObject" } else { "DeleteObject" },
        });
        let deletion_type = match self.act {
            Act::Created => None,
            Act::Deleted => Some("Permanently Deleted"),
            Act::Marked => Some("Delete Marker Created"),
        };
        if let (Some(deletion_type), Value::Object(members)) = (deletion_type, &mut detail) {
            members.insert("deletion-type".to_owned(), deletion_type.into());
        }
        let detail_type = match self.act {
            Act::Created => "Object Created",
            Act::Deleted | Act::Marked => "Object Deleted",
        };
        Envelope {
            id: None,
            detail_type,
            source: "aws.s3",
            time: self.time,
            resources: vec![format!("arn:aws:s3:::{bucket}")],
            detail,
        }
        .event()
    }

    /// One of the two in a queue that is named like the bucket.
    pub(super) fn in_queue(&self, body: Value) -> Letter {
        Letter::new(self.bucket(), body.to_string(), self.time)
    }

    /// What the two forms share, under the names that they have for them.
    fn members(&self, etag: &str, version: &str) -> Map<String, Value> {
        let mut members = Map::new();
        let given = Some(self.object.etag.as_str()).filter(|etag| !etag.is_empty());
        let tag = match self.act {
            Act::Created => given.or(Some(NO_BYTES)),
            Act::Deleted | Act::Marked => given,
        };
        if self.act == Act::Created {
            members.insert("size".to_owned(), self.object.size.into());
        }
        members.extend(tag.map(|tag| (etag.to_owned(), tag.into())));
        let given = self.object.version.as_deref();
        members.extend(given.map(|given| (version.to_owned(), given.into())));
        members.insert("sequencer".to_owned(), self.sequencer.as_str().into());
        members
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object() -> Object {
        Object {
            bucket: "amzn-s3-demo-bucket".to_owned(),
            key: "red flower+é/(1)~a=b.jpg".to_owned(),
            size: 1024,
            etag: "0123".to_owned(),
            version: Some("096fKKXTRTtl3on89fVO.nfljtsv6qko".to_owned()),
            time: Some("1970-01-01T00:00:01Z".to_owned()),
            ..Object::default()
        }
    }

    #[test]
    fn the_documented_notification() {
        let happening = Happening::ObjectCreated(object());
        let stored = Stored::of(Source::S3, &happening, 7).unwrap();
        assert_eq!(
            stored.notification(),
            json!({"Records": [{
                "eventVersion": "2.1",
                "eventSource": "aws:s3",
                "awsRegion": "us-east-1",
                "eventTime": "1970-01-01T00:00:01.000Z",
                "eventName": "ObjectCreated:Put",
                "userIdentity": {"principalId": "AWS:AIDAJDPLRKLG7UEXAMPLE"},
                "requestParameters": {"sourceIPAddress": "127.0.0.1"},
                "responseElements": {
                    "x-amz-request-id": "C3D13FE58DE4C810",
                    "x-amz-id-2": "FMyUVURIY8/IgAgTv8xRjskZQpcIZ9KG4V5Wp6S7S/JRWeUWerMUE5JgHvANOjpD",
                },
                "s3": {
                    "s3SchemaVersion": "1.0",
                    "configurationId": "polyfn",
                    "bucket": {
                        "name": "amzn-s3-demo-bucket",
                        "ownerIdentity": {"principalId": "A3NL1KOZZKExample"},
                        "arn": "arn:aws:s3:::amzn-s3-demo-bucket",
                    },
                    "object": {
                        "key": "red+flower%2B%C3%A9/%281%29%7Ea%3Db.jpg",
                        "size": 1024,
                        "eTag": "0123",
                        "versionId": "096fKKXTRTtl3on89fVO.nfljtsv6qko",
                        "sequencer": "0000000003E8000007",
                    },
                },
            }]})
        );
    }

    #[test]
    fn the_documented_eventbridge_event() {
        let happening = Happening::ObjectCreated(object());
        let event = Stored::of(Source::S3Eventbridge, &happening, 7)
            .unwrap()
            .bridged();
        assert_eq!(event["detail-type"], "Object Created");
        assert_eq!(event["source"], "aws.s3");
        assert_eq!(
            event["resources"],
            json!(["arn:aws:s3:::amzn-s3-demo-bucket"])
        );
        assert_eq!(
            event["detail"],
            json!({
                "version": "0",
                "bucket": {"name": "amzn-s3-demo-bucket"},
                "object": {
                    "key": "red flower+é/(1)~a=b.jpg",
                    "size": 1024,
                    "etag": "0123",
                    "version-id": "096fKKXTRTtl3on89fVO.nfljtsv6qko",
                    "sequencer": "0000000003E8000007",
                },
                "request-id": "C3D13FE58DE4C810",
                "requester": "123456789012",
                "source-ip-address": "127.0.0.1",
                "reason": "PutObject",
            })
        );
    }

    #[test]
    fn a_deletion_has_no_size_and_says_whether_it_is_for_good() {
        for (version, name, deletion_type) in [
            (None, "ObjectRemoved:Delete", "Permanently Deleted"),
            (
                Some("v".to_owned()),
                "ObjectRemoved:DeleteMarkerCreated",
                "Delete Marker Created",
            ),
        ] {
            let happening = Happening::ObjectDeleted(Object {
                version,
                etag: String::new(),
                ..object()
            });
            let stored = Stored::of(Source::S3, &happening, 7).unwrap();
            let record = &stored.notification()["Records"][0];
            assert_eq!(record["eventName"], name);
            let object = &record["s3"]["object"];
            assert!(
                object.get("size").is_none() && object.get("eTag").is_none(),
                "{object}"
            );
            let event = stored.bridged();
            assert_eq!(event["detail-type"], "Object Deleted");
            assert_eq!(event["detail"]["deletion-type"], deletion_type);
            assert_eq!(event["detail"]["reason"], "DeleteObject");
        }
    }
}
