//! Events at a custom handler written by hand, as the Functions host's triggers deliver them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test's own functions fail by panicking, as it does"
)]

mod azure_app;
#[expect(dead_code, reason = "these tests send no HTTP themselves")]
mod support;

use polyfn_hosts::azure::Source;
use polyfn_hosts::event::{DeliveryOptions, DeliveryReport, Fate, Happening};
use serde_json::{Value, json};

use azure_app::App;

fn happening(value: Value) -> Happening {
    serde_json::from_value(value).unwrap()
}

fn message(channel: &str, text: &str) -> Happening {
    happening(json!({"kind": "message", "channel": channel, "body": {"text": text}}))
}

fn record(stream: &str, text: &str) -> Happening {
    happening(json!({"kind": "record", "stream": stream, "body": {"text": text}}))
}

fn options() -> DeliveryOptions {
    DeliveryOptions::default()
}

/// The payloads that the worker got, of failing invocations first.
fn payloads(report: &DeliveryReport) -> Vec<Value> {
    let failed = report.failures.iter().map(|reason| {
        let body = reason
            .split_once("body: ")
            .map_or(reason.as_str(), |(_, body)| body);
        serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {reason}"))
    });
    let done = report
        .returned
        .iter()
        .map(|returned| returned["payload"].clone());
    failed.chain(done).collect()
}

fn fates(report: &DeliveryReport) -> Vec<(u32, Fate)> {
    let items = report.items.iter();
    items.map(|item| (item.attempts, item.fate)).collect()
}

fn queue(name: &str) -> Value {
    json!({"type": "queueTrigger", "name": "message", "queueName": name, "dataType": "string"})
}

#[tokio::test]
async fn a_queues_message_poisons_the_metadata() {
    let app = App::new();
    app.function("order", queue("%ORDERS_QUEUE%"));
    let host = app.start().await;
    let text = r#"{"id":"forged","RetryContext":{"RetryCount":9},"list":[1],"n":1}"#;
    let sent = [message("orders", text)];
    let report = host
        .deliver(Source::StorageQueue, &sent, &options())
        .await
        .unwrap();
    assert_eq!(fates(&report), [(1, Fate::Done)], "{:?}", report.failures);
    assert_eq!(report.returned.as_ref().unwrap()["function"], "order");
    let payload = &payloads(&report)[0];
    assert_eq!(payload["Data"]["message"], Value::from(text).to_string());
    let metadata = &payload["Metadata"];
    assert_eq!(
        metadata["Id"], "\"forged\"",
        "the queue's own id is lost: {metadata}"
    );
    assert_eq!(metadata["n"], "\"1\"", "{metadata}");
    assert_eq!(metadata["DequeueCount"], "1", "{metadata}");
    assert!(
        metadata.get("list").is_none() && metadata.get("QueueTrigger").is_none(),
        "{metadata}"
    );
    assert!(metadata["sys"]["MethodName"].is_string(), "{metadata}");
}

#[tokio::test]
async fn a_failed_message_comes_again_and_is_counted() {
    let app = App::new();
    app.function("recovers", queue("orders"));
    let host = app.start().await;
    let sent = [message("orders", "a")];
    let report = host
        .deliver(Source::StorageQueue, &sent, &options())
        .await
        .unwrap();
    assert_eq!(fates(&report), [(3, Fate::Done)], "{:?}", report.failures);
    assert_eq!((report.invocations, report.failures.len()), (3, 2));
    let seen = payloads(&report);
    let told = |name: &str| -> Vec<_> {
        seen.iter()
            .map(|payload| payload["Metadata"][name].clone())
            .collect()
    };
    assert_eq!(told("DequeueCount"), ["1", "2", "3"]);
    assert_eq!(told("Id")[0], told("Id")[2], "it is the same message");
    assert_ne!(told("PopReceipt")[0], told("PopReceipt")[1]);
}

#[tokio::test]
async fn a_message_that_always_fails_goes_to_the_poison_queue() {
    let app = App::new();
    app.function("fails", queue("orders"));
    app.function("order", queue("others"));
    let host = app.start().await;
    let sent = [
        message("others", "a"),
        message("orders", "b"),
        message("others", "c"),
    ];
    let report = host
        .deliver(Source::StorageQueue, &sent, &options().max_attempts(2))
        .await
        .unwrap();
    let expected = [(1, Fate::Done), (2, Fate::DeadLettered), (1, Fate::Done)];
    assert_eq!(fates(&report), expected);
    assert_eq!(report.dead_letters(), [1]);
    assert!(report.failures[0].contains("500"), "{:?}", report.failures);
}

