//! The files of an Azure Functions app whose functions have one kind of trigger.

use std::path::Path;

use polyfn_hosts::azure::Source;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::AzureMode;
use crate::deployment::host_json;
use crate::event::DataType;

/// Writes `host.json` and, for each of the probe's functions that such a trigger can call, its
/// folder. The app is gone when the folder is dropped.
pub(super) fn write(
    source: Source,
    data_type: Option<DataType>,
    binary: &Path,
    time_limit_s: u64,
) -> std::io::Result<TempDir> {
    let app = tempfile::tempdir()?;
    let host = host_json(AzureMode::Invocation, &binary.canonicalize()?, time_limit_s);
    std::fs::write(app.path().join("host.json"), host.to_string())?;
    for (function, trigger) in triggers(source) {
        let folder = app.path().join(function);
        std::fs::create_dir(&folder)?;
        let file = function_json(source, trigger, data_type);
        std::fs::write(folder.join("function.json"), file.to_string())?;
    }
    Ok(app)
}

/// The functions, and what is particular to the trigger of each.
fn triggers(source: Source) -> Vec<(&'static str, Value)> {
    match source {
        Source::Blob => vec![
            ("object-created", json!({"path": "uploads/{name}"})),
            ("picture", json!({"path": "pictures/in/{name}.png"})),
        ],
        Source::EventGridCloudEvent | Source::EventGridSchema => {
            let functions = ["object-created", "object-deleted", "picture", "placed"];
            functions.map(|function| (function, json!({}))).into()
        }
        Source::StorageQueue | Source::ServiceBusQueue | Source::ServiceBusQueueBatch => vec![
            ("queue", json!({"queueName": "orders"})),
            ("bulk", json!({"queueName": "bulk"})),
            ("typed", json!({"queueName": "typed"})),
        ],
        Source::ServiceBusTopic | Source::ServiceBusTopicBatch => {
            let trigger = json!({"topicName": "news", "subscriptionName": "conformance"});
            vec![("topic", trigger)]
        }
        Source::Timer => vec![
            ("schedule", json!({"schedule": "0 0 3 * * *"})),
            ("failing-schedule", json!({"schedule": "0 0 4 * * *"})),
        ],
        Source::EventHubs | Source::EventHubsBatch => {
            vec![("stream", json!({"eventHubName": "telemetry"}))]
        }
        Source::Kafka | Source::KafkaBatch => {
            let trigger = json!({"topic": "telemetry", "consumerGroup": "conformance"});
            vec![("stream", trigger)]
        }
        Source::Cosmos => {
            let trigger = json!({"databaseName": "conformance", "containerName": "users"});
            vec![("document", trigger)]
        }
        _ => Vec::new(),
    }
}

fn function_json(source: Source, trigger: Value, data_type: Option<DataType>) -> Value {
    let (kind, cardinality) = match source {
        Source::Blob => ("blobTrigger", None),
        Source::EventGridCloudEvent | Source::EventGridSchema => ("eventGridTrigger", Some("one")),
        Source::StorageQueue => ("queueTrigger", None),
        Source::ServiceBusQueue | Source::ServiceBusTopic => ("serviceBusTrigger", Some("one")),
        Source::ServiceBusQueueBatch | Source::ServiceBusTopicBatch => {
            ("serviceBusTrigger", Some("many"))
        }
        Source::EventHubs => ("eventHubTrigger", Some("one")),
        Source::EventHubsBatch => ("eventHubTrigger", Some("many")),
        Source::Kafka => ("kafkaTrigger", Some("one")),
        Source::KafkaBatch => ("kafkaTrigger", Some("many")),
        Source::Cosmos => ("cosmosDBTrigger", None),
        _ => ("timerTrigger", None),
    };
    let mut binding = trigger;
    binding["type"] = kind.into();
    binding["direction"] = "in".into();
    binding["name"] = "item".into();
    if let Some(cardinality) = cardinality {
        binding["cardinality"] = cardinality.into();
    }
    if let Some(data_type) = data_type {
        binding["dataType"] = data_type.name().into();
    }
    let mut file = json!({ "bindings": [binding] });
    if retries_by_policy_alone(source) {
        // As often as a case allows.
        file["retry"] = json!({
            "strategy": "fixedDelay",
            "maxRetryCount": -1,
            "delayInterval": "00:00:01",
        });
    }
    file
}

/// Of these the service itself delivers nothing again
/// (<https://learn.microsoft.com/azure/azure-functions/functions-bindings-error-pages#retries>).
fn retries_by_policy_alone(source: Source) -> bool {
    matches!(
        source,
        Source::Timer
            | Source::EventHubs
            | Source::EventHubsBatch
            | Source::Kafka
            | Source::KafkaBatch
            | Source::Cosmos
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_has_functions() {
        for source in Source::ALL {
            assert!(!triggers(source).is_empty(), "{source}");
            let app = write(source, None, Path::new("/bin/true"), 60).unwrap();
            for (function, _) in triggers(source) {
                let path = app.path().join(function).join("function.json");
                let text = std::fs::read_to_string(path).unwrap();
                let file: Value = serde_json::from_str(&text).unwrap();
                let kind = file["bindings"][0]["type"].as_str().unwrap();
                assert!(kind.ends_with("Trigger"), "{source}: {text}");
                let is_timer = kind == "timerTrigger";
                assert_eq!(is_timer, source == Source::Timer, "{source}: {text}");
            }
        }
    }

    #[test]
    fn data_type_and_cardinality_are_explicit() {
        let source = Source::ServiceBusQueueBatch;
        let file = function_json(source, json!({"queueName": "q"}), Some(DataType::Binary));
        let expected = json!({"bindings": [{
            "type": "serviceBusTrigger", "direction": "in", "name": "item", "queueName": "q",
            "cardinality": "many", "dataType": "binary",
        }]});
        assert_eq!(file, expected);
    }
}
