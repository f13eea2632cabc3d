//! [Event Hubs]: events of one partition.
//!
//! [Event Hubs]: https://learn.microsoft.com/azure/azure-functions/functions-bindings-event-hubs-trigger

use polyfn_core::{Attributes, Data, Delivery, Event, EventKind, Payload, Record};

use super::item::{Item, origin, source};

pub(super) fn delivery(hub: Option<&str>, item: &Item<'_>) -> Delivery {
    let facts = item.facts;
    let data = Data::new(item.body.clone());
    let mut record = Record::new(data.clone());
    record.partition_key = facts.text("PartitionKey");
    record.sequence_number = facts.text("SequenceNumber");
    record.written = facts.get("EnqueuedTimeUtc").and_then(|time| time.time());
    let properties = facts.get("Properties").and_then(|all| all.members());
    record.attributes = properties.map(|all| all.texts()).unwrap_or_default();
    // The second one is the older name of the same.
    let partition = facts.shared("TriggerPartitionContext");
    let partition = partition.or_else(|| facts.shared("PartitionContext"));
    let partition = partition.and_then(|partition| partition.members()?.get("PartitionId"));
    record.partition = partition.map(|id| id.text());

    let id = match (&record.partition, &record.sequence_number) {
        (Some(partition), Some(number)) => format!("{partition}/{number}"),
        _ => item.fallback_id(),
    };
    let source = source(&[("eventhubs", hub)]);
    let mut attributes = Attributes::new(id, source, "com.microsoft.azure.eventhubs.event");
    attributes.time = record.written;
    let offset = facts.text("Offset");
    let offset = offset.map(|offset| ("offset".to_owned(), offset.into()));
    attributes.extensions.extend(offset);
    // A batch is of one partition, also where that is not told.
    let partition = record.partition.clone().unwrap_or_default();
    let event = Event::new(attributes, Payload::Record(record), item.context(None));
    Delivery::new(event, origin(EventKind::Stream, [hub]))
        .with_raw(data)
        .in_sequence(partition)
}