#[tokio::test]
async fn bytes_that_are_no_text_never_reach_a_worker_that_wants_text() {
    let app = App::new();
    app.function("order", queue("orders"));
    let mut binary = queue("bytes");
    binary["dataType"] = "binary".into();
    app.function("bytes", binary);
    let host = app.start().await;
    let bytes = |channel: &str| {
        [happening(
            json!({"kind": "message", "channel": channel, "body": {"base64": "AP8="}}),
        )]
    };
    let report = host
        .deliver(Source::StorageQueue, &bytes("orders"), &options())
        .await
        .unwrap();
    assert_eq!(fates(&report), [(3, Fate::DeadLettered)]);
    assert!(
        report.failures[0].contains("Unicode"),
        "{:?}",
        report.failures
    );
    let report = host
        .deliver(Source::StorageQueue, &bytes("bytes"), &options())
        .await
        .unwrap();
    assert_eq!(payloads(&report)[0]["Data"]["message"], "AP8=");
}

#[tokio::test]
async fn a_failed_batch_comes_again_as_a_whole() {
    let app = App::new();
    let trigger = json!({
        "type": "serviceBusTrigger", "name": "messages", "topicName": "news",
        "subscriptionName": "s", "cardinality": "many", "dataType": "string",
    });
    app.function("recovers", trigger);
    let host = app.start().await;
    let sent: Vec<_> = ["a", "b", "c", "d"]
        .map(|text| message("news", text))
        .into();
    let options = options().batch_size(3);
    let report = host
        .deliver(Source::ServiceBusTopicBatch, &sent, &options)
        .await
        .unwrap();
    let expected = [
        (3, Fate::Done),
        (3, Fate::Done),
        (3, Fate::Done),
        (1, Fate::Done),
    ];
    assert_eq!(fates(&report), expected, "{:?}", report.failures);
    assert_eq!(report.invocations, 4);
    let seen = payloads(&report);
    assert_eq!(seen[0]["Data"]["messages"], r#"["a","b","c"]"#);
    assert_eq!(seen[1]["Data"]["messages"], r#"["a","b","c"]"#);
    assert_eq!(seen[0]["Metadata"]["DeliveryCountArray"], "[1,1,1]");
    assert_eq!(seen[1]["Metadata"]["DeliveryCountArray"], "[2,2,2]");
    assert_eq!(
        seen[0]["Metadata"]["MessageIdArray"],
        seen[1]["Metadata"]["MessageIdArray"]
    );
    assert_eq!(seen[2]["Data"]["messages"], r#"["d"]"#);
}

#[tokio::test]
async fn a_batch_is_of_one_session() {
    let app = App::new();
    let trigger = json!({
        "type": "serviceBusTrigger", "name": "messages", "queueName": "q", "cardinality": "many",
        "dataType": "string", "isSessionsEnabled": true,
    });
    app.function("fails", trigger);
    let host = app.start().await;
    let of = |group: &str| {
        happening(
            json!({"kind": "message", "channel": "q", "group": group, "body": {"text": group}}),
        )
    };
    let sent = [of("a"), of("b"), of("a")];
    let options = options().max_attempts(1);
    let report = host
        .deliver(Source::ServiceBusQueueBatch, &sent, &options)
        .await
        .unwrap();
    let seen = payloads(&report);
    let sessions: Vec<_> = seen
        .iter()
        .map(|payload| &payload["Metadata"]["SessionIdArray"])
        .collect();
    assert_eq!(sessions, [r#"["a","a"]"#, r#"["b"]"#]);
}

#[tokio::test]
async fn a_timer_is_not_tried_again_without_a_retry_policy() {
    let app = App::new();
    app.function(
        "fails_nightly",
        json!({"type": "timerTrigger", "name": "timer", "schedule": "0 0 3 * * *"}),
    );
    app.function(
        "fails_daily",
        json!({"type": "timerTrigger", "name": "timer", "schedule": "0 0 3 * * *"}),
    );
    app.retry(
        "fails_daily",
        json!({"strategy": "fixedDelay", "maxRetryCount": 2, "delayInterval": "00:00:10"}),
    );
    let host = app.start().await;
    let tick = |job: &str| {
        [happening(
            json!({"kind": "schedule", "job": job, "due": "2026-01-02T03:00:00Z", "late": true}),
        )]
    };
    let report = host
        .deliver(Source::Timer, &tick("fails_nightly"), &options())
        .await
        .unwrap();
    assert_eq!(fates(&report), [(1, Fate::DeadLettered)]);
    let payload = &payloads(&report)[0];
    assert_eq!(payload["Data"]["timer"]["IsPastDue"], true, "{payload}");
    assert_eq!(
        payload["Data"]["timer"]["ScheduleStatus"]["Next"],
        "2026-01-02T03:00:00+00:00"
    );
    assert!(
        payload["Metadata"].get("RetryContext").is_none(),
        "{payload}"
    );

    let report = host
        .deliver(
            Source::Timer,
            &tick("fails_daily"),
            &options().max_attempts(1),
        )
        .await
        .unwrap();
    assert_eq!(
        fates(&report),
        [(3, Fate::DeadLettered)],
        "the policy's own limit counts"
    );
    let contexts: Vec<_> = payloads(&report)
        .iter()
        .map(|payload| payload["Metadata"]["RetryContext"].clone())
        .collect();
    let counts: Vec<_> = contexts
        .iter()
        .map(|context| (&context["RetryCount"], &context["MaxRetryCount"]))
        .collect();
    assert_eq!(
        counts,
        [
            (&json!(0), &json!(2)),
            (&json!(1), &json!(2)),
            (&json!(2), &json!(2))
        ]
    );
    assert_eq!(contexts[0]["Exception"], Value::Null);
    let message = contexts[1]["Exception"]["Message"].as_str().unwrap();
    assert!(message.contains("fails_daily"), "{message}");
}

#[tokio::test]
async fn a_streams_checkpoint_moves_on() {
    let app = App::new();
    let hub = |many: bool| {
        json!({
            "type": "eventHubTrigger", "name": "events", "eventHubName": "hub", "dataType": "string",
            "cardinality": if many { "many" } else { "one" },
        })
    };
    app.function("fails_one", hub(false));
    app.function("recovers_many", hub(true));
    app.retry(
        "recovers_many",
        json!({
            "strategy": "exponentialBackoff", "maxRetryCount": -1,
            "minimumInterval": "00:00:01", "maximumInterval": "00:01:00",
        }),
    );
    let host = app.start().await;
    let sent = [record("hub", "a"), record("hub", "b")];
    let report = host
        .deliver(Source::EventHubs, &sent, &options())
        .await
        .unwrap();
    assert_eq!(
        fates(&report),
        [(1, Fate::DeadLettered), (1, Fate::DeadLettered)]
    );
    let report = host
        .deliver(Source::EventHubsBatch, &sent, &options())
        .await
        .unwrap();
    assert_eq!(
        fates(&report),
        [(3, Fate::Done), (3, Fate::Done)],
        "{:?}",
        report.failures
    );
    let seen = payloads(&report);
    assert_eq!(seen[2]["Data"]["events"], r#"["a","b"]"#);
    assert_eq!(seen[2]["Metadata"]["RetryContext"]["RetryCount"], 2);
}

#[tokio::test]
async fn an_answer_that_hangs_costs_the_worker_and_fails() {
    let app = App::new();
    app.function("hangs", queue("slow"));
    app.function("order", queue("orders"));
    let host = app.start().await;
    let sent = [message("slow", "a"), message("orders", "b")];
    let report = host
        .deliver(Source::StorageQueue, &sent, &options().max_attempts(2))
        .await
        .unwrap();
    assert_eq!(fates(&report), [(2, Fate::DeadLettered), (1, Fate::Done)]);
    assert!(
        report
            .failures
            .iter()
            .all(|reason| reason.contains("Timeout")),
        "{:?}",
        report.failures
    );
    assert_eq!(host.workers_started(), 3);
}

#[tokio::test]
async fn a_worker_that_crashes_comes_back_until_the_third_time() {
    let app = App::new();
    app.function("crashes", queue("bad"));
    let host = app.start().await;
    let sent = [message("bad", "a")];
    let report = host
        .deliver(Source::StorageQueue, &sent, &options().max_attempts(2))
        .await
        .unwrap();
    assert_eq!(fates(&report), [(2, Fate::DeadLettered)]);
    let error = host
        .deliver(Source::StorageQueue, &sent, &options().max_attempts(2))
        .await
        .unwrap_err();
    assert!(error.is_exited(), "the host gives up: {error}");
}

#[tokio::test]
async fn nothing_is_nothing() {
    let app = App::new();
    app.function("order", queue("orders"));
    let host = app.start().await;
    for source in Source::ALL {
        let report = host.deliver(source, &[], &options()).await.unwrap();
        assert_eq!(report, DeliveryReport::default(), "{source}");
    }
}

#[tokio::test]
async fn who_listens() {
    let app = App::new();
    app.function("order", queue("orders"));
    app.function(
        "first",
        json!({"type": "eventGridTrigger", "name": "event"}),
    );
    app.function(
        "second",
        json!({"type": "eventGridTrigger", "name": "event"}),
    );
    let host = app.start().await;
    let error = |source: Source, happening: Happening| {
        let host = &host;
        async move {
            host.deliver(source, &[happening], &options())
                .await
                .unwrap_err()
                .to_string()
        }
    };
    let nobody = error(Source::StorageQueue, message("others", "a")).await;
    assert!(
        nobody.contains("order (queueTrigger \"orders\")"),
        "{nobody}"
    );
    let mistaken = error(Source::StorageQueue, record("orders", "a")).await;
    assert!(mistaken.contains("storage-queue"), "{mistaken}");
    let custom = || {
        happening(
            json!({"kind": "custom", "type": "t", "source": "/s", "data": {"json": {"a": 1}}}),
        )
    };
    let several = error(Source::EventGridCloudEvent, custom()).await;
    assert!(
        several.contains("first") && several.contains("second"),
        "{several}"
    );
    assert!(!several.contains("order"), "{several}");
    let named = options().function("second");
    let report = host
        .deliver(Source::EventGridSchema, &[custom()], &named)
        .await
        .unwrap();
    assert_eq!(report.returned.as_ref().unwrap()["function"], "second");
    let payload = &payloads(&report)[0];
    assert_eq!(
        payload["Data"]["event"]["eventType"], "t",
        "the event is no text: {payload}"
    );
    assert_eq!(payload["Metadata"]["data"], json!({"a": 1}));
}

#[tokio::test]
async fn each_trigger_on_the_wire() {
    let app = App::new();
    app.function(
        "blob",
        json!({"type": "blobTrigger", "name": "blob", "path": "in/{name}", "dataType": "binary"}),
    );
    app.function(
        "kafka",
        json!({"type": "kafkaTrigger", "name": "record", "topic": "t", "dataType": "string"}),
    );
    app.function("cosmos", json!({"type": "cosmosDBTrigger", "name": "documents", "containerName": "c", "dataType": "string"}));
    app.function("bus", json!({"type": "serviceBusTrigger", "name": "message", "queueName": "q", "dataType": "string"}));
    let host = app.start().await;
    let deliver = |source: Source, happening: Happening| {
        let host = &host;
        async move {
            let report = host
                .deliver(source, &[happening], &options())
                .await
                .unwrap();
            assert_eq!(
                fates(&report),
                [(1, Fate::Done)],
                "{source}: {:?}",
                report.failures
            );
            payloads(&report).remove(0)
        }
    };
    let stored =
        json!({"kind": "object-created", "bucket": "in", "key": "a/b", "content": {"text": "x"}});
    let blob = deliver(Source::Blob, happening(stored)).await;
    assert_eq!(
        (&blob["Data"]["blob"], &blob["Metadata"]["name"]),
        (&json!("eA=="), &json!("\"a/b\""))
    );
    let kafka = deliver(Source::Kafka, record("t", "x")).await;
    assert_eq!(
        kafka["Metadata"]["Value"], "\"x\"",
        "the record's text poisons: {kafka}"
    );
    assert_eq!(kafka["Metadata"]["Topic"], "\"t\"");
    let changed = json!({"kind": "document-change", "collection": "c", "id": "1", "new": {"a": 1}});
    let cosmos = deliver(Source::Cosmos, happening(changed)).await;
    let text: String = serde_json::from_str(cosmos["Data"]["documents"].as_str().unwrap()).unwrap();
    let documents: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&documents[0]["id"], &documents[0]["a"]),
        (&json!("1"), &json!(1))
    );
    let bus = deliver(Source::ServiceBusQueue, message("q", "x")).await;
    assert_eq!(
        (&bus["Data"]["message"], &bus["Metadata"]["DeliveryCount"]),
        (&json!("\"x\""), &json!("1"))
    );
}

#[cfg(feature = "cli")]
#[test]
fn the_program_delivers_a_file() {
    let app = App::new();
    app.function("fails", queue("orders"));
    app.write();
    let file = app.root().join("event.json");
    let event = json!([{"kind": "message", "channel": "orders", "body": {"text": "a"}}]);
    std::fs::write(&file, event.to_string()).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_polyfn-hosts"))
        .args(["azure", "--source", "storage-queue", "--app-root"])
        .arg(app.root())
        .arg("--event")
        .arg(&file)
        .output()
        .unwrap();
    let stderr = String::from_utf8_lossy(&output.stderr);
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {stderr}"));
    assert_eq!(
        report["items"],
        json!([{"attempts": 3, "fate": "dead-lettered"}]),
        "{report}"
    );
    assert_eq!(
        (&report["invocations"], &report["returned"]),
        (&json!(3), &Value::Null)
    );
    assert!(
        report["failures"][0].as_str().unwrap().contains("500"),
        "{report}"
    );
}
