//! The wire forms in which Google delivers what happens.

mod cloudevent;
mod custom;
mod firestore;
mod occasion;
mod pubsub;
mod push;
mod scheduler;
mod storage;
mod wire;

use std::fmt;
use std::str::FromStr;

pub(super) use self::occasion::Occasion;
pub(super) use self::push::Push;
use crate::Error;
use crate::error::Kind;
use crate::event::Happening;

/// The project that everything belongs to; only names show it.
const PROJECT: &str = "my-project";

/// A service that delivers events, and which of its wire forms it uses.
///
/// The CloudEvents are those of <https://github.com/googleapis/google-cloudevents>, put into HTTP
/// as <https://cloud.google.com/eventarc/docs/cloudevents> says; the legacy events are those that
/// the functions frameworks' conformance tests send
/// (<https://github.com/GoogleCloudPlatform/functions-framework-conformance/blob/main/docs/mapping.md>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// Cloud Storage by Eventarc: a binary CloudEvent.
    StorageEventarc,
    /// Cloud Storage as the legacy runtime of Cloud Functions delivers it.
    StorageLegacy,
    /// A notification of Cloud Storage, by Pub/Sub push.
    StoragePubsub,
    /// Pub/Sub by Eventarc: a binary CloudEvent.
    PubsubEventarc,
    /// Pub/Sub push, wrapped in JSON.
    PubsubPush,
    /// Pub/Sub push with payload unwrapping and metadata.
    PubsubPushUnwrapped,
    /// Pub/Sub as the legacy runtime of Cloud Functions delivers it.
    PubsubLegacy,
    /// A stream: Pub/Sub with ordering keys, by Eventarc.
    PubsubOrdered,
    /// Cloud Scheduler with an HTTP target.
    SchedulerHttp,
    /// Cloud Scheduler with a Pub/Sub target, by Eventarc.
    SchedulerPubsub,
    /// Firestore by Eventarc, with JSON as the event data content type.
    FirestoreJson,
    /// Firestore by Eventarc, as it is unless one asks for JSON.
    FirestoreProtobuf,
    /// Firestore as the legacy runtime of Cloud Functions delivers it.
    FirestoreLegacy,
    /// Any sender of CloudEvents in binary mode.
    CloudeventBinary,
    /// Any sender of CloudEvents in structured mode.
    CloudeventStructured,
    /// Any sender of CloudEvents in batched mode.
    CloudeventBatch,
    /// An event of one's own by Eventarc.
    EventarcCustom,
    /// A Cloud Audit Log entry by Eventarc; the event's data is the entry.
    AuditLog,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 18] = [
        Self::StorageEventarc,
        Self::StorageLegacy,
        Self::StoragePubsub,
        Self::PubsubEventarc,
        Self::PubsubPush,
        Self::PubsubPushUnwrapped,
        Self::PubsubLegacy,
        Self::PubsubOrdered,
        Self::SchedulerHttp,
        Self::SchedulerPubsub,
        Self::FirestoreJson,
        Self::FirestoreProtobuf,
        Self::FirestoreLegacy,
        Self::CloudeventBinary,
        Self::CloudeventStructured,
        Self::CloudeventBatch,
        Self::EventarcCustom,
        Self::AuditLog,
    ];

    /// The name that the command line and reports use; [`FromStr`] reads it back.
    pub fn name(self) -> &'static str {
        match self {
            Self::StorageEventarc => "storage-eventarc",
            Self::StorageLegacy => "storage-legacy",
            Self::StoragePubsub => "storage-pubsub",
            Self::PubsubEventarc => "pubsub-eventarc",
            Self::PubsubPush => "pubsub-push",
            Self::PubsubPushUnwrapped => "pubsub-push-unwrapped",
            Self::PubsubLegacy => "pubsub-legacy",
            Self::PubsubOrdered => "pubsub-ordered",
            Self::SchedulerHttp => "scheduler-http",
            Self::SchedulerPubsub => "scheduler-pubsub",
            Self::FirestoreJson => "firestore-json",
            Self::FirestoreProtobuf => "firestore-protobuf",
            Self::FirestoreLegacy => "firestore-legacy",
            Self::CloudeventBinary => "cloudevent-binary",
            Self::CloudeventStructured => "cloudevent-structured",
            Self::CloudeventBatch => "cloudevent-batch",
            Self::EventarcCustom => "eventarc-custom",
            Self::AuditLog => "audit-log",
        }
    }

    /// Whether this source tells of such a happening.
    ///
    /// A [`DocumentChange`](Happening::DocumentChange) has to have an image, old or new.
    pub fn takes(self, happening: &Happening) -> bool {
        match self {
            Self::StorageEventarc | Self::StorageLegacy | Self::StoragePubsub => matches!(
                happening,
                Happening::ObjectCreated(_) | Happening::ObjectDeleted(_)
            ),
            Self::PubsubEventarc
            | Self::PubsubPush
            | Self::PubsubPushUnwrapped
            | Self::PubsubLegacy => matches!(happening, Happening::Message(_)),
            Self::PubsubOrdered => matches!(happening, Happening::Record(_)),
            Self::SchedulerHttp | Self::SchedulerPubsub => {
                matches!(happening, Happening::Schedule(_))
            }
            Self::FirestoreJson | Self::FirestoreProtobuf | Self::FirestoreLegacy => {
                matches!(happening, Happening::DocumentChange(change)
                    if change.old.is_some() || change.new.is_some())
            }
            Self::CloudeventBinary
            | Self::CloudeventStructured
            | Self::CloudeventBatch
            | Self::EventarcCustom
            | Self::AuditLog => matches!(happening, Happening::Custom(_)),
        }
    }

    pub(super) fn undeliverable(self, happening: &Happening) -> Error {
        let problem = format!("it is for other happenings than {happening:?}");
        let source_name = self.name();
        Kind::Undeliverable {
            source_name,
            problem,
        }
        .into()
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Source {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|source| source.name() == name);
        found.ok_or_else(|| {
            let known = Self::ALL.map(Self::name).join(", ");
            Kind::UnknownSource(name.to_owned(), known).into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for source in Source::ALL {
            assert_eq!(source.name().parse::<Source>().unwrap(), source);
        }
        let error = "sqs".parse::<Source>().unwrap_err().to_string();
        assert!(error.contains("storage-eventarc"), "{error}");
    }

    #[test]
    fn a_change_without_images_is_none() {
        let change = Happening::DocumentChange(crate::event::Change::default());
        assert!(!Source::FirestoreJson.takes(&change));
    }
}
