//! Queue Storage: the text of one message, and what the queue knows of it
//! (`Triggers/QueueTriggerBinding.cs` of Microsoft.Azure.WebJobs.Extensions.Storage.Queues).
//!
//! The queue destroys a message's attributes and its group: it has neither. A message that was
//! taken too often goes to the queue `<name>-poison`
//! (<https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#poison-messages>).

use std::time::Duration;

use bytes::Bytes;

use super::{Arrival, Delivery, payload};
use crate::azure::binding_data::BindingData;
use crate::azure::date_time::DateTime;
use crate::azure::function_json::Binding;
use crate::azure::host_headers::new_invocation_id;
use crate::azure::net_value::NetValue;

/// The default life of a message (`x-ms-message-ttl`).
const TIME_TO_LIVE: Duration = Duration::from_secs(7 * 86_400);
/// How long the listener hides a message that it took (`QueueListener.cs`).
const VISIBILITY_TIMEOUT: Duration = Duration::from_secs(600);

/// A message that was taken, and what the queue says of it.
#[derive(Debug)]
pub(in crate::azure) struct QueueMessage {
    pub(in crate::azure) body: Bytes,
    pub(in crate::azure) dequeue_count: u32,
    pub(in crate::azure) id: String,
    pub(in crate::azure) inserted: DateTime,
    pub(in crate::azure) expires: DateTime,
    pub(in crate::azure) visible: DateTime,
    /// Each time that a message is taken it gets another.
    pub(in crate::azure) pop_receipt: String,
}

impl QueueMessage {
    /// As it is taken for the `attempt`th time.
    pub(super) fn of(item: &Arrival<'_>, attempt: u32) -> Option<Self> {
        Some(Self {
            body: item.message()?.body.bytes(),
            dequeue_count: attempt,
            id: item.id.clone(),
            inserted: item.time,
            expires: item.time.plus(TIME_TO_LIVE),
            visible: DateTime::now().plus(VISIBILITY_TIMEOUT),
            pop_receipt: new_invocation_id().replace('-', ""),
        })
    }

    /// `ToValidUTF8String` refuses bytes that are no text, before any worker is called.
    pub(in crate::azure) fn delivery(&self, binding: &Binding) -> Result<Delivery, String> {
        let text = std::str::from_utf8(&self.body);
        if !binding.is_binary() && text.is_err() {
            return Err(format!(
                "Exception binding parameter '{}': Unable to translate bytes at index 0 to Unicode",
                binding.name
            ));
        }
        let properties = vec![
            ("QueueTrigger", NetValue::text(text.ok())),
            ("DequeueCount", i64::from(self.dequeue_count).into()),
            ("ExpirationTime", NetValue::DateTimeOffset(self.expires)),
            ("Id", self.id.as_str().into()),
            ("InsertionTime", NetValue::DateTimeOffset(self.inserted)),
            ("NextVisibleTime", NetValue::DateTimeOffset(self.visible)),
            ("PopReceipt", self.pop_receipt.as_str().into()),
        ];
        Ok(Delivery {
            value: payload(binding, self.body.clone()),
            binding_data: BindingData::of_one(properties),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event::Happening;

    fn binding(data_type: &str) -> Binding {
        let binding =
            json!({"type": "queueTrigger", "name": "m", "queueName": "q", "dataType": data_type});
        serde_json::from_value(binding).unwrap()
    }

    fn message(body: serde_json::Value) -> Happening {
        let message = json!({"kind": "message", "channel": "q", "id": "i", "body": body, "sent": "2026-11-23T15:00:00.5Z"});
        serde_json::from_value(message).unwrap()
    }

    #[test]
    fn the_queues_own_view_of_a_message() {
        let happening = message(json!({"text": "hi"}));
        let arrival = Arrival::new(&happening, 1);
        let message = QueueMessage::of(&arrival, 3).unwrap();
        let delivery = message.delivery(&binding("string")).unwrap();
        assert_eq!(delivery.value.wire(), "\"hi\"");
        let metadata = delivery.binding_data.metadata();
        assert_eq!(metadata["DequeueCount"], "3");
        assert_eq!(metadata["Id"], "\"i\"");
        assert_eq!(metadata["InsertionTime"], "2026-11-23T15:00:00+00:00");
        assert_eq!(metadata["ExpirationTime"], "2026-11-30T15:00:00+00:00");
        assert!(metadata.contains_key("NextVisibleTime") && metadata.contains_key("PopReceipt"));
        assert!(
            !metadata.contains_key("QueueTrigger"),
            "it is the message over again"
        );
    }

    #[test]
    fn bytes_that_are_no_text() {
        let happening = message(json!({"base64": "AP8="}));
        let arrival = Arrival::new(&happening, 1);
        let message = QueueMessage::of(&arrival, 1).unwrap();
        let binary = message.delivery(&binding("binary")).unwrap();
        assert_eq!(binary.value.wire(), "AP8=");
        let refused = message.delivery(&binding("string")).unwrap_err();
        assert!(refused.contains("'m'"), "{refused}");
    }
}
