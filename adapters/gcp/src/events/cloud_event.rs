//! CloudEvents: of Google's services, and of anybody.

use polyfn_core::cloudevents::CloudEvent;
use polyfn_core::{Context, Delivery, Error, Event, EventKind, Origin, Payload};

use super::{firestore, pubsub, storage};

/// What an event means, by its type. One that is nothing which every cloud has keeps its data.
pub(super) fn delivery(event: CloudEvent, context: Context) -> Result<Delivery, Error> {
    let event_type = event.attributes.event_type.as_str();
    if event_type == pubsub::PUBLISHED {
        return pubsub::told(event, context);
    }
    let of_an_object = event_type.strip_prefix(storage::TYPE_PREFIX);
    if let Some(act) = of_an_object.and_then(storage::Act::of) {
        return storage::delivery(act, event, context);
    }
    let of_a_document = event_type.strip_prefix(firestore::TYPE_PREFIX);
    if let Some(act) = of_a_document.and_then(firestore::Act::of) {
        return firestore::delivery(act, event, context);
    }
    let CloudEvent {
        attributes, data, ..
    } = event;
    let event = Event::new(attributes, Payload::Custom(data), context);
    Ok(Delivery::new(event, Origin::new([EventKind::Event])))
}
