//! What a trigger's binding listens to.

use super::{Source, blob_path};
use crate::azure::function_json::Binding;
use crate::event::Happening;

impl Source {
    /// Whether a trigger's binding is of this type and cardinality.
    pub(in crate::azure) fn is_source_of(self, binding: &Binding) -> bool {
        let is_of_topic = matches!(self, Self::ServiceBusTopic | Self::ServiceBusTopicBatch);
        let has_cardinality = !matches!(
            self,
            Self::Blob | Self::StorageQueue | Self::Timer | Self::Cosmos
        );
        let fits = match self.trigger_type() {
            "serviceBusTrigger" => binding.is_of_topic() == is_of_topic,
            _ => true,
        };
        let is_as_many = !has_cardinality || binding.is_many() == self.is_batch();
        binding.is(self.trigger_type()) && fits && is_as_many
    }

    /// Whether a trigger of this type listens to where it happened. Event Grid's says nothing of
    /// it, and a schedule names the function itself.
    pub(in crate::azure) fn listens(
        self,
        binding: &Binding,
        function: &str,
        happening: &Happening,
    ) -> bool {
        let is_named = |name: &str| {
            let resource = binding.resource();
            resource.is_some_and(|resource| resource.eq_ignore_ascii_case(name))
        };
        match happening {
            _ if binding.is("eventGridTrigger") => true,
            Happening::ObjectCreated(object) | Happening::ObjectDeleted(object) => {
                let path = binding.resource().unwrap_or_default();
                blob_path::captures(path, &object.bucket, &object.key).is_some()
            }
            Happening::Message(message) => is_named(&message.channel),
            Happening::Schedule(tick) => {
                tick.job.is_empty() || tick.job.eq_ignore_ascii_case(function)
            }
            Happening::Record(record) => is_named(&record.stream),
            Happening::DocumentChange(change) => is_named(&change.collection),
            Happening::Custom(_) => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cardinality_tells_two_functions_of_one_hub_apart() {
        let binding = |text: &str| serde_json::from_str::<Binding>(text).unwrap();
        let one = binding(r#"{"type": "eventHubTrigger", "eventHubName": "h"}"#);
        let many =
            binding(r#"{"type": "eventHubTrigger", "eventHubName": "h", "cardinality": "many"}"#);
        assert!(Source::EventHubs.is_source_of(&one) && !Source::EventHubs.is_source_of(&many));
        assert!(
            !Source::EventHubsBatch.is_source_of(&one)
                && Source::EventHubsBatch.is_source_of(&many)
        );
        let topic =
            binding(r#"{"type": "serviceBusTrigger", "topicName": "h", "subscriptionName": "s"}"#);
        assert!(
            Source::ServiceBusTopic.is_source_of(&topic)
                && !Source::ServiceBusQueue.is_source_of(&topic)
        );
    }

    #[test]
    fn where_it_happened() {
        let listens = |binding: &str, happening: &str| {
            let binding: Binding = serde_json::from_str(binding).unwrap();
            Source::Blob.listens(
                &binding,
                "Nightly",
                &serde_json::from_str(happening).unwrap(),
            )
        };
        let queue = r#"{"type": "queueTrigger", "queueName": "orders"}"#;
        assert!(listens(
            queue,
            r#"{"kind": "message", "channel": "Orders"}"#
        ));
        assert!(!listens(
            queue,
            r#"{"kind": "message", "channel": "order"}"#
        ));
        let timer = r#"{"type": "timerTrigger"}"#;
        assert!(listens(timer, r#"{"kind": "schedule", "job": "nightly"}"#));
        assert!(!listens(timer, r#"{"kind": "schedule", "job": "daily"}"#));
        let blob = r#"{"type": "blobTrigger", "path": "in/{name}.png"}"#;
        assert!(listens(
            blob,
            r#"{"kind": "object-created", "bucket": "in", "key": "a.png"}"#
        ));
        assert!(!listens(
            blob,
            r#"{"kind": "object-created", "bucket": "in", "key": "a.gif"}"#
        ));
    }
}
