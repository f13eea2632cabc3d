//! The Cloud Run host's events against a server written by hand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test's own functions fail by panicking, as it does"
)]

#[allow(dead_code, reason = "no answer's status or header matters here")]
mod support;

use polyfn_hosts::cloud_run::{CloudRunHost, Source};
use polyfn_hosts::event::{DeliveryOptions, DeliveryReport, Fate, Happening};
use serde_json::{Value, json};

use support::{example, get};

/// A host whose worker answers the first, second, … request with these statuses.
async fn host(answers: &str) -> CloudRunHost {
    let builder = CloudRunHost::builder(example("event_worker"));
    let path = format!("/events?answers={answers}");
    builder.push_path(path).start().await.unwrap()
}

/// Every request that the worker has had.
async fn seen(host: &CloudRunHost) -> Vec<Value> {
    let seen = get(host.url(), "/seen").await.json();
    seen.as_array().unwrap().clone()
}

fn happenings(value: Value) -> Vec<Happening> {
    serde_json::from_value(value).unwrap()
}

fn messages(bodies: &[(&str, Option<&str>)]) -> Vec<Happening> {
    let messages = bodies.iter().map(
        |(id, group)| json!({"kind": "message", "channel": "orders", "id": id, "group": group}),
    );
    happenings(messages.collect())
}

fn outcomes(report: &DeliveryReport) -> Vec<(u32, Fate)> {
    let items = report.items.iter();
    items.map(|item| (item.attempts, item.fate)).collect()
}

/// The ids of the messages, in the order in which they arrived.
fn ids(seen: &[Value]) -> Vec<&str> {
    let ids = seen
        .iter()
        .map(|request| &request["json"]["message"]["messageId"]);
    ids.map(|id| id.as_str().unwrap()).collect()
}

async fn deliver(host: &CloudRunHost, source: Source, happenings: &[Happening]) -> DeliveryReport {
    deliver_with(host, source, happenings, DeliveryOptions::default()).await
}

async fn deliver_with(
    host: &CloudRunHost,
    source: Source,
    happenings: &[Happening],
    options: DeliveryOptions,
) -> DeliveryReport {
    host.deliver(source, happenings, &options).await.unwrap()
}

#[tokio::test]
async fn an_event_comes_through_the_front_end_to_the_push_path() {
    let host = host("200").await;
    let stored = happenings(json!([
        {"kind": "object-created", "bucket": "uploads", "key": "a b.png", "size": 12}
    ]));
    let report = deliver(&host, Source::StorageEventarc, &stored).await;
    assert_eq!(outcomes(&report), [(1, Fate::Done)]);
    assert_eq!(report.returned, Some(json!({"request": 1})));
    let request = &seen(&host).await[0];
    assert_eq!(request["method"], "POST");
    assert_eq!(request["target"], "/events?answers=200");
    let headers = &request["headers"];
    assert_eq!(headers["ce-subject"], "objects/a%20b.png");
    assert_eq!(headers["x-forwarded-proto"], "https");
    assert!(headers["traceparent"].is_string(), "{headers}");
    assert_eq!(request["json"]["size"], "12");
}

