//! Queue Storage: the text of one message, and what the queue knows of it
//! (`Triggers/QueueTriggerBinding.cs` of Microsoft.Azure.WebJobs.Extensions.Storage.Queues).
//!
//! The queue destroys a message's attributes and its group: it has neither. A message that was
//! taken too often goes to the queue `<name>-poison`
//! (<https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#poison-messages>).

use std::time::Duration;

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

/// `ToValidUTF8String` refuses bytes that are no text, before any worker is called.
pub(super) fn delivery(
    binding: &Binding,
    item: &Arrival<'_>,
    attempt: u32,
) -> Result<Option<Delivery>, String> {
    let Some(message) = item.message() else {
        return Ok(None);
    };
    let bytes = message.body.bytes();
    let text = std::str::from_utf8(&bytes);
    if !binding.is_binary() && text.is_err() {
        return Err(format!(
            "Exception binding parameter '{}': Unable to translate bytes at index 0 to Unicode",
            binding.name
        ));
    }
    let properties = vec![
        ("QueueTrigger", NetValue::text(text.ok())),
        ("DequeueCount", i64::from(attempt).into()),
        (
            "ExpirationTime",
            NetValue::DateTimeOffset(item.time.plus(TIME_TO_LIVE)),
        ),
        ("Id", item.id.as_str().into()),
        ("InsertionTime", NetValue::DateTimeOffset(item.time)),
        (
            "NextVisibleTime",
            NetValue::DateTimeOffset(DateTime::now().plus(VISIBILITY_TIMEOUT)),
        ),
        // Each time that a message is taken it gets another.
        (
            "PopReceipt",
            NetValue::text(Some(new_invocation_id().replace('-', ""))),
        ),
    ];
    let binding_data = BindingData::of_one(properties);
    Ok(Some(Delivery {
        value: payload(binding, bytes),
        binding_data,
    }))
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
        let delivery = delivery(&binding("string"), &arrival, 3).unwrap().unwrap();
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
        let binary = delivery(&binding("binary"), &arrival, 1).unwrap().unwrap();
        assert_eq!(binary.value.wire(), "AP8=");
        let refused = delivery(&binding("string"), &arrival, 1).unwrap_err();
        assert!(refused.contains("'m'"), "{refused}");
    }
}
