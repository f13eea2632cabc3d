//! What a source of events can do.

use polyfn_hosts::{azure, cloud_run, lambda};

use crate::event::EventColumn;

impl EventColumn {
    /// Whether the source can call the probe's function of that name: queues and topics both bring
    /// messages.
    pub(super) fn calls(self, function: &str) -> bool {
        let is_queue = match self {
            Self::Aws(
                lambda::Source::Sqs | lambda::Source::SqsFifo | lambda::Source::SnsSqsRaw,
            )
            | Self::Azure(
                azure::Source::StorageQueue
                | azure::Source::ServiceBusQueue
                | azure::Source::ServiceBusQueueBatch,
                _,
            ) => true,
            // In a queue, SNS's notification is still one of its topic.
            Self::Aws(lambda::Source::Sns | lambda::Source::SnsSqs)
            | Self::Azure(
                azure::Source::ServiceBusTopic | azure::Source::ServiceBusTopicBatch,
                _,
            ) => false,
            _ => return true,
        };
        is_queue != (function == "topic")
    }

    /// The variables that bind the probe's queues and topics to what the source calls them: the
    /// name of a FIFO queue has to end in `.fifo`, and a push of Pub/Sub's tells the name of its
    /// subscription alone.
    pub(super) fn bindings(self) -> Vec<(&'static str, String)> {
        let ending = match self {
            Self::Aws(lambda::Source::SqsFifo) => ".fifo",
            Self::Gcp(cloud_run::Source::PubsubPush | cloud_run::Source::PubsubPushUnwrapped) => {
                "-push"
            }
            _ => return Vec::new(),
        };
        let names = [
            ("POLYFN_QUEUE_ORDERS", "orders"),
            ("POLYFN_QUEUE_BULK", "bulk"),
            ("POLYFN_QUEUE_TYPED", "typed"),
            ("POLYFN_TOPIC_NEWS", "news"),
        ];
        let bindings = names.into_iter();
        bindings
            .map(|(variable, name)| (variable, format!("{name}{ending}")))
            .collect()
    }

    /// Whether what the source tells of is of a type of its own, which is no function's: only one
    /// that is deployed alone takes it.
    pub(super) fn has_own_type(self) -> bool {
        self == Self::Gcp(cloud_run::Source::AuditLog)
    }

    /// Whether the source tells a function which attempt it is.
    pub(super) fn counts_attempts(self) -> bool {
        match self {
            // There is no second one.
            Self::Local(_) => true,
            Self::Gcp(source) => matches!(
                source,
                cloud_run::Source::PubsubPush
                    | cloud_run::Source::PubsubEventarc
                    | cloud_run::Source::PubsubOrdered
                    | cloud_run::Source::StoragePubsub
            ),
            // `ApproximateReceiveCount`; all else comes again just as it came.
            Self::Aws(source) => is_in_sqs(source),
            // `DequeueCount`, `DeliveryCount`, and `RetryContext` where the function has a policy.
            Self::Azure(source, _) => !matches!(
                source,
                azure::Source::Blob
                    | azure::Source::EventGridCloudEvent
                    | azure::Source::EventGridSchema
            ),
            Self::Raw(_) => false,
        }
    }

    /// Whether what a function returns is handed to somebody.
    pub(super) fn hands_back(self) -> bool {
        match self {
            Self::Aws(source) => source == lambda::Source::StepFunctions,
            _ => true,
        }
    }

    /// Whether the platform learns why an item failed, and not only that it did: the answer to a
    /// batch on AWS names the items alone.
    pub(super) fn learns_why(self) -> bool {
        match self {
            Self::Aws(lambda::Source::Kinesis | lambda::Source::Dynamodb) => false,
            Self::Aws(source) => !is_in_sqs(source),
            _ => true,
        }
    }
}

/// Whether an SQS queue hands the event to the function, whoever put it there.
fn is_in_sqs(source: lambda::Source) -> bool {
    matches!(
        source,
        lambda::Source::S3Sqs
            | lambda::Source::S3EventbridgeSqs
            | lambda::Source::S3SnsSqs
            | lambda::Source::Sqs
            | lambda::Source::SqsFifo
            | lambda::Source::SnsSqs
            | lambda::Source::SnsSqsRaw
    )
}