#[tokio::test]
async fn a_failed_message_comes_again_and_is_counted() {
    let host = host("500,400,204").await;
    let report = deliver(&host, Source::PubsubPush, &messages(&[("1", None)])).await;
    assert_eq!(outcomes(&report), [(3, Fate::Done)]);
    assert_eq!(report.invocations, 3);
    assert_eq!(
        report.failures,
        [r#"500: {"request":1}"#, r#"400: {"request":2}"#]
    );
    assert_eq!(report.returned, None, "a 204 returns nothing");
    let seen = seen(&host).await;
    let attempts = seen
        .iter()
        .map(|request| request["json"]["deliveryAttempt"].clone());
    assert_eq!(attempts.collect::<Value>(), json!([1, 2, 3]));
    assert_eq!(ids(&seen), ["1", "1", "1"], "the same message each time");
}

#[tokio::test]
async fn a_message_that_always_fails_is_a_dead_letter() {
    let host = host("200,503").await;
    let options = DeliveryOptions::default().max_attempts(2);
    let messages = messages(&[("1", None), ("2", None)]);
    let report = deliver_with(&host, Source::PubsubEventarc, &messages, options).await;
    assert_eq!(
        outcomes(&report),
        [(1, Fate::Done), (2, Fate::DeadLettered)]
    );
    assert_eq!(report.dead_letters(), [1]);
    assert_eq!((report.invocations, report.failures.len()), (3, 2));
    assert_eq!(report.returned, Some(json!({"request": 1})));
}

#[tokio::test]
async fn every_source_delivers_again() {
    let cases = [
        (
            "scheduler-http",
            json!({"kind": "schedule", "job": "nightly"}),
        ),
        (
            "storage-legacy",
            json!({"kind": "object-deleted", "bucket": "b", "key": "k"}),
        ),
        (
            "firestore-protobuf",
            json!({"kind": "document-change", "new": {"a": 1}}),
        ),
        (
            "eventarc-custom",
            json!({"kind": "custom", "type": "t", "source": "/s"}),
        ),
    ];
    for (source, happening) in cases {
        let host = host("429,200").await;
        let report = deliver(
            &host,
            source.parse().unwrap(),
            &happenings(json!([happening])),
        )
        .await;
        assert_eq!(outcomes(&report), [(2, Fate::Done)], "{source}");
        let seen = seen(&host).await;
        assert_eq!(seen[0]["json"], seen[1]["json"], "{source}");
        assert_eq!(
            seen[0]["headers"]["ce-id"], seen[1]["headers"]["ce-id"],
            "{source}"
        );
    }
}

#[tokio::test]
async fn a_later_message_of_an_ordering_key_waits() {
    let host = host("500,200").await;
    let messages = messages(&[
        ("a1", Some("a")),
        ("a2", Some("a")),
        ("b1", Some("b")),
        ("c", None),
    ]);
    let report = deliver(&host, Source::PubsubPush, &messages).await;
    assert_eq!(report.dead_letters(), [0; 0]);
    let seen = seen(&host).await;
    assert_eq!(ids(&seen), ["a1", "b1", "c", "a1", "a2"]);
}

#[tokio::test]
async fn a_dead_record_lets_the_next_of_its_key_pass() {
    let host = host("500,500,200").await;
    let records = happenings(json!([
        {"kind": "record", "stream": "clicks", "partition_key": "k", "sequence_number": "1"},
        {"kind": "record", "stream": "clicks", "partition_key": "k", "sequence_number": "2"},
    ]));
    let options = DeliveryOptions::default().max_attempts(2);
    let report = deliver_with(&host, Source::PubsubOrdered, &records, options).await;
    assert_eq!(
        outcomes(&report),
        [(2, Fate::DeadLettered), (1, Fate::Done)]
    );
    let seen = seen(&host).await;
    assert_eq!(ids(&seen), ["1", "1", "2"]);
    assert_eq!(seen[0]["json"]["message"]["orderingKey"], "k");
}

#[tokio::test]
async fn a_batch_is_one_request_and_fails_whole() {
    let host = host("200,500,200").await;
    let event = |id| json!({"kind": "custom", "type": "t", "source": "/s", "id": id});
    let events = happenings((1..=5).map(|id: u8| event(id.to_string())).collect());
    let options = DeliveryOptions::default().batch_size(3);
    let report = deliver_with(&host, Source::CloudeventBatch, &events, options).await;
    assert_eq!(report.invocations, 3);
    let attempts: Vec<u32> = report.items.iter().map(|item| item.attempts).collect();
    assert_eq!(attempts, [1, 1, 1, 2, 2]);
    let seen = seen(&host).await;
    let sizes: Vec<usize> = seen
        .iter()
        .map(|r| r["json"].as_array().unwrap().len())
        .collect();
    assert_eq!(sizes, [3, 2, 2]);
    assert_eq!(seen[2]["json"][1]["id"], "5");
}

#[tokio::test]
async fn nothing_is_delivered_in_no_request() {
    let host = host("200").await;
    for source in Source::ALL {
        let report = deliver(&host, source, &[]).await;
        assert_eq!(report, DeliveryReport::default(), "{source}");
    }
    assert_eq!(seen(&host).await, [Value::Null; 0]);
}

#[tokio::test]
async fn a_source_refuses_what_it_does_not_tell_of() {
    let host = host("200").await;
    let mut happenings = messages(&[("1", None)]);
    happenings.extend(self::happenings(
        json!([{"kind": "schedule", "job": "nightly"}]),
    ));
    let options = DeliveryOptions::default();
    let error = host
        .deliver(Source::PubsubPush, &happenings, &options)
        .await;
    let error = error.unwrap_err().to_string();
    assert!(
        error.contains("pubsub-push") && error.contains("nightly"),
        "{error}"
    );
    assert!(seen(&host).await.is_empty(), "not even the message");
}

#[tokio::test]
async fn crashes_and_time_limits_are_failures() {
    let builder = CloudRunHost::builder(example("http_worker")).timeout_s(1);
    let cases = [
        ("/exit5", "503: Service Unavailable"),
        ("/sleep", "504: upstream request timeout"),
    ];
    for (path, failure) in cases {
        let host = builder.clone().push_path(path).start().await.unwrap();
        let options = DeliveryOptions::default().max_attempts(2);
        let report = deliver_with(
            &host,
            Source::PubsubPush,
            &messages(&[("1", None)]),
            options,
        )
        .await;
        assert_eq!(outcomes(&report), [(2, Fate::DeadLettered)], "{path}");
        assert_eq!(report.failures, [failure, failure]);
    }
}

#[tokio::test]
async fn what_is_too_large_for_the_front_end_is_a_failure() {
    let host = host("200").await;
    let size = 26 * 1024 * 1024;
    let large = happenings(json!([{"kind": "message", "body": {"fill": size}}]));
    let options = DeliveryOptions::default().max_attempts(1);
    let report = deliver_with(&host, Source::PubsubPush, &large, options).await;
    assert_eq!(report.failures, ["413: Request Entity Too Large"]);
    let options = DeliveryOptions::default().max_attempts(1);
    let report = deliver_with(&host, Source::PubsubPushUnwrapped, &large, options).await;
    assert_eq!(report.dead_letters(), [0; 0], "without base64 it fits");
    assert_eq!(seen(&host).await[0]["size"], size);
}

#[tokio::test]
async fn deliveries_run_beside_each_other() {
    let host = std::sync::Arc::new(host("200").await);
    let deliveries: Vec<_> = (0..4)
        .map(|_| {
            let host = std::sync::Arc::clone(&host);
            tokio::spawn(async move {
                deliver(&host, Source::PubsubPush, &messages(&[("1", None)])).await
            })
        })
        .collect();
    for delivery in deliveries {
        assert_eq!(outcomes(&delivery.await.unwrap()), [(1, Fate::Done)]);
    }
    assert_eq!(seen(&host).await.len(), 4);
}

#[tokio::test]
async fn a_push_path_has_to_be_one() {
    let builder = CloudRunHost::builder(example("event_worker"));
    let error = builder.push_path("events").start().await.unwrap_err();
    assert!(error.to_string().contains("\"events\""), "{error}");
}

#[cfg(feature = "cli")]
#[test]
fn the_program_delivers_a_file_and_prints_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("event.json");
    let messages = json!([{"kind": "message", "channel": "orders"}]);
    for events in [&messages, &messages[0]] {
        std::fs::write(&file, events.to_string()).unwrap();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_polyfn-hosts"))
            .arg("gcp")
            .arg(example("event_worker"))
            .args(["--source", "pubsub-push", "--event"])
            .arg(&file)
            .output()
            .unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stderr}");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["items"], json!([{"attempts": 1, "fate": "done"}]));
        assert_eq!(report["returned"], json!({"request": 1}));
    }
}
