//! Event Hubs: the body of one event or of several of one partition, and where they stand in it
//! (`Triggers/EventHubTriggerBindingStrategy.cs` and `Config/TriggerPartitionContext.cs` of
//! Microsoft.Azure.WebJobs.Extensions.EventHubs).

use serde_json::{Map, Value, json};

use super::{Arrival, Delivery, payload};
use crate::azure::binding_data::BindingData;
use crate::azure::function_json::Binding;
use crate::azure::net_value::NetValue;
use crate::event::Record;

/// How many bytes an event takes in the partition, as far as offsets tell.
const BYTES_PER_EVENT: i64 = 64;

pub(super) fn one(binding: &Binding, item: &Arrival<'_>) -> Option<Delivery> {
    let record = item.record()?;
    let binding_data = BindingData::of_one(properties(item, record));
    Some(Delivery {
        value: payload(binding, record.body.bytes()),
        binding_data: with_partition(binding, record, binding_data),
    })
}

pub(super) fn many(binding: &Binding, items: &[Arrival<'_>]) -> Delivery {
    let records = || items.iter().filter_map(|item| Some((item, item.record()?)));
    let bodies = records().map(|(_, record)| payload(binding, record.body.bytes()).json());
    let of_each = records().map(|(item, record)| properties(item, record));
    let mut binding_data = BindingData::of_many(of_each.collect());
    if let Some((_, record)) = records().next() {
        binding_data = with_partition(binding, record, binding_data);
    }
    Delivery {
        value: bodies.collect::<Value>().into(),
        binding_data,
    }
}

/// The hub has one partition here.
fn with_partition(binding: &Binding, record: &Record, mut data: BindingData) -> BindingData {
    let context = json!({
        "IsCheckpointingAfterInvocation": true,
        "FullyQualifiedNamespace": "account.servicebus.windows.net",
        "EventHubName": record.stream,
        "ConsumerGroup": binding.consumer_group.as_deref().unwrap_or("$Default"),
        "PartitionId": "0",
    });
    data.insert("PartitionContext", context.clone());
    data.insert("TriggerPartitionContext", context);
    data
}

fn properties(item: &Arrival<'_>, record: &Record) -> Vec<(&'static str, NetValue)> {
    let key = record.partition_key.as_deref();
    let attributes = record.attributes.iter();
    let attributes: Map<String, Value> = attributes
        .map(|(name, value)| (name.clone(), value.as_str().into()))
        .collect();
    let offset = item
        .sequence_number
        .saturating_mul(BYTES_PER_EVENT)
        .to_string();
    let written = NetValue::DateTime(item.time);
    let system = json!({
        "SequenceNumber": item.sequence_number,
        "Offset": offset,
        "PartitionKey": key,
        "EnqueuedTimeUtc": written.json(),
    });
    vec![
        ("PartitionKey", NetValue::text(key)),
        ("Offset", offset.as_str().into()),
        ("SequenceNumber", item.sequence_number.into()),
        ("EnqueuedTimeUtc", written),
        ("Properties", attributes.into()),
        ("SystemProperties", system.into()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Happening;

    fn binding(data_type: &str) -> Binding {
        let binding = json!({"type": "eventHubTrigger", "name": "e", "consumerGroup": "c", "dataType": data_type});
        serde_json::from_value(binding).unwrap()
    }

    fn record(number: &str, body: Value) -> Happening {
        let record = json!({
            "kind": "record", "stream": "hub", "partition_key": "k", "sequence_number": number,
            "body": body, "attributes": {"a": "1"}, "written": "2026-11-23T15:00:00.5Z",
        });
        serde_json::from_value(record).unwrap()
    }

    #[test]
    fn one_event() {
        let happening = record("3", json!({"text": "x"}));
        let delivery = one(&binding("string"), &Arrival::new(&happening, 1)).unwrap();
        assert_eq!(delivery.value.wire(), "\"x\"");
        let metadata = delivery.binding_data.metadata();
        assert_eq!(metadata["PartitionKey"], "\"k\"");
        assert_eq!(
            (&metadata["SequenceNumber"], &metadata["Offset"]),
            (&json!("3"), &json!("\"192\""))
        );
        assert_eq!(metadata["EnqueuedTimeUtc"], "2026-11-23T15:00:00");
        assert_eq!(metadata["Properties"], json!({"a": "1"}));
        assert_eq!(
            metadata["SystemProperties"]["EnqueuedTimeUtc"],
            "2026-11-23T15:00:00.5"
        );
        assert_eq!(metadata["TriggerPartitionContext"]["EventHubName"], "hub");
        assert_eq!(metadata["TriggerPartitionContext"]["ConsumerGroup"], "c");
    }

    #[test]
    fn a_batch_of_bytes() {
        let happenings = [
            record("3", json!({"base64": "AP8="})),
            record("4", json!({"text": "x"})),
        ];
        let items: Vec<_> = happenings
            .iter()
            .map(|item| Arrival::new(item, 1))
            .collect();
        let delivery = many(&binding("binary"), &items);
        assert_eq!(delivery.value.wire(), r#"["AP8=","eA=="]"#);
        let metadata = delivery.binding_data.metadata();
        assert_eq!(metadata["SequenceNumberArray"], "[3,4]");
        assert_eq!(metadata["PropertiesArray"], r#"[{"a":"1"},{"a":"1"}]"#);
        assert!(
            metadata["SystemPropertiesArray"]
                .as_str()
                .unwrap()
                .contains("\"Offset\":\"256\"")
        );
        assert_eq!(
            metadata["TriggerPartitionContext"]["PartitionId"], "0",
            "it has no array"
        );
    }
}
