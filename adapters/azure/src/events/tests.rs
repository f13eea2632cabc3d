//! Golden calls, as the host makes them: what is in `tests/data`.

mod calls;
mod documents;
mod messages;
mod never_panics;
mod objects;
mod overwriting;
mod own_events;
mod schedules;
mod streams;

use std::collections::BTreeMap;

use bytes::Bytes;
use polyfn_core::{Context, Delivery, Payload, Result, Target, Timestamp};
use serde_json::Value;

use super::decode::decode;
use super::trigger::EventTrigger;
use crate::app_settings::AppSettings;

/// Each golden call, with the binding that it is for.
const CALLS: [(&str, &str); 33] = [
    ("queue", QUEUE),
    ("queue_single", QUEUE),
    ("queue_binary", QUEUE_BINARY),
    ("timer", TIMER),
    ("timer_single", TIMER),
    ("timer_past_due", TIMER),
    ("timer_run_on_startup", TIMER),
    ("timer_unmonitored", TIMER),
    ("service_bus", SERVICE_BUS),
    ("service_bus_single", SERVICE_BUS),
    ("service_bus_many", SERVICE_BUS_MANY),
    ("service_bus_many_single", SERVICE_BUS_MANY),
    ("service_bus_many_binary", SERVICE_BUS_MANY_BINARY),
    ("blob", BLOB),
    ("blob_binary", BLOB_BINARY),
    ("blob_single", BLOB),
    ("event_grid_blob_created", EVENT_GRID),
    ("event_grid_blob_deleted", EVENT_GRID),
    ("event_grid_cloud_event", EVENT_GRID),
    ("event_grid_event", EVENT_GRID),
    ("event_grid_event_encoded", EVENT_GRID),
    ("event_hub", EVENT_HUB),
    ("event_hub_single", EVENT_HUB),
    ("event_hub_binary", EVENT_HUB_BINARY),
    ("event_hub_many", EVENT_HUB_MANY_BINARY),
    ("event_hub_many_text", EVENT_HUB_MANY),
    ("kafka", KAFKA),
    ("kafka_single", KAFKA),
    ("kafka_binary", KAFKA_BINARY),
    ("kafka_many", KAFKA_MANY),
    ("kafka_many_binary", KAFKA_MANY_BINARY),
    ("cosmos_db", COSMOS_DB),
    ("cosmos_db_single", COSMOS_DB),
];

const QUEUE: &str = r#"{"type":"queueTrigger","name":"item","queueName":"%Queue%"}"#;
const QUEUE_BINARY: &str =
    r#"{"type":"QueueTrigger","name":"item","queueName":"orders","dataType":"Binary"}"#;
const TIMER: &str = r#"{"type":"timerTrigger","name":"timer","schedule":"0 0 3 * * *"}"#;
const SERVICE_BUS: &str = r#"{"type":"serviceBusTrigger","name":"message","queueName":"orders"}"#;
const SERVICE_BUS_MANY: &str = r#"{"type":"serviceBusTrigger","name":"messages",
    "topicName":"orders","subscriptionName":"shipping","cardinality":"many"}"#;
const SERVICE_BUS_MANY_BINARY: &str = r#"{"type":"serviceBusTrigger","name":"messages",
    "topicName":"orders","subscriptionName":"shipping","cardinality":"Many","dataType":"binary"}"#;
const BLOB: &str = r#"{"type":"blobTrigger","name":"picture","path":"uploads/{name}"}"#;
const BLOB_BINARY: &str =
    r#"{"type":"blobTrigger","name":"picture","path":"uploads/{name}","dataType":"binary"}"#;
const EVENT_GRID: &str = r#"{"type":"eventGridTrigger","name":"event"}"#;
const EVENT_HUB: &str = r#"{"type":"eventHubTrigger","name":"event","eventHubName":"telemetry"}"#;
const EVENT_HUB_BINARY: &str = r#"{"type":"eventHubTrigger","name":"event",
    "eventHubName":"telemetry","dataType":"binary"}"#;
const EVENT_HUB_MANY: &str = r#"{"type":"eventHubTrigger","name":"events",
    "eventHubName":"telemetry","cardinality":"many"}"#;
const EVENT_HUB_MANY_BINARY: &str = r#"{"type":"eventHubTrigger","name":"events",
    "eventHubName":"telemetry","cardinality":"many","dataType":"binary"}"#;
const KAFKA: &str = r#"{"type":"kafkaTrigger","name":"record","topic":"telemetry"}"#;
const KAFKA_BINARY: &str =
    r#"{"type":"kafkaTrigger","name":"record","topic":"telemetry","dataType":"binary"}"#;
const KAFKA_MANY: &str =
    r#"{"type":"kafkaTrigger","name":"records","topic":"telemetry","cardinality":"many"}"#;
const KAFKA_MANY_BINARY: &str = r#"{"type":"kafkaTrigger","name":"records","topic":"telemetry",
    "cardinality":"many","dataType":"binary"}"#;
const COSMOS_DB: &str = r#"{"type":"cosmosDBTrigger","name":"documents","databaseName":"shop",
    "containerName":"users"}"#;

fn golden(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");
    std::fs::read_to_string(format!("{folder}/{name}.json")).unwrap()
}

fn trigger(binding: &str) -> EventTrigger {
    let settings = [("QUEUE".to_owned(), "orders".to_owned())];
    let binding = serde_json::from_str(binding).unwrap();
    EventTrigger::new("folder", &binding, &AppSettings::new(settings.into_iter())).unwrap()
}

fn context() -> Context {
    Context::new(Target::Azure, "i-1")
}

fn decoded(binding: &str, call: impl Into<Bytes>) -> Result<Vec<Result<Delivery>>> {
    decode(&trigger(binding), &call.into(), &context())
}

/// The deliveries of a golden call.
fn all(binding: &str, name: &str) -> Vec<Delivery> {
    let items = decoded(binding, golden(name)).unwrap();
    items.into_iter().map(|item| item.unwrap()).collect()
}

fn only(binding: &str, name: &str) -> Delivery {
    let mut items = all(binding, name);
    assert_eq!(items.len(), 1, "{name} has one item");
    items.remove(0)
}

macro_rules! payload {
    ($delivery:expr, $kind:ident) => {
        match &$delivery.event().data {
            Payload::$kind(payload) => payload.clone(),
            other => panic!("{other:?}"),
        }
    };
}
use payload;

/// The call with another value in `Metadata`, or of the datum.
fn changed(call: &str, change: impl FnOnce(&mut Value)) -> String {
    let mut call = serde_json::from_str(call).unwrap();
    change(&mut call);
    call.to_string()
}

fn time(text: &str) -> Option<Timestamp> {
    Some(text.parse().unwrap())
}

fn pairs(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| (String::from(*name), String::from(*value)))
        .collect()
}
