//! The payloads and records that the sources make of a happening.

use serde_json::Value;

use super::moment::Moment;
use super::{Source, dynamodb, eventbridge, invoke, kinesis, s3, sns, sqs};
use crate::Error;
use crate::error::Kind;
use crate::event::Happening;

/// A record of a batch.
#[derive(Debug, Clone)]
pub(in crate::lambda) struct BatchRecord {
    /// What stands in `Records`.
    pub(in crate::lambda) record: Value,
    /// What `batchItemFailures` calls it.
    pub(in crate::lambda) identifier: String,
    /// The queue or stream it comes from: a batch is of one.
    pub(in crate::lambda) origin: String,
    /// The message group within which the order is kept.
    pub(in crate::lambda) group: Option<String>,
}

impl Source {
    /// The payload of an invocation for this happening alone, the `place`th of a delivery.
    ///
    /// # Errors
    /// When the source cannot carry it, or a time in it is no RFC 3339.
    pub(in crate::lambda) fn payload(
        self,
        happening: &Happening,
        place: usize,
    ) -> Result<Value, Error> {
        Ok(match (self, happening) {
            (Self::S3, _) => s3::Stored::of(self, happening, place)?.notification(),
            (Self::S3Eventbridge, _) => s3::Stored::of(self, happening, place)?.bridged(),
            (Self::S3Sns, _) => {
                sns::Notice::of_object(&s3::Stored::of(self, happening, place)?).event()
            }
            (Self::Sns, Happening::Message(message)) => {
                sns::Notice::of_message(self, message)?.event()
            }
            (Self::EventbridgeRule, Happening::Schedule(tick)) => {
                eventbridge::rule(tick, self.moment(tick.due.as_deref())?)
            }
            (Self::EventbridgeScheduler, Happening::Schedule(tick)) => {
                eventbridge::scheduler(tick, self.moment(tick.due.as_deref())?)
            }
            (Self::Eventbridge, Happening::Custom(custom)) => {
                let detail = eventbridge::detail(custom).ok_or_else(|| self.refuses(happening))?;
                eventbridge::custom(custom, detail, self.moment(custom.time.as_deref())?)
            }
            (Self::Invoke | Self::StepFunctions, Happening::Custom(custom)) => {
                invoke::json(&custom.data).ok_or_else(|| self.refuses(happening))?
            }
            (Self::InvokeCloudevent, Happening::Custom(custom)) => invoke::cloudevent(custom),
            _ => return Err(self.refuses(happening)),
        })
    }

    /// The record of a batch for this happening, the `place`th of a delivery.
    ///
    /// # Errors
    /// As [`payload`](Self::payload).
    pub(in crate::lambda) fn record(
        self,
        happening: &Happening,
        place: usize,
    ) -> Result<BatchRecord, Error> {
        let letter = match (self, happening) {
            (Self::S3Sqs, _) => {
                let stored = s3::Stored::of(self, happening, place)?;
                stored.in_queue(stored.notification())
            }
            (Self::S3EventbridgeSqs, _) => {
                let stored = s3::Stored::of(self, happening, place)?;
                stored.in_queue(stored.bridged())
            }
            (Self::S3SnsSqs, _) => {
                sns::Notice::of_object(&s3::Stored::of(self, happening, place)?).in_queue()
            }
            (Self::Sqs, Happening::Message(message)) => sqs::Letter::of(self, message)?,
            (Self::SqsFifo, Happening::Message(message)) => {
                sqs::Letter::of(self, message)?.in_order(place)
            }
            (Self::SnsSqs, Happening::Message(message)) => {
                sns::Notice::of_message(self, message)?.in_queue()
            }
            (Self::SnsSqsRaw, Happening::Message(message)) => {
                sns::Notice::of_message(self, message)?.in_queue_raw()
            }
            (Self::Kinesis, Happening::Record(record)) => {
                let written = self.moment(record.written.as_deref())?;
                return Ok(kinesis::record(record, written, place));
            }
            (Self::Dynamodb, Happening::DocumentChange(change)) if self.takes(happening) => {
                let time = self.moment(change.time.as_deref())?;
                return Ok(dynamodb::record(change, time, place));
            }
            _ => return Err(self.refuses(happening)),
        };
        Ok(letter.record())
    }

    /// That moment, or now.
    pub(super) fn moment(self, time: Option<&str>) -> Result<Moment, Error> {
        let Some(text) = time else {
            return Ok(Moment::now());
        };
        Moment::parse(text).ok_or_else(|| {
            self.undeliverable(format!("{text:?} is no time in RFC 3339, or before 1970"))
        })
    }

    pub(super) fn refuses(self, happening: &Happening) -> Error {
        let kind = serde_json::to_value(happening).unwrap_or_default();
        let problem = match kind["kind"].as_str() {
            Some(kind) => format!("a {kind} of this form does not come from there"),
            None => "it does not come from there".to_owned(),
        };
        self.undeliverable(problem)
    }

    fn undeliverable(self, problem: String) -> Error {
        Kind::Undeliverable {
            source_name: self.name(),
            problem,
        }
        .into()
    }
}
