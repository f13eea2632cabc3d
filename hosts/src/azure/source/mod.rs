//! The services whose triggers call a function, and the wire form of each.
//!
//! The bindings are those of
//! <https://learn.microsoft.com/azure/azure-functions/functions-triggers-bindings>; what a trigger
//! hands over was read in its extension's source, which each module names.

mod arrival;
mod blob;
mod blob_path;
mod cosmos;
mod event_grid;
mod event_hubs;
mod kafka;
mod listening;
mod service_bus;
mod storage_queue;
mod timer;

use std::fmt;
use std::str::FromStr;

use bytes::Bytes;

pub(super) use self::arrival::Arrival;
pub(super) use self::blob::stored as stored_blob;
pub(super) use self::storage_queue::QueueMessage;
use super::binding_data::BindingData;
use super::function_json::Binding;
use super::net_value::NetValue;
use crate::Error;
use crate::error::Kind;
use crate::event::Happening;

/// The service that a trigger listens to, in which form and how many items at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Source {
    /// Blob Storage: `blobTrigger`, which gets the blob itself.
    Blob,
    /// Event Grid: `eventGridTrigger`, with CloudEvents 1.0.
    EventGridCloudEvent,
    /// Event Grid: `eventGridTrigger`, with the Event Grid event schema.
    EventGridSchema,
    /// Queue Storage: `queueTrigger`.
    StorageQueue,
    /// A queue of Service Bus: `serviceBusTrigger`.
    ServiceBusQueue,
    /// The same with `cardinality: many`.
    ServiceBusQueueBatch,
    /// A topic of Service Bus: `serviceBusTrigger`.
    ServiceBusTopic,
    /// The same with `cardinality: many`.
    ServiceBusTopicBatch,
    /// A schedule: `timerTrigger`.
    Timer,
    /// Event Hubs: `eventHubTrigger`.
    EventHubs,
    /// The same with `cardinality: many`.
    EventHubsBatch,
    /// Kafka: `kafkaTrigger`.
    Kafka,
    /// The same with `cardinality: many`.
    KafkaBatch,
    /// The change feed of Cosmos DB: `cosmosDBTrigger`, always many documents at once.
    Cosmos,
}

/// What a trigger hands to its function.
#[derive(Debug)]
pub(super) struct Delivery {
    /// The value of the trigger's binding.
    pub(super) value: NetValue,
    pub(super) binding_data: BindingData,
}

impl Source {
    /// Every source.
    pub const ALL: [Self; 14] = [
        Self::Blob,
        Self::EventGridCloudEvent,
        Self::EventGridSchema,
        Self::StorageQueue,
        Self::ServiceBusQueue,
        Self::ServiceBusQueueBatch,
        Self::ServiceBusTopic,
        Self::ServiceBusTopicBatch,
        Self::Timer,
        Self::EventHubs,
        Self::EventHubsBatch,
        Self::Kafka,
        Self::KafkaBatch,
        Self::Cosmos,
    ];

