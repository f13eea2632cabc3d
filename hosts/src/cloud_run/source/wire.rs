//! Which source writes which happening how.

use super::{Occasion, Push, Source, cloudevent, custom, firestore, pubsub, scheduler, storage};
use crate::Error;
use crate::event::Happening;

impl Source {
    /// The request that tells of all `occasions` (one, unless the source has batches) for the
    /// `attempt`th time.
    pub(in crate::cloud_run) fn encode(
        self,
        occasions: &[Occasion<'_>],
        attempt: u32,
    ) -> Result<Push, Error> {
        match occasions {
            [occasion] if self != Self::CloudeventBatch => self.encode_one(occasion, attempt),
            batch => self.encode_batch(batch),
        }
    }

    fn encode_one(self, occasion: &Occasion<'_>, attempt: u32) -> Result<Push, Error> {
        match (self, occasion.happening) {
            (
                Self::StorageEventarc,
                Happening::ObjectCreated(object) | Happening::ObjectDeleted(object),
            ) => storage::eventarc(object, occasion),
            (
                Self::StorageLegacy,
                Happening::ObjectCreated(object) | Happening::ObjectDeleted(object),
            ) => Ok(storage::legacy(object, occasion)),
            (
                Self::StoragePubsub,
                Happening::ObjectCreated(object) | Happening::ObjectDeleted(object),
            ) => Ok(storage::notification(object, occasion).push(attempt)),
            (Self::PubsubEventarc, Happening::Message(message)) => {
                pubsub::message(message, occasion).eventarc(attempt)
            }
            (Self::PubsubPush, Happening::Message(message)) => {
                Ok(pubsub::message(message, occasion).push(attempt))
            }
            (Self::PubsubPushUnwrapped, Happening::Message(message)) => {
                pubsub::message(message, occasion).unwrapped()
            }
            (Self::PubsubLegacy, Happening::Message(message)) => {
                Ok(pubsub::message(message, occasion).legacy())
            }
            (Self::PubsubOrdered, Happening::Record(record)) => {
                pubsub::record(record, occasion).eventarc(attempt)
            }
            (Self::SchedulerHttp, Happening::Schedule(tick)) => scheduler::http(tick, occasion),
            (Self::SchedulerPubsub, Happening::Schedule(tick)) => {
                scheduler::published(tick, occasion).eventarc(attempt)
            }
            (Self::FirestoreJson, Happening::DocumentChange(change)) => {
                firestore::json(change, occasion)
            }
            (Self::FirestoreProtobuf, Happening::DocumentChange(change)) => {
                firestore::protobuf(change, occasion)
            }
            (Self::FirestoreLegacy, Happening::DocumentChange(change)) => {
                Ok(firestore::legacy(change, occasion))
            }
            (Self::CloudeventBinary, Happening::Custom(custom)) => {
                custom::event(custom, occasion).binary()
            }
            (Self::CloudeventStructured, Happening::Custom(custom)) => {
                Ok(custom::event(custom, occasion).structured())
            }
            (Self::EventarcCustom, Happening::Custom(custom)) => custom::eventarc(custom, occasion),
            (Self::AuditLog, Happening::Custom(custom)) => custom::audit_log(custom, occasion),
            _ => Err(self.undeliverable(occasion.happening)),
        }
    }

    fn encode_batch(self, occasions: &[Occasion<'_>]) -> Result<Push, Error> {
        let events = occasions.iter().map(|occasion| match occasion.happening {
            Happening::Custom(custom) => Ok(custom::event(custom, occasion)),
            other => Err(self.undeliverable(other)),
        });
        Ok(cloudevent::batch(&events.collect::<Result<Vec<_>, _>>()?))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_source_can_write_exactly_what_it_takes() {
        let happenings: Vec<Happening> = serde_json::from_value(json!([
            {"kind": "object-created"},
            {"kind": "object-deleted"},
            {"kind": "message"},
            {"kind": "schedule"},
            {"kind": "record"},
            {"kind": "document-change", "new": {}},
            {"kind": "document-change", "old": {}},
            {"kind": "custom"},
        ]))
        .unwrap();
        for source in Source::ALL {
            let taken = happenings
                .iter()
                .filter(|happening| source.takes(happening));
            assert!(taken.count() > 0, "{source} takes nothing");
            for happening in &happenings {
                let encoded = source.encode(&[Occasion::of(happening)], 1);
                let takes = source.takes(happening);
                assert_eq!(
                    encoded.is_ok(),
                    takes,
                    "{source}, {happening:?}: {encoded:?}"
                );
            }
        }
    }
}
