//! Service Bus: the body of one message or of several, and what the broker knows of them
//! (`Triggers/ServiceBusTriggerBindingStrategy.cs` of
//! Microsoft.Azure.WebJobs.Extensions.ServiceBus 5.x).
//!
//! A message whose delivery count passes the limit goes to the dead-letter queue of its queue or
//! subscription. A function that fails abandons every message of its batch.

use std::time::Duration;

use serde_json::{Map, Value, json};

use super::{Arrival, Delivery, payload};
use crate::azure::binding_data::BindingData;
use crate::azure::function_json::Binding;
use crate::azure::host_headers::new_invocation_id;
use crate::azure::net_value::NetValue;
use crate::event::Message;

/// The default life of a message in a new queue.
const TIME_TO_LIVE: Duration = Duration::from_secs(14 * 86_400);

pub(super) fn one(binding: &Binding, item: &Arrival<'_>, attempt: u32) -> Option<Delivery> {
    let message = item.message()?;
    let binding_data = BindingData::of_one(properties(item, message, attempt));
    Some(Delivery {
        value: payload(binding, message.body.bytes()),
        binding_data: with_actions(binding_data),
    })
}

pub(super) fn many(binding: &Binding, items: &[Arrival<'_>], attempt: u32) -> Delivery {
    let messages = || {
        items
            .iter()
            .filter_map(|item| Some((item, item.message()?)))
    };
    let bodies = messages().map(|(_, message)| payload(binding, message.body.bytes()).json());
    let of_each = messages().map(|(item, message)| properties(item, message, attempt));
    let binding_data = BindingData::of_many(of_each.collect());
    Delivery {
        value: bodies.collect::<Value>().into(),
        binding_data: with_actions(binding_data),
    }
}

/// Objects that only .NET code can use leave their public properties behind, if they have some.
fn with_actions(mut binding_data: BindingData) -> BindingData {
    let actions = [
        "MessageReceiver",
        "MessageSession",
        "MessageActions",
        "SessionActions",
        "ReceiveActions",
    ];
    for name in actions {
        binding_data.insert(name, Map::new());
    }
    let client = json!({
        "FullyQualifiedNamespace": "account.servicebus.windows.net",
        "IsClosed": false,
        "TransportType": 0,
        "Identifier": "account.servicebus.windows.net-client",
    });
    binding_data.insert("Client", client);
    binding_data
}

/// A sender of plain messages gives no subject, correlation id, reply address or partition key.
fn properties(
    item: &Arrival<'_>,
    message: &Message,
    attempt: u32,
) -> Vec<(&'static str, NetValue)> {
    let absent = || NetValue::Json(Value::Null);
    let attributes = message.attributes.iter();
    let attributes: Map<String, Value> = attributes
        .map(|(name, value)| (name.clone(), value.as_str().into()))
        .collect();
    let expires = item.time.plus(TIME_TO_LIVE);
    vec![
        ("DeliveryCount", i64::from(attempt).into()),
        ("DeadLetterSource", absent()),
        // Each time that a message is locked it gets another.
        ("LockToken", new_invocation_id().as_str().into()),
        ("ExpiresAtUtc", NetValue::DateTime(expires)),
        ("ExpiresAt", NetValue::DateTimeOffset(expires)),
        ("EnqueuedTimeUtc", NetValue::DateTime(item.time)),
        ("EnqueuedTime", NetValue::DateTimeOffset(item.time)),
        ("MessageId", item.id.as_str().into()),
        ("ContentType", message.body.content_type().into()),
        ("ReplyTo", absent()),
        ("SequenceNumber", item.sequence_number.into()),
        ("To", absent()),
        ("Subject", absent()),
        ("Label", absent()),
        ("CorrelationId", absent()),
        ("ApplicationProperties", attributes.clone().into()),
        ("UserProperties", attributes.into()),
        ("SessionId", NetValue::text(message.group.as_deref())),
        ("ReplyToSessionId", absent()),
        ("PartitionKey", absent()),
        ("TransactionPartitionKey", absent()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Happening;

    fn binding(data_type: &str) -> Binding {
        serde_json::from_value(
            json!({"type": "serviceBusTrigger", "name": "m", "dataType": data_type}),
        )
        .unwrap()
    }

    fn message(id: &str, body: Value) -> Happening {
        let message = json!({
            "kind": "message", "channel": "q", "id": id, "body": body, "group": "g",
            "attributes": {"a": "1"}, "sent": "2026-11-23T15:00:00.5Z",
        });
        serde_json::from_value(message).unwrap()
    }

    #[test]
    fn one_message() {
        let happening = message("i", json!({"json": {"n": 1}}));
        let delivery = one(&binding("string"), &Arrival::new(&happening, 9), 2).unwrap();
        assert_eq!(delivery.value.wire(), "\"{\\\"n\\\":1}\"");
        let metadata = delivery.binding_data.metadata();
        assert_eq!(metadata["DeliveryCount"], "2");
        assert_eq!(metadata["MessageId"], "\"i\"");
        assert_eq!(metadata["SequenceNumber"], "9");
        assert_eq!(metadata["SessionId"], "\"g\"");
        assert_eq!(metadata["ContentType"], "\"application/json\"");
        assert_eq!(
            metadata["EnqueuedTimeUtc"], "2026-11-23T15:00:00",
            "a DateTime has no zone"
        );
        assert_eq!(metadata["EnqueuedTime"], "2026-11-23T15:00:00+00:00");
        assert_eq!(metadata["ApplicationProperties"], json!({"a": "1"}));
        assert_eq!(
            metadata["UserProperties"],
            metadata["ApplicationProperties"]
        );
        assert!(!metadata.contains_key("Subject"), "null is left out");
    }

    #[test]
    fn a_batch() {
        let happenings = [
            message("i", json!({"text": "x"})),
            message("j", json!({"text": "\""})),
        ];
        let items: Vec<_> = happenings
            .iter()
            .map(|item| Arrival::new(item, 1))
            .collect();
        let delivery = many(&binding("string"), &items, 1);
        assert_eq!(delivery.value.wire(), r#"["x","\""]"#);
        let metadata = delivery.binding_data.metadata();
        assert_eq!(metadata["MessageIdArray"], r#"["i","j"]"#);
        assert_eq!(metadata["DeliveryCountArray"], "[1,1]");
        assert_eq!(metadata["SubjectArray"], "[null,null]");
        assert_eq!(metadata["UserPropertiesArray"], r#"[{"a":"1"},{"a":"1"}]"#);
        assert_eq!(
            metadata["EnqueuedTimeUtcArray"],
            r#"["2026-11-23T15:00:00.5","2026-11-23T15:00:00.5"]"#
        );
        assert!(!metadata.contains_key("MessageId"));
        let binary = many(&binding("binary"), &items, 1);
        assert_eq!(binary.value.wire(), r#"["eA==","Ig=="]"#);
    }
}
