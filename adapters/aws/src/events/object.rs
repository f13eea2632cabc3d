//! Objects, as both of S3's forms tell of them.

use polyfn_core::{
    Attributes, Data, Delivery, Event, EventKind, ObjectCreated, ObjectDeleted, Origin, Payload,
};

use super::arriving::Arriving;

/// What was done to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    Created,
    Deleted,
}

/// What is told of an object.
#[derive(Debug)]
pub(super) struct Object {
    pub(super) bucket: String,
    pub(super) key: String,
    pub(super) size: Option<u64>,
    pub(super) etag: Option<String>,
    pub(super) version: Option<String>,
}

impl Object {
    /// The event that something was done to it; `raw` is what says so.
    pub(super) fn delivery(
        self,
        act: Act,
        attributes: Attributes,
        raw: Data,
        arriving: Arriving<'_>,
    ) -> Delivery {
        let kind = match act {
            Act::Created => EventKind::ObjectCreated,
            Act::Deleted => EventKind::ObjectDeleted,
        };
        let origin = Origin::new([kind])
            .named(&self.bucket)
            .named(format!("arn:aws:s3:::{}", self.bucket));
        let event = Event::new(attributes, self.payload(act), arriving.context.clone());
        Delivery::new(event, origin).with_raw(raw)
    }

    fn payload(self, act: Act) -> Payload {
        match act {
            Act::Created => {
                let mut created = ObjectCreated::new(self.bucket, self.key);
                created.size = self.size;
                created.etag = self.etag;
                created.version = self.version;
                Payload::ObjectCreated(created)
            }
            Act::Deleted => {
                let mut deleted = ObjectDeleted::new(self.bucket, self.key);
                deleted.size = self.size;
                deleted.etag = self.etag;
                deleted.version = self.version;
                Payload::ObjectDeleted(deleted)
            }
        }
    }
}
