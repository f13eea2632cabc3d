//! What AWS's event sources deliver, and deliver again, to a real process.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test's own functions fail by panicking, as it does"
)]

#[allow(
    dead_code,
    reason = "the client that the fronts' tests need is in there as well"
)]
mod support;

use polyfn_hosts::event::{DeliveryOptions, DeliveryReport, Fate, Happening};
use polyfn_hosts::lambda::{LambdaHost, Source, s3_test_event};
use serde_json::{Value, json};

use support::example;

/// What a scripted function was given, and what the host says of it.
struct Delivered {
    report: DeliveryReport,
    /// `{"id", "payload"}` of each invocation.
    invocations: Vec<Value>,
}

impl Delivered {
    /// For each invocation, what `member` of each record is.
    fn records(&self, member: &str) -> Vec<Vec<Value>> {
        let batches = self.invocations.iter();
        batches
            .map(|invocation| {
                let records = invocation["payload"]["Records"].as_array().unwrap();
                let members = records.iter().map(|record| record.pointer(member));
                members.map(|member| member.unwrap().clone()).collect()
            })
            .collect()
    }

    fn attempts(&self) -> Vec<u32> {
        self.report.items.iter().map(|item| item.attempts).collect()
    }
}

async fn host(script: Value) -> LambdaHost {
    let builder = LambdaHost::builder(example("lambda_script")).env("SCRIPT", script.to_string());
    builder.start().await.unwrap()
}

async fn deliver(
    source: Source,
    happenings: Vec<Value>,
    options: DeliveryOptions,
    script: Value,
) -> Delivered {
    let host = host(script).await;
    let happenings: Vec<Happening> = happenings
        .into_iter()
        .map(|happening| serde_json::from_value(happening).unwrap())
        .collect();
    let report = host.deliver(source, &happenings, &options).await.unwrap();
    let log = host.log();
    let invocations = log.lines().map(|line| serde_json::from_str(line).unwrap());
    Delivered {
        report,
        invocations: invocations.collect(),
    }
}

fn messages(bodies: &[&str]) -> Vec<Value> {
    let bodies = bodies.iter();
    bodies
        .map(|body| json!({"kind": "message", "channel": "orders", "body": {"text": body}}))
        .collect()
}

/// `a1` is in group `a`.
fn grouped(bodies: &[&str]) -> Vec<Value> {
    let mut messages = messages(bodies);
    for (message, body) in messages.iter_mut().zip(bodies) {
        message["group"] = body[..1].into();
    }
    messages
}

fn records(bodies: &[&str]) -> Vec<Value> {
    let numbered = bodies.iter().enumerate();
    numbered
        .map(|(number, body)| {
            json!({
                "kind": "record", "stream": "clicks", "sequence_number": number.to_string(),
                "partition_key": body, "body": {"text": body},
            })
        })
        .collect()
}

fn options() -> DeliveryOptions {
    DeliveryOptions::default()
}

#[tokio::test]
async fn messages_that_failed_come_again_wherever_they_stood() {
    for (failed, again) in [
        (vec![0], vec!["a"]),
        (vec![1], vec!["b"]),
        (vec![2], vec!["c"]),
        (vec![2, 0], vec!["a", "c"]),
        (vec![0, 1, 2], vec!["a", "b", "c"]),
    ] {
        let script = json!([{"name": failed}]);
        let delivered = deliver(
            Source::Sqs,
            messages(&["a", "b", "c"]),
            options(),
            script.clone(),
        )
        .await;
        assert_eq!(
            delivered.records("/body"),
            [vec!["a", "b", "c"], again],
            "{script}"
        );
        let counts = delivered.records("/attributes/ApproximateReceiveCount");
        assert!(
            counts[0].iter().all(|count| count == "1"),
            "{script}: {counts:?}"
        );
        assert!(
            counts[1].iter().all(|count| count == "2"),
            "{script}: {counts:?}"
        );
        assert_eq!(delivered.report.invocations, 2, "{script}");
        assert_eq!(delivered.report.failures, [] as [&str; 0], "{script}");
        assert!(
            delivered.report.dead_letters().is_empty(),
            "{script}: {:?}",
            delivered.report
        );
    }
}

#[tokio::test]
async fn a_message_keeps_its_id_from_attempt_to_attempt() {
    let script = json!([{"name": [0]}]);
    let delivered = deliver(Source::Sqs, messages(&["a"]), options(), script).await;
    let ids = delivered.records("/messageId");
    assert_eq!(ids[0], ids[1]);
    let handles = delivered.records("/receiptHandle");
    assert_ne!(handles[0], handles[1]);
}

