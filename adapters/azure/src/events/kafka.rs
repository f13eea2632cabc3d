//! [Kafka]: records of a topic.
//!
//! With `"dataType": "binary"`, or by a schema, the function gets the record's value. Otherwise
//! it gets the whole record as JSON text (`ConvertToString` in the extension's
//! `KafkaEventDataConvertManager.cs`), which then tells all that the metadata tell.
//!
//! [Kafka]: https://learn.microsoft.com/azure/azure-functions/functions-bindings-kafka-trigger

use std::collections::BTreeMap;

use polyfn_core::{Attributes, Data, Delivery, Event, EventKind, Payload, Record};

use super::item::{Item, origin, source};
use super::json_value::{JsonValue, Members};

/// What every record has that comes as a whole.
const OF_A_RECORD: [&str; 5] = ["Value", "Topic", "Partition", "Offset", "Timestamp"];

pub(super) fn delivery(topic: Option<&str>, is_value: bool, item: &Item<'_>) -> Delivery {
    let whole = if is_value { None } else { whole(&item.body) };
    let told = |name: &str| match &whole {
        Some(whole) => whole.get(name),
        None => item.facts.get(name),
    };
    let data = match &whole {
        Some(whole) => whole
            .get("Value")
            .map_or_else(Data::none, |value| Data::new(value.text())),
        None => Data::new(item.body.clone()),
    };
    let mut record = Record::new(data.clone());
    record.partition_key = told("Key").map(|key| key.text());
    record.sequence_number = told("Offset").map(|offset| offset.text());
    record.partition = told("Partition").map(|partition| partition.text());
    record.written = told("Timestamp").and_then(|time| time.time());
    record.attributes = told("Headers").map(|all| headers(&all)).unwrap_or_default();

    let id = match (&record.partition, &record.sequence_number) {
        (Some(partition), Some(offset)) => format!("{partition}/{offset}"),
        _ => item.fallback_id(),
    };
    let mut attributes =
        Attributes::new(id, source(&[("kafka", topic)]), "org.apache.kafka.record");
    attributes.time = record.written;
    let partition = record.partition.clone().unwrap_or_default();
    let event = Event::new(attributes, Payload::Record(record), item.context(None));
    Delivery::new(event, origin(EventKind::Stream, [topic]))
        .with_raw(data)
        .in_sequence(partition)
}

fn whole(body: &[u8]) -> Option<Members> {
    let members = Members::read(body).ok()?;
    OF_A_RECORD
        .iter()
        .all(|name| members.has(name))
        .then_some(members)
}

/// A header's value is bytes, in base64; text where they are some.
fn headers(headers: &JsonValue) -> BTreeMap<String, String> {
    let headers = headers.elements().unwrap_or_default();
    let pairs = headers.iter().filter_map(|header| {
        let header = JsonValue::new(header)?.members()?;
        let value = header.get("Value").map(|value| value.text());
        let value = value.unwrap_or_default();
        let bytes = base64_simd::STANDARD.decode_to_vec(value.as_bytes()).ok();
        let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
        Some((header.get("Key")?.text(), text.unwrap_or(value)))
    });
    pairs.collect()
}
