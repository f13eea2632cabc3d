//! Objects of Cloud Storage.
//!
//! The data are [`google.events.cloud.storage.v1.StorageObjectData`][data], in JSON or protobuf.
//!
//! [data]: https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/storage/v1/data.proto

use polyfn_core::cloudevents::CloudEvent;
use polyfn_core::{
    Attributes, Context, Data, Delivery, Error, Event, EventKind, ObjectCreated, ObjectDeleted,
    Origin, Payload,
};
use prost::Message as _;
use serde::Deserialize;

use super::encoding::is_protobuf;
use super::malformed::{malformed, missing, read_json};
use super::number::optional_int64;

pub(super) const TYPE_PREFIX: &str = "google.cloud.storage.object.v1.";

pub(super) const SOURCE_PREFIX: &str = "//storage.googleapis.com/projects/_/buckets/";

/// What was done to an object, of what every cloud tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Created,
    Deleted,
}

impl Act {
    /// By the last part of the type. Archived objects and new metadata are Google's own matter.
    pub(super) fn of(event: &str) -> Option<Self> {
        match event {
            "finalized" => Some(Self::Created),
            "deleted" => Some(Self::Deleted),
            _ => None,
        }
    }
}

/// What is told of an object, of that which every cloud tells.
#[derive(Clone, PartialEq, Deserialize, prost::Message)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct StorageObject {
    #[prost(string, tag = "8")]
    content_type: String,
    #[serde(deserialize_with = "optional_int64")]
    #[prost(int64, optional, tag = "9")]
    size: Option<i64>,
    #[prost(string, tag = "14")]
    etag: String,
    #[prost(string, tag = "23")]
    pub(super) name: String,
    #[prost(string, tag = "25")]
    pub(super) bucket: String,
    #[serde(deserialize_with = "optional_int64")]
    #[prost(int64, optional, tag = "26")]
    pub(super) generation: Option<i64>,
}

impl StorageObject {
    /// Of an event's data.
    pub(super) fn read(data: &Data) -> Result<Self, Error> {
        if data.is_empty() {
            return Ok(Self::default());
        }
        if is_protobuf(data) {
            let read = Self::decode(data.bytes().clone());
            let mut object = read.map_err(|error| malformed("data", error))?;
            // Zero is what protobuf does not write.
            object.size.get_or_insert(0);
            return Ok(object);
        }
        read_json("data", data.bytes())
    }

    fn payload(self, act: Act) -> Payload {
        let told = |text: String| Some(text).filter(|text| !text.is_empty());
        let size = self.size.and_then(|size| u64::try_from(size).ok());
        let version = self.generation.map(|generation| generation.to_string());
        match act {
            Act::Created => {
                let mut object = ObjectCreated::new(self.bucket, self.name);
                object.size = size;
                object.etag = told(self.etag);
                object.content_type = told(self.content_type);
                object.version = version;
                Payload::ObjectCreated(object)
            }
            Act::Deleted => {
                let mut object = ObjectDeleted::new(self.bucket, self.name);
                object.size = size;
                object.etag = told(self.etag);
                object.content_type = told(self.content_type);
                object.version = version;
                Payload::ObjectDeleted(object)
            }
        }
    }

    /// The event that something was done to it; `raw` is what says so.
    pub(super) fn delivery(
        self,
        act: Act,
        attributes: Attributes,
        raw: Data,
        context: Context,
    ) -> Delivery {
        let kind = match act {
            Act::Created => EventKind::ObjectCreated,
            Act::Deleted => EventKind::ObjectDeleted,
        };
        let origin = Origin::new([kind]).named(&self.bucket);
        let event = Event::new(attributes, self.payload(act), context);
        Delivery::new(event, origin).with_raw(raw)
    }
}

/// The object that a CloudEvent tells of. What its data leave out, the attributes have.
pub(super) fn delivery(act: Act, event: CloudEvent, context: Context) -> Result<Delivery, Error> {
    let CloudEvent {
        attributes, data, ..
    } = event;
    let mut object = StorageObject::read(&data)?;
    if object.bucket.is_empty() {
        let bucket = attributes.source.strip_prefix(SOURCE_PREFIX);
        object.bucket = bucket
            .filter(|bucket| !bucket.is_empty())
            .ok_or_else(|| missing("data.bucket"))?
            .to_owned();
    }
    if object.name.is_empty() {
        let subject = attributes.subject.as_deref();
        let key = subject.and_then(|subject| subject.strip_prefix("objects/"));
        object.name = key.ok_or_else(|| missing("data.name"))?.to_owned();
    }
    Ok(object.delivery(act, attributes, data, context))
}
