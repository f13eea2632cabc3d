//! Kafka: one record or several of one partition, and where they stand in the topic
//! (`Trigger/KafkaTriggerBindingStrategy.cs` and `KafkaEventDataConvertManager.cs` of
//! Azure/azure-functions-kafka-extension).
//!
//! With `dataType: binary` the function gets the record's value. Otherwise it gets the whole
//! record as JSON text, the value in its member `Value`; being an object, that text overwrites the
//! metadata with members of its own names.

use serde_json::{Value, json};

use super::{Arrival, Delivery};
use crate::azure::binding_data::BindingData;
use crate::azure::function_json::Binding;
use crate::azure::net_value::NetValue;
use crate::base64;
use crate::event::Record;

pub(super) fn one(binding: &Binding, item: &Arrival<'_>) -> Option<Delivery> {
    let record = item.record()?;
    Some(Delivery {
        value: value(binding, item, record),
        binding_data: BindingData::of_one(properties(item, record)),
    })
}

pub(super) fn many(binding: &Binding, items: &[Arrival<'_>]) -> Delivery {
    let records = || items.iter().filter_map(|item| Some((item, item.record()?)));
    let values = records().map(|(item, record)| value(binding, item, record).json());
    let of_each = records().map(|(item, record)| properties(item, record));
    Delivery {
        value: values.collect::<Value>().into(),
        binding_data: BindingData::of_many(of_each.collect()),
    }
}

/// `ConvertToByteArray` or `ConvertToString`.
fn value(binding: &Binding, item: &Arrival<'_>, record: &Record) -> NetValue {
    let bytes = record.body.bytes();
    if binding.is_binary() {
        return NetValue::Bytes(bytes);
    }
    let whole = json!({
        "Key": record.partition_key,
        "Offset": item.sequence_number,
        "Partition": 0,
        "Topic": record.stream,
        "Headers": headers(record),
        // Of the kind `Utc`.
        "Timestamp": format!("{}Z", item.time.exact()),
        "Value": String::from_utf8_lossy(&bytes),
        "LeaderEpoch": null,
        "IsPartitionEOF": false,
    });
    NetValue::text(Some(whole.to_string()))
}

/// A header's value is bytes.
fn headers(record: &Record) -> Value {
    let headers = record.attributes.iter();
    headers
        .map(|(name, value)| json!({"Key": name, "Value": base64::encode(value.as_bytes())}))
        .collect()
}

fn properties(item: &Arrival<'_>, record: &Record) -> Vec<(&'static str, NetValue)> {
    vec![
        ("Key", NetValue::text(record.partition_key.as_deref())),
        ("Partition", 0.into()),
        ("Topic", record.stream.as_str().into()),
        ("Timestamp", NetValue::DateTime(item.time)),
        ("Offset", item.sequence_number.into()),
        ("Headers", headers(record).into()),
        ("LeaderEpoch", Value::Null.into()),
        ("IsPartitionEOF", Value::Bool(false).into()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Happening;

    fn binding(data_type: &str) -> Binding {
        serde_json::from_value(json!({"type": "kafkaTrigger", "name": "r", "dataType": data_type}))
            .unwrap()
    }

    fn record() -> Happening {
        let record = json!({
            "kind": "record", "stream": "t", "partition_key": "k", "sequence_number": "3",
            "body": {"text": "x"}, "attributes": {"a": "1"}, "written": "2026-11-23T15:00:00.5Z",
        });
        serde_json::from_value(record).unwrap()
    }

    #[test]
    fn text_is_the_whole_record() {
        let happening = record();
        let delivery = one(&binding("string"), &Arrival::new(&happening, 1)).unwrap();
        let text: String = serde_json::from_str(delivery.value.wire().as_str().unwrap()).unwrap();
        let whole: Value = serde_json::from_str(&text).unwrap();
        assert_eq!((&whole["Value"], &whole["Key"]), (&json!("x"), &json!("k")));
        assert_eq!(whole["Timestamp"], "2026-11-23T15:00:00.5Z");
        let metadata = delivery.binding_data.metadata();
        assert_eq!(
            (&metadata["Key"], &metadata["Offset"]),
            (&json!("\"k\""), &json!("3"))
        );
        assert_eq!(metadata["Headers"], r#"[{"Key":"a","Value":"MQ=="}]"#);
        assert_eq!(metadata["Timestamp"], "2026-11-23T15:00:00");
    }

    #[test]
    fn bytes_are_the_value() {
        let happenings = [record(), record()];
        let items: Vec<_> = happenings
            .iter()
            .map(|item| Arrival::new(item, 1))
            .collect();
        let delivery = many(&binding("binary"), &items);
        assert_eq!(delivery.value.wire(), r#"["eA==","eA=="]"#);
        let metadata = delivery.binding_data.metadata();
        assert_eq!(metadata["TopicArray"], r#"["t","t"]"#);
        assert_eq!(
            metadata["HeadersArray"],
            r#"[[{"Key":"a","Value":"MQ=="}],[{"Key":"a","Value":"MQ=="}]]"#
        );
    }
}