    /// The name that the command line and reports use; [`FromStr`] reads it back.
    pub fn name(self) -> &'static str {
        match self {
            Self::Blob => "blob",
            Self::EventGridCloudEvent => "event-grid-cloudevent",
            Self::EventGridSchema => "event-grid-schema",
            Self::StorageQueue => "storage-queue",
            Self::ServiceBusQueue => "service-bus-queue",
            Self::ServiceBusQueueBatch => "service-bus-queue-batch",
            Self::ServiceBusTopic => "service-bus-topic",
            Self::ServiceBusTopicBatch => "service-bus-topic-batch",
            Self::Timer => "timer",
            Self::EventHubs => "event-hubs",
            Self::EventHubsBatch => "event-hubs-batch",
            Self::Kafka => "kafka",
            Self::KafkaBatch => "kafka-batch",
            Self::Cosmos => "cosmos",
        }
    }

    /// Whether the service tells of such a thing: a deleted blob calls no `blobTrigger`, and a
    /// deleted document is not in the change feed.
    pub fn takes(self, happening: &Happening) -> bool {
        match self {
            Self::Blob => matches!(happening, Happening::ObjectCreated(_)),
            Self::EventGridCloudEvent | Self::EventGridSchema => matches!(
                happening,
                Happening::ObjectCreated(_) | Happening::ObjectDeleted(_) | Happening::Custom(_)
            ),
            Self::StorageQueue
            | Self::ServiceBusQueue
            | Self::ServiceBusQueueBatch
            | Self::ServiceBusTopic
            | Self::ServiceBusTopicBatch => matches!(happening, Happening::Message(_)),
            Self::Timer => matches!(happening, Happening::Schedule(_)),
            Self::EventHubs | Self::EventHubsBatch | Self::Kafka | Self::KafkaBatch => {
                matches!(happening, Happening::Record(_))
            }
            Self::Cosmos => {
                matches!(happening, Happening::DocumentChange(change) if change.new.is_some())
            }
        }
    }

    /// The `type` of the binding.
    pub(super) fn trigger_type(self) -> &'static str {
        match self {
            Self::Blob => "blobTrigger",
            Self::EventGridCloudEvent | Self::EventGridSchema => "eventGridTrigger",
            Self::StorageQueue => "queueTrigger",
            Self::ServiceBusQueue
            | Self::ServiceBusQueueBatch
            | Self::ServiceBusTopic
            | Self::ServiceBusTopicBatch => "serviceBusTrigger",
            Self::Timer => "timerTrigger",
            Self::EventHubs | Self::EventHubsBatch => "eventHubTrigger",
            Self::Kafka | Self::KafkaBatch => "kafkaTrigger",
            Self::Cosmos => "cosmosDBTrigger",
        }
    }

    /// Whether one invocation gets several items.
    pub(super) fn is_batch(self) -> bool {
        matches!(
            self,
            Self::ServiceBusQueueBatch
                | Self::ServiceBusTopicBatch
                | Self::EventHubsBatch
                | Self::KafkaBatch
                | Self::Cosmos
        )
    }

    /// Whether only a function's own `retry` makes the source deliver again: the stream goes on
    /// and the schedule comes round, whatever became of the invocation
    /// (<https://learn.microsoft.com/azure/azure-functions/functions-bindings-error-pages#retries>).
    pub(super) fn retries_by_policy_alone(self) -> bool {
        matches!(
            self,
            Self::Timer
                | Self::EventHubs
                | Self::EventHubsBatch
                | Self::Kafka
                | Self::KafkaBatch
                | Self::Cosmos
        )
    }

    /// One delivery of items that this source takes, the first of which is attempt 1.
    ///
    /// # Errors
    /// When the host itself cannot convert the item, so that no worker hears of it.
    pub(super) fn delivery(
        self,
        binding: &Binding,
        items: &[Arrival<'_>],
        attempt: u32,
    ) -> Result<Delivery, String> {
        let first = items.first().ok_or("there is nothing to deliver")?;
        let delivery = match self {
            Self::Blob => blob::delivery(binding, first),
            Self::EventGridCloudEvent => event_grid::cloud_event(first),
            Self::EventGridSchema => event_grid::event_grid_event(first),
            Self::StorageQueue => match QueueMessage::of(first, attempt) {
                Some(message) => Some(message.delivery(binding)?),
                None => None,
            },
            Self::ServiceBusQueue | Self::ServiceBusTopic => {
                service_bus::one(binding, first, attempt)
            }
            Self::ServiceBusQueueBatch | Self::ServiceBusTopicBatch => {
                Some(service_bus::many(binding, items, attempt))
            }
            Self::Timer => timer::delivery(binding, first),
            Self::EventHubs => event_hubs::one(binding, first),
            Self::EventHubsBatch => Some(event_hubs::many(binding, items)),
            Self::Kafka => kafka::one(binding, first),
            Self::KafkaBatch => Some(kafka::many(binding, items)),
            Self::Cosmos => Some(cosmos::delivery(items)),
        };
        delivery.ok_or_else(|| format!("{self} has no form for it"))
    }
}

/// Bytes, as the binding's `dataType` wants them: `byte[]`, or a string. What is no UTF-8 in a
/// string is replaced.
fn payload(binding: &Binding, bytes: Bytes) -> NetValue {
    if binding.is_binary() {
        NetValue::Bytes(bytes)
    } else {
        NetValue::Json(String::from_utf8_lossy(&bytes).into_owned().into())
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
        let mut all = Self::ALL.into_iter();
        all.find(|source| source.name() == name).ok_or_else(|| {
            let known: Vec<_> = Self::ALL.iter().map(|source| source.name()).collect();
            Kind::UnknownSource(name.to_owned(), known.join(", ")).into()
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
        assert!(error.contains("storage-queue"), "{error}");
    }

    #[test]
    fn what_no_trigger_hears_of() {
        let deleted = Happening::ObjectDeleted(crate::event::Object::default());
        assert!(!Source::Blob.takes(&deleted) && Source::EventGridSchema.takes(&deleted));
        let change = Happening::DocumentChange(crate::event::Change::default());
        assert!(!Source::Cosmos.takes(&change), "it has no new document");
    }
}