#[tokio::test]
async fn a_message_that_fails_as_often_as_it_may_is_dead() {
    let script = json!([{"name": [1]}, {"name": [0]}]);
    let delivered = deliver(
        Source::Sqs,
        messages(&["a", "poison"]),
        options().max_attempts(2),
        script,
    )
    .await;
    assert_eq!(delivered.report.dead_letters(), [1]);
    assert_eq!(delivered.attempts(), [1, 2]);
    assert_eq!(delivered.report.items[0].fate, Fate::Done);
}

#[tokio::test]
async fn what_failed_waits_behind_the_others() {
    let script = json!([{"name": [0]}]);
    let delivered = deliver(
        Source::Sqs,
        messages(&["a", "b", "c", "d"]),
        options().batch_size(2),
        script,
    )
    .await;
    let expected = [vec!["a", "b"], vec!["c", "d"], vec!["a"]];
    assert_eq!(delivered.records("/body"), expected);
}

#[tokio::test]
async fn an_answer_that_is_malformed_fails_the_whole_batch() {
    for answer in [
        "{",
        r#""done""#,
        r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
        r#"{"batchItemFailures":[{"itemIdentifier":"nobody"}]}"#,
    ] {
        let script = json!([{"answer": answer}]);
        let delivered = deliver(Source::Sqs, messages(&["a", "b"]), options(), script).await;
        assert_eq!(delivered.attempts(), [2, 2], "{answer}");
        assert_eq!(delivered.report.failures.len(), 1, "{answer}");
    }
    for answer in ["", "null", "{}", r#"{"batchItemFailures":[]}"#] {
        let script = json!([{"answer": answer}]);
        let delivered = deliver(Source::Sqs, messages(&["a", "b"]), options(), script).await;
        assert_eq!(delivered.attempts(), [1, 1], "{answer:?}");
    }
}

#[tokio::test]
async fn a_deadline_fails_the_delivery_and_the_message_comes_again() {
    let script = json!([{"hang": true}]).to_string();
    let builder = LambdaHost::builder(example("lambda_script"))
        .env("SCRIPT", script)
        .timeout_s(1);
    let host = builder.start().await.unwrap();
    let message = serde_json::from_value(messages(&["a"]).remove(0)).unwrap();
    let mut options = DeliveryOptions::default();
    options.max_attempts = 2;
    let report = host.deliver(Source::Sqs, &[message], &options).await;
    let report = report.unwrap();
    assert_eq!(report.items[0].attempts, 2);
    assert_eq!(report.items[0].fate, Fate::DeadLettered);
    let failure = "Sandbox.Timedout: Task timed out after 1.00 seconds";
    assert_eq!(report.failures, [failure, failure]);
}

#[tokio::test]
async fn a_failed_invocation_fails_the_whole_batch() {
    let script = json!([{"fail": "no database"}]);
    let delivered = deliver(Source::Sqs, messages(&["a", "b"]), options(), script).await;
    assert_eq!(delivered.attempts(), [2, 2]);
    assert_eq!(delivered.report.failures, ["Planned: no database"]);

    let script = json!([{"crash": true}]);
    let delivered = deliver(Source::Sqs, messages(&["a"]), options(), script).await;
    assert_eq!(delivered.report.dead_letters(), [0]);
    assert_eq!(delivered.report.failures.len(), 3);
    let failure = &delivered.report.failures[0];
    assert!(failure.starts_with("Runtime.ExitError: "), "{failure}");
}

#[tokio::test]
async fn a_group_waits_for_its_message_that_failed() {
    let script = json!([{"name": [0]}, {"name": []}, {"name": [0]}]);
    let delivered = deliver(
        Source::SqsFifo,
        grouped(&["a1", "b1", "a2", "b2", "a3"]),
        options().batch_size(1),
        script,
    )
    .await;
    let order: Vec<Value> = delivered.records("/body").concat();
    assert_eq!(order, ["a1", "b1", "b2", "a1", "a2", "a3", "b2"]);
}

#[tokio::test]
async fn a_group_goes_on_when_its_message_is_dead() {
    let script = json!([{"name": [0, 1]}, {"name": [0, 1]}]);
    let delivered = deliver(
        Source::SqsFifo,
        grouped(&["a1", "a2", "a3", "b1"]),
        options().batch_size(2).max_attempts(1),
        script,
    )
    .await;
    assert_eq!(
        delivered.records("/body"),
        [vec!["a1", "a2"], vec!["a3", "b1"]]
    );
    assert_eq!(delivered.report.dead_letters(), [0, 1, 2, 3]);
    let queue = &delivered.records("/eventSourceARN")[0][0];
    assert_eq!(queue, "arn:aws:sqs:us-east-1:123456789012:orders.fifo");
}

