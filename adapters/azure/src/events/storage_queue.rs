//! [Storage queues]: a message, and what the queue knows of it.
//!
//! [Storage queues]: https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger

use polyfn_core::{Attributes, Data, Delivery, Event, EventKind, Message, Payload};

use super::item::{Item, origin, source};

pub(super) fn delivery(queue: Option<&str>, item: &Item<'_>) -> Delivery {
    let facts = item.facts;
    let data = Data::new(item.body.clone());
    let id = facts.text("Id").unwrap_or_else(|| item.fallback_id());
    let mut message = Message::new(id.as_str(), data.clone());
    message.sent = facts.get("InsertionTime").and_then(|time| time.time());
    let source = source(&[("queues", queue)]);
    let mut attributes = Attributes::new(id, source, "com.microsoft.azure.storage.queue.message");
    attributes.time = message.sent;
    let attempt = facts.get("DequeueCount").and_then(|count| count.parsed());
    let event = Event::new(attributes, Payload::Message(message), item.context(attempt));
    Delivery::new(event, origin(EventKind::Queue, [queue])).with_raw(data)
}
