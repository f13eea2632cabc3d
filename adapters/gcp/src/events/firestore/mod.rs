//! Documents of Firestore.
//!
//! The data are [`google.events.cloud.firestore.v1.DocumentEventData`][data], in protobuf as
//! Eventarc sends them, or in JSON.
//!
//! [data]: https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/firestore/v1/data.proto

mod document;
mod protobuf;

use polyfn_core::cloudevents::CloudEvent;
use polyfn_core::{
    ChangeKind, Context, Data, Delivery, DocumentChange, Error, Event, EventKind, Origin, Payload,
};

use self::document::{Document, DocumentEvent};
use super::encoding::is_protobuf;
use super::malformed::{missing, read_json, read_time};

pub(super) const TYPE_PREFIX: &str = "google.cloud.firestore.document.v1.";

/// What the type says was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Known(ChangeKind),
    /// Any of them: the images tell.
    Written,
}

impl Act {
    /// By the last part of the type.
    pub(super) fn of(event: &str) -> Option<Self> {
        let event = event.strip_suffix(".withAuthContext").unwrap_or(event);
        match event {
            "created" => Some(Self::Known(ChangeKind::Created)),
            "updated" => Some(Self::Known(ChangeKind::Updated)),
            "deleted" => Some(Self::Known(ChangeKind::Deleted)),
            "written" => Some(Self::Written),
            _ => None,
        }
    }

    fn kind(self, images: &DocumentEvent) -> Option<ChangeKind> {
        match (self, images.old_value.is_some(), images.value.is_some()) {
            (Self::Known(kind), ..) => Some(kind),
            (Self::Written, false, true) => Some(ChangeKind::Created),
            (Self::Written, true, true) => Some(ChangeKind::Updated),
            (Self::Written, true, false) => Some(ChangeKind::Deleted),
            (Self::Written, false, false) => None,
        }
    }
}

/// The change that a CloudEvent tells of.
pub(super) fn delivery(act: Act, event: CloudEvent, context: Context) -> Result<Delivery, Error> {
    let CloudEvent {
        attributes, data, ..
    } = event;
    let images = if is_protobuf(&data) {
        protobuf::read(data.bytes())?
    } else {
        read_json("data", data.bytes())?
    };
    let images = images.without_empty();
    let path = path(&images, attributes.subject.as_deref())?.to_owned();
    // A path that has no collection is no document's.
    let (collection, _) = path.rsplit_once('/').ok_or_else(|| missing("subject"))?;
    let collection_id = collection.rsplit('/').next().unwrap_or_default();

    let mut origin = Origin::new([EventKind::DocumentChanged]).named(collection_id);
    if collection_id != collection {
        origin = origin.named(collection);
    }
    let mut change = DocumentChange::new(collection, &path);
    change.kind = act.kind(&images);
    change.changed = match (attributes.time, &images.value) {
        (Some(time), _) => Some(time),
        (None, Some(Document { update_time, .. })) if !update_time.is_empty() => {
            Some(read_time("data.value.updateTime", update_time)?)
        }
        (None, _) => None,
    };
    change.old = images.old_value.map(|old| old.json()).transpose()?;
    change.new = images.value.map(|new| new.json()).transpose()?;
    let event = Event::new(attributes, Payload::DocumentChange(change), context);
    Ok(Delivery::new(event, origin).with_raw(data))
}

/// Where the document is, below `documents/`: what the images say, or the subject.
fn path<'a>(images: &'a DocumentEvent, subject: Option<&'a str>) -> Result<&'a str, Error> {
    let image = images.value.as_ref().or(images.old_value.as_ref());
    let of_image = image.and_then(|document| below_documents(&document.name));
    let of_subject = || subject.and_then(|subject| subject.strip_prefix("documents/"));
    of_image
        .or_else(of_subject)
        .ok_or_else(|| missing("subject"))
}

/// What follows on `projects/PROJECT/databases/DATABASE/documents/`, of which any may be called
/// `documents`.
fn below_documents(name: &str) -> Option<&str> {
    let (place, _) = name.match_indices('/').nth(3)?;
    let path = name.get(place..)?;
    path.strip_prefix("/documents/")
}

impl Document {
    /// Its fields as plain JSON.
    fn json(&self) -> Result<Data, Error> {
        Ok(Data::json(serde_json::to_vec(&self.fields)?))
    }
}
