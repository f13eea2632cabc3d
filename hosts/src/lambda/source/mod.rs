//! What AWS's event sources put into an invocation's payload.
//!
//! One module for each service; where an event travels through several of them, each wraps what
//! the one before it wrote, as the services do: an S3 notification is the `Message` of SNS's
//! notification, which is the `body` of an SQS message. The names of buckets, queues, topics,
//! streams, tables, rules and schedules stand in the ARNs. What travels through a queue or a topic
//! that the happening does not name (an S3 notification's queue) goes through one of the same name.
//!
//! An AWS service that has no word for a member of a happening loses it here as well: the
//! extensions of a custom event under EventBridge, the attributes of a Kinesis record.

mod attribute_value;
mod dynamodb;
mod eventbridge;
mod invoke;
mod kinesis;
mod moment;
mod s3;
mod sns;
mod sqs;

use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use self::moment::Moment;
pub(super) use self::sqs::received;
pub use self::sqs::s3_test_event;
use crate::Error;
use crate::error::Kind;
use crate::event::Happening;

/// Where an event comes from, and through which services it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// An S3 event notification, straight to the function.
    S3,
    /// S3 by way of EventBridge.
    S3Eventbridge,
    /// An S3 event notification in an SQS queue.
    S3Sqs,
    /// An S3 event notification published to an SNS topic.
    S3Sns,
    /// S3 by way of EventBridge, in an SQS queue.
    S3EventbridgeSqs,
    /// An S3 event notification published to an SNS topic, in an SQS queue.
    S3SnsSqs,
    /// A standard SQS queue.
    Sqs,
    /// A FIFO queue. Its name ends in `.fifo`, as AWS demands; a message without a group is in
    /// the group `default`.
    SqsFifo,
    /// An SNS topic.
    Sns,
    /// An SNS topic, in an SQS queue, as the JSON notification.
    SnsSqs,
    /// An SNS topic, in an SQS queue, with raw message delivery.
    SnsSqsRaw,
    /// A rule with a schedule, of EventBridge.
    EventbridgeRule,
    /// EventBridge Scheduler, with the event that it makes when the schedule has no input.
    EventbridgeScheduler,
    /// A Kinesis data stream, of one shard.
    Kinesis,
    /// A table's stream, with new and old images.
    Dynamodb,
    /// An application's own event on an EventBridge bus.
    Eventbridge,
    /// An asynchronous Invoke with the data as its payload.
    Invoke,
    /// The task of a state machine with the data as its payload; its result is what a report says
    /// was `returned`. A failed task is tried again, as a `Retry` on `States.ALL` does.
    StepFunctions,
    /// An asynchronous Invoke with a CloudEvent, in structured mode, as its payload.
    InvokeCloudevent,
}

/// How a source invokes the function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// In batches; each message that failed is delivered again.
    Queue,
    /// In batches; everything from the first failure on is delivered again.
    Stream,
    /// One at a time, and nobody waits for the answer.
    Asynchronous,
    /// One at a time, for the answer.
    Synchronous,
}

