//! [Service Bus]: messages of a queue or of a topic's subscription.
//!
//! [Service Bus]: https://learn.microsoft.com/azure/azure-functions/functions-bindings-service-bus-trigger

use polyfn_core::{Attributes, Data, Delivery, Event, Message, Origin, Payload};

use super::item::Item;

pub(super) fn delivery(origin: Origin, source: String, item: &Item<'_>) -> Delivery {
    let facts = item.facts;
    let mut data = Data::new(item.body.clone());
    if let Some(content_type) = facts.text("ContentType") {
        data = data.with_content_type(content_type);
    }
    let id = facts.text("MessageId");
    let id = id.unwrap_or_else(|| item.fallback_id());
    let mut message = Message::new(id.as_str(), data.clone());
    // The second one is the older name of the same.
    let properties = facts.get("ApplicationProperties");
    let properties = properties.or_else(|| facts.get("UserProperties"));
    let properties = properties.and_then(|properties| properties.members());
    message.attributes = properties.map(|all| all.texts()).unwrap_or_default();
    message.group = facts.text("SessionId");
    message.sent = facts.get("EnqueuedTimeUtc").and_then(|time| time.time());

    let mut attributes = Attributes::new(id, source, "com.microsoft.azure.servicebus.message");
    attributes.time = message.sent;
    attributes.datacontenttype = data.content_type().map(str::to_owned);
    attributes.subject = facts.text("Subject").or_else(|| facts.text("Label"));
    for (name, fact) in [
        ("correlationid", "CorrelationId"),
        ("sequencenumber", "SequenceNumber"),
    ] {
        let told = facts.text(fact).map(|told| (name.to_owned(), told.into()));
        attributes.extensions.extend(told);
    }
    let attempt = facts.get("DeliveryCount").and_then(|count| count.parsed());
    let session = message.group.clone();
    let event = Event::new(attributes, Payload::Message(message), item.context(attempt));
    let delivery = Delivery::new(event, origin).with_raw(data);
    match session {
        Some(session) => delivery.in_sequence(session),
        None => delivery,
    }
}
