//! From a call of the host to the events in it.

use bytes::Bytes;
use polyfn_core::{Context, Delivery, EventKind, Result};
use serde_json::value::RawValue;

use super::body;
use super::call::Call;
use super::item::{Item, origin, source};
use super::metadata::{ARRAY, Facts, Metadata};
use super::trigger::{EventTrigger, Service};
use super::{blob, cosmos_db, event_grid, event_hubs, kafka, service_bus, storage_queue, timer};
use crate::AzureInvocation;

/// Reads the events of a call, each of which may fail alone.
///
/// # Errors
///
/// When it is no call, or has no data for this trigger.
pub(crate) fn decode(
    trigger: &EventTrigger,
    call: &Bytes,
    context: &Context,
) -> Result<Vec<Result<Delivery>>> {
    read(trigger, &Call::read(call)?, &native(context, call))
}

/// Reads a call of the Functions host of which only the kind of its function is known, as for a
/// run on this machine: `None` where it is no call, `{"Data":{…},"Metadata":{…}}`.
///
/// Without the function's `function.json` nobody tells the service, the names, and whether the
/// data are base64. The data are the only ones there are; metadata tell the services of one kind
/// apart, and whether there are many items. The events have no names, so that they are for the
/// one function that has such a trigger.
pub fn deliveries(
    kind: EventKind,
    call: &Bytes,
    context: &Context,
) -> Option<Vec<Result<Delivery>>> {
    let read_call = Call::read(call).ok().filter(Call::has_metadata)?;
    let metadata = Metadata::new(read_call.metadata(), None);
    let is_many = metadata.keys().any(|key| key.ends_with(ARRAY));
    let has = |name: &str| metadata.has(name) || metadata.has(&format!("{name}{ARRAY}"));
    let service = match kind {
        EventKind::Queue if has("DequeueCount") => Service::StorageQueue { queue: None },
        EventKind::Queue => Service::BusQueue { queue: None },
        EventKind::Topic => Service::BusTopic {
            topic: None,
            subscription: None,
        },
        EventKind::Schedule => Service::Timer,
        EventKind::ObjectCreated if has("Uri") => Service::Blob { path: None },
        EventKind::ObjectCreated | EventKind::ObjectDeleted | EventKind::Event => {
            Service::EventGrid
        }
        EventKind::Stream if has("Topic") => Service::Kafka {
            topic: None,
            has_schema: false,
        },
        EventKind::Stream => Service::EventHubs { hub: None },
        EventKind::DocumentChanged => Service::CosmosDb {
            database: None,
            container: None,
        },
        _ => return None,
    };
    let is_many = is_many || kind == EventKind::DocumentChanged;
    let trigger = EventTrigger::unnamed(service, is_many);
    let deliveries = read(&trigger, &read_call, &native(context, call));
    Some(deliveries.unwrap_or_else(|error| vec![Err(error)]))
}

fn native(context: &Context, call: &Bytes) -> Context {
    context
        .clone()
        .with_native(AzureInvocation::new(call.clone()))
}

fn read(
    trigger: &EventTrigger,
    call: &Call<'_>,
    context: &Context,
) -> Result<Vec<Result<Delivery>>> {
    let datum = call.datum(trigger.datum.as_deref())?;
    if trigger.is_many {
        return many(trigger, call, datum, context);
    }
    let text = body::text(datum);
    let mut metadata = Metadata::new(call.metadata(), Some(&text));
    if let Service::Blob { path: Some(path) } = &trigger.service {
        metadata = metadata.without(blob::captures(path));
    }
    Ok(vec![one(trigger, text, Facts::Alone(&metadata), context)])
}

/// An array is no object, so that its items overwrite no metadata.
fn many(
    trigger: &EventTrigger,
    call: &Call<'_>,
    datum: &RawValue,
    context: &Context,
) -> Result<Vec<Result<Delivery>>> {
    let elements = body::elements(datum)?;
    let metadata = Metadata::new(call.metadata(), None);
    let columns = metadata.columns(elements.len());
    let deliveries = elements.iter().enumerate().map(|(place, element)| {
        let facts = Facts::Batched {
            metadata: &metadata,
            columns: &columns,
            place,
        };
        one(trigger, body::element_text(element), facts, context)
    });
    Ok(deliveries.collect())
}

fn one(
    trigger: &EventTrigger,
    text: String,
    facts: Facts<'_>,
    context: &Context,
) -> Result<Delivery> {
    let item = &Item {
        body: body::bytes(text, trigger.is_binary)?,
        facts,
        context,
    };
    let kind = trigger.service.kind();
    match &trigger.service {
        Service::StorageQueue { queue } => Ok(storage_queue::delivery(queue.as_deref(), item)),
        Service::BusQueue { queue } => {
            let source = source(&[("queues", queue.as_deref())]);
            let origin = origin(kind, [queue.as_deref()]);
            Ok(service_bus::delivery(origin, source, item))
        }
        Service::BusTopic {
            topic,
            subscription,
        } => {
            let (topic, subscription) = (topic.as_deref(), subscription.as_deref());
            let source = source(&[("topics", topic), ("subscriptions", subscription)]);
            let origin = origin(kind, [topic, subscription]);
            Ok(service_bus::delivery(origin, source, item))
        }
        Service::Timer => timer::delivery(trigger.function.as_deref(), item),
        Service::Blob { path } => blob::delivery(path.as_deref(), item),
        Service::EventGrid => event_grid::delivery(item),
        Service::EventHubs { hub } => Ok(event_hubs::delivery(hub.as_deref(), item)),
        Service::Kafka { topic, has_schema } => {
            let is_value = trigger.is_binary || *has_schema;
            Ok(kafka::delivery(topic.as_deref(), is_value, item))
        }
        Service::CosmosDb {
            database,
            container,
        } => cosmos_db::delivery(database.as_deref(), container.as_deref(), item),
    }
}