/// A record of a batch.
#[derive(Debug, Clone)]
pub(super) struct BatchRecord {
    /// What stands in `Records`.
    pub(super) record: Value,
    /// What `batchItemFailures` calls it.
    pub(super) identifier: String,
    /// The queue or stream it comes from: a batch is of one.
    pub(super) origin: String,
    /// The message group within which the order is kept.
    pub(super) group: Option<String>,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 19] = [
        Self::S3,
        Self::S3Eventbridge,
        Self::S3Sqs,
        Self::S3Sns,
        Self::S3EventbridgeSqs,
        Self::S3SnsSqs,
        Self::Sqs,
        Self::SqsFifo,
        Self::Sns,
        Self::SnsSqs,
        Self::SnsSqsRaw,
        Self::EventbridgeRule,
        Self::EventbridgeScheduler,
        Self::Kinesis,
        Self::Dynamodb,
        Self::Eventbridge,
        Self::Invoke,
        Self::StepFunctions,
        Self::InvokeCloudevent,
    ];

    /// The name that the command line and reports use; [`FromStr`] reads it back.
    pub fn name(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::S3Eventbridge => "s3-eventbridge",
            Self::S3Sqs => "s3-sqs",
            Self::S3Sns => "s3-sns",
            Self::S3EventbridgeSqs => "s3-eventbridge-sqs",
            Self::S3SnsSqs => "s3-sns-sqs",
            Self::Sqs => "sqs",
            Self::SqsFifo => "sqs-fifo",
            Self::Sns => "sns",
            Self::SnsSqs => "sns-sqs",
            Self::SnsSqsRaw => "sns-sqs-raw",
            Self::EventbridgeRule => "eventbridge-rule",
            Self::EventbridgeScheduler => "eventbridge-scheduler",
            Self::Kinesis => "kinesis",
            Self::Dynamodb => "dynamodb",
            Self::Eventbridge => "eventbridge",
            Self::Invoke => "invoke",
            Self::StepFunctions => "step-functions",
            Self::InvokeCloudevent => "invoke-cloudevent",
        }
    }

    /// Whether AWS could tell of this happening in this way.
    ///
    /// It depends on the kind, and on what the service refuses: SQS and SNS take no message that is
    /// empty or is no text, EventBridge only a JSON object, Invoke only JSON, and a change of a
    /// document has an image from before or after it.
    pub fn takes(self, happening: &Happening) -> bool {
        match (self, happening) {
            (
                Self::S3
                | Self::S3Eventbridge
                | Self::S3Sqs
                | Self::S3Sns
                | Self::S3EventbridgeSqs
                | Self::S3SnsSqs,
                Happening::ObjectCreated(_) | Happening::ObjectDeleted(_),
            )
            | (Self::EventbridgeRule | Self::EventbridgeScheduler, Happening::Schedule(_))
            | (Self::Kinesis, Happening::Record(_))
            | (Self::InvokeCloudevent, Happening::Custom(_)) => true,
            (
                Self::Sqs | Self::SqsFifo | Self::Sns | Self::SnsSqs | Self::SnsSqsRaw,
                Happening::Message(message),
            ) => sqs::sendable(&message.body).is_some(),
            (Self::Dynamodb, Happening::DocumentChange(change)) => {
                change.old.is_some() || change.new.is_some()
            }
            (Self::Eventbridge, Happening::Custom(custom)) => eventbridge::detail(custom).is_some(),
            (Self::Invoke | Self::StepFunctions, Happening::Custom(custom)) => {
                invoke::json(&custom.data).is_some()
            }
            _ => false,
        }
    }

    pub(super) fn manner(self) -> Manner {
        match self {
            Self::S3Sqs
            | Self::S3EventbridgeSqs
            | Self::S3SnsSqs
            | Self::Sqs
            | Self::SqsFifo
            | Self::SnsSqs
            | Self::SnsSqsRaw => Manner::Queue,
            Self::Kinesis | Self::Dynamodb => Manner::Stream,
            Self::StepFunctions => Manner::Synchronous,
            Self::S3
            | Self::S3Eventbridge
            | Self::S3Sns
            | Self::Sns
            | Self::EventbridgeRule
            | Self::EventbridgeScheduler
            | Self::Eventbridge
            | Self::Invoke
            | Self::InvokeCloudevent => Manner::Asynchronous,
        }
    }

    /// The payload of an invocation for this happening alone, the `place`th of a delivery.
    ///
    /// # Errors
    /// When the source cannot carry it, or a time in it is no RFC 3339.
    pub(super) fn payload(self, happening: &Happening, place: usize) -> Result<Value, Error> {
        Ok(match (self, happening) {
            (Self::S3, Happening::ObjectCreated(_) | Happening::ObjectDeleted(_)) => {
                s3::Stored::of(self, happening, place)?.notification()
            }
            (Self::S3Eventbridge, Happening::ObjectCreated(_) | Happening::ObjectDeleted(_)) => {
                s3::Stored::of(self, happening, place)?.bridged()
            }
            (Self::S3Sns, Happening::ObjectCreated(_) | Happening::ObjectDeleted(_)) => {
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
    pub(super) fn record(self, happening: &Happening, place: usize) -> Result<BatchRecord, Error> {
        let letter = match (self, happening) {
            (Self::S3Sqs, Happening::ObjectCreated(_) | Happening::ObjectDeleted(_)) => {
                let stored = s3::Stored::of(self, happening, place)?;
                stored.in_queue(stored.notification())
            }
            (Self::S3EventbridgeSqs, Happening::ObjectCreated(_) | Happening::ObjectDeleted(_)) => {
                let stored = s3::Stored::of(self, happening, place)?;
                stored.in_queue(stored.bridged())
            }
            (Self::S3SnsSqs, Happening::ObjectCreated(_) | Happening::ObjectDeleted(_)) => {
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
    fn moment(self, time: Option<&str>) -> Result<Moment, Error> {
        let Some(text) = time else {
            return Ok(Moment::now());
        };
        Moment::parse(text).ok_or_else(|| {
            self.undeliverable(format!("{text:?} is no time in RFC 3339, or before 1970"))
        })
    }

    fn refuses(self, happening: &Happening) -> Error {
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

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Source {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|source| source.name() == name)
            .ok_or_else(|| {
                let known = Self::ALL.map(Self::name).join(", ");
                Kind::UnknownSource(name.to_owned(), known).into()
            })
    }
}