#[tokio::test]
async fn a_batch_is_of_one_queue_and_fits_into_an_invocation() {
    let mut mixed = messages(&["a", "b", "c"]);
    mixed[1]["channel"] = "others".into();
    let delivered = deliver(Source::Sqs, mixed, options(), json!([])).await;
    assert_eq!(delivered.records("/body"), [vec!["a", "c"], vec!["b"]]);

    let big = json!({"kind": "message", "channel": "orders", "body": {"fill": 4 * 1024 * 1024}});
    let delivered = deliver(Source::Sqs, vec![big.clone(), big], options(), json!([])).await;
    assert_eq!(delivered.report.invocations, 2);
}

#[tokio::test]
async fn a_stream_starts_again_at_the_lowest_record_named() {
    for source in [Source::Kinesis, Source::Dynamodb] {
        let (happenings, member) = match source {
            Source::Kinesis => (records(&["a", "b", "c", "d", "e"]), "/kinesis/partitionKey"),
            _ => {
                let ids = ["a", "b", "c", "d", "e"].iter();
                let change =
                    |id| json!({"kind": "document-change", "collection": "t", "id": id, "new": {}});
                (ids.map(change).collect(), "/dynamodb/Keys/id/S")
            }
        };
        let script = json!([{"name": [3, 1]}, {"name": [1]}]);
        let delivered = deliver(source, happenings, options().batch_size(4), script).await;
        assert_eq!(
            delivered.records(member),
            [
                vec!["a", "b", "c", "d"],
                vec!["b", "c", "d"],
                vec!["c", "d"],
                vec!["e"]
            ],
            "{source}"
        );
        assert_eq!(delivered.attempts(), [1, 2, 3, 3, 1], "{source}");
        assert!(delivered.report.dead_letters().is_empty(), "{source}");
    }
}

#[tokio::test]
async fn a_stream_discards_a_batch_and_goes_on() {
    let script = json!([{"name": [1]}, {"answer": "{"}]);
    let delivered = deliver(
        Source::Kinesis,
        records(&["a", "poison", "c", "d"]),
        options().batch_size(3).max_attempts(2),
        script,
    )
    .await;
    assert_eq!(
        delivered.records("/kinesis/partitionKey"),
        [vec!["a", "poison", "c"], vec!["poison", "c"], vec!["d"]]
    );
    assert_eq!(delivered.report.dead_letters(), [1, 2]);
}

#[tokio::test]
async fn an_asynchronous_invocation_comes_again_as_it_was() {
    let stored = json!({"kind": "object-created", "bucket": "uploads", "key": "a b"});
    let published = json!({"kind": "message", "channel": "news", "body": {"text": "hi"}});
    let own = json!({"kind": "custom", "type": "t", "source": "s", "data": {"json": {"a": 1}}});
    for (source, happening) in [
        (Source::S3, &stored),
        (Source::S3Sns, &stored),
        (Source::S3Eventbridge, &stored),
        (Source::Sns, &published),
        (Source::Eventbridge, &own),
        (Source::Invoke, &own),
        (Source::InvokeCloudevent, &own),
    ] {
        let script = json!([{"fail": "once"}, {"answer": "no JSON"}]);
        let two = vec![happening.clone(), happening.clone()];
        let delivered = deliver(source, two, options(), script).await;
        assert_eq!(delivered.attempts(), [2, 1], "{source}");
        assert_eq!(delivered.report.failures, ["Planned: once"], "{source}");
        let invocations = &delivered.invocations;
        assert_eq!(invocations[0], invocations[1], "{source}");
        assert_ne!(invocations[1]["id"], invocations[2]["id"], "{source}");
        assert_eq!(delivered.report.returned, None, "{source}");
    }
}

