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
#[cfg(test)]
mod aws_types;
mod dynamodb;
mod eventbridge;
mod invoke;
mod kinesis;
mod moment;
mod s3;
mod sns;
mod sqs;
mod wire;

use std::fmt;
use std::str::FromStr;

pub(super) use self::sqs::received;
pub use self::sqs::s3_test_event;
pub(super) use self::wire::BatchRecord;
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_round_trip() {
        for source in Source::ALL {
            assert_eq!(source.name().parse::<Source>().unwrap(), source);
        }
        let error = "mq".parse::<Source>().unwrap_err().to_string();
        assert!(error.contains("s3-sns-sqs"), "{error}");
    }

    #[test]
    fn each_kind_has_its_sources() {
        for (happening, sources) in [
            (
                json!({"kind": "object-deleted"}),
                "s3 s3-eventbridge s3-sqs s3-sns s3-eventbridge-sqs s3-sns-sqs",
            ),
            (
                json!({"kind": "message", "body": {"text": "a"}}),
                "sqs sqs-fifo sns sns-sqs sns-sqs-raw",
            ),
            (json!({"kind": "message"}), ""),
            (
                json!({"kind": "schedule"}),
                "eventbridge-rule eventbridge-scheduler",
            ),
            (json!({"kind": "record"}), "kinesis"),
            (json!({"kind": "document-change", "new": {}}), "dynamodb"),
            (json!({"kind": "document-change"}), ""),
            (
                json!({"kind": "custom", "type": "t", "source": "s", "data": {"json": {}}}),
                "eventbridge invoke step-functions invoke-cloudevent",
            ),
            (
                json!({"kind": "custom", "data": {"json": {}}}),
                "invoke step-functions invoke-cloudevent",
            ),
            (
                json!({"kind": "custom", "data": {"text": "a"}}),
                "invoke-cloudevent",
            ),
        ] {
            let written = happening.to_string();
            let happening: Happening = serde_json::from_value(happening).unwrap();
            let takers = Source::ALL
                .into_iter()
                .filter(|source| source.takes(&happening));
            let names: Vec<_> = takers.map(Source::name).collect();
            assert_eq!(names.join(" "), sources, "{written}");
            for source in Source::ALL {
                let made = match source.manner() {
                    Manner::Queue | Manner::Stream => source.record(&happening, 0).is_ok(),
                    _ => source.payload(&happening, 0).is_ok(),
                };
                assert_eq!(made, source.takes(&happening), "{source}: {written}");
            }
        }
    }
}