#[tokio::test]
async fn an_asynchronous_invocation_that_fails_thrice_is_dead() {
    let due = json!({"kind": "schedule", "job": "nightly", "due": "2026-01-02T03:00:00Z"});
    for (source, name) in [
        (Source::EventbridgeRule, "aws.events"),
        (Source::EventbridgeScheduler, "aws.scheduler"),
    ] {
        let script = json!([{"fail": "1"}, {"fail": "2"}, {"fail": "3"}]);
        let delivered = deliver(source, vec![due.clone()], options(), script).await;
        assert_eq!(delivered.report.dead_letters(), [0], "{source}");
        assert_eq!(delivered.report.invocations, 3, "{source}");
        let payload = &delivered.invocations[0]["payload"];
        assert_eq!(payload["source"], name);
        assert_eq!(payload["time"], "2026-01-02T03:00:00Z");
    }
}

#[tokio::test]
async fn a_task_returns_its_result() {
    let input = json!({"kind": "custom", "type": "t", "source": "s", "data": {"json": [1, 2]}});
    let script = json!([{"fail": "once"}, {"answer": "no JSON"}, {"answer": "{\"sum\":3}"}]);
    let delivered = deliver(Source::StepFunctions, vec![input], options(), script).await;
    assert_eq!(delivered.report.returned, Some(json!({"sum": 3})));
    assert_eq!(delivered.attempts(), [3]);
    assert_eq!(delivered.report.failures.len(), 2);
    let invocations = &delivered.invocations;
    assert_eq!(invocations[0]["payload"], json!([1, 2]));
    assert_ne!(invocations[0]["id"], invocations[1]["id"]);
}

#[tokio::test]
async fn events_wrapped_in_events() {
    let stored = json!({"kind": "object-created", "bucket": "uploads", "key": "a b"});
    for (source, place) in [
        (Source::S3Sqs, "/Records/0/s3/object/key"),
        (Source::S3EventbridgeSqs, "/detail/object/key"),
        (Source::S3SnsSqs, "/TopicArn"),
    ] {
        let delivered = deliver(source, vec![stored.clone()], options(), json!([])).await;
        let body = delivered.records("/body")[0][0].clone();
        let body: Value = serde_json::from_str(body.as_str().unwrap()).unwrap();
        let expected = match source {
            Source::S3Sqs => "a+b",
            Source::S3EventbridgeSqs => "a b",
            _ => "arn:aws:sns:us-east-1:123456789012:uploads",
        };
        assert_eq!(body.pointer(place).unwrap(), expected, "{source}: {body}");
        if source == Source::S3SnsSqs {
            let message: Value = serde_json::from_str(body["Message"].as_str().unwrap()).unwrap();
            assert_eq!(message["Records"][0]["s3"]["object"]["key"], "a+b");
            assert_eq!(body["Subject"], "Amazon S3 Notification");
        }
    }
}

#[tokio::test]
async fn nothing_to_deliver_invokes_nothing() {
    for source in Source::ALL {
        let delivered = deliver(source, Vec::new(), options(), json!([])).await;
        assert_eq!(delivered.report, DeliveryReport::default(), "{source}");
        assert!(delivered.invocations.is_empty(), "{source}");
    }
}

#[tokio::test]
async fn what_a_source_cannot_carry_is_an_error_before_any_invocation() {
    let host = host(json!([])).await;
    for (source, happening, expected) in [
        (Source::S3, json!({"kind": "schedule"}), "schedule"),
        (Source::Sqs, json!({"kind": "message"}), "message"),
        (
            Source::Dynamodb,
            json!({"kind": "document-change"}),
            "document-change",
        ),
        (
            Source::Eventbridge,
            json!({"kind": "custom", "type": "t", "source": "s", "data": {"json": [1]}}),
            "custom",
        ),
        (
            Source::Invoke,
            json!({"kind": "custom", "data": {"text": "no JSON"}}),
            "custom",
        ),
        (
            Source::EventbridgeRule,
            json!({"kind": "schedule", "due": "tomorrow"}),
            "tomorrow",
        ),
    ] {
        let fine = json!({"kind": "object-created"});
        let fine = if source == Source::S3 {
            fine
        } else {
            happening.clone()
        };
        let happenings = [fine, happening].map(|one| serde_json::from_value(one).unwrap());
        let delivered = host.deliver(source, &happenings, &options()).await;
        let error = delivered.unwrap_err().to_string();
        assert!(
            error.contains(source.name()) && error.contains(expected),
            "{source}: {error}"
        );
    }
    assert_eq!(host.log(), "");
}

#[tokio::test]
async fn s3_tries_out_a_queue() {
    let host = host(json!([])).await;
    let outcome = host.invoke(s3_test_event("uploads")).await.unwrap();
    assert!(outcome.response().is_some(), "{outcome:?}");
    assert!(host.log().contains("s3:TestEvent"), "{}", host.log());
}
