//! Batches: what comes again, and what does not.

use polyfn_core::{
    Batch, BatchFailures, DocumentChange, ObjectCreated, Record, document_changed, object_created,
    stream,
};

use super::*;
use crate::LambdaRecord;

fn messages(bodies: &[&str]) -> Value {
    let bodies = bodies.iter().enumerate();
    records(bodies.map(|(id, body)| message("orders", id, body)))
}

/// Messages of a FIFO queue, each with its group.
fn grouped(messages: &[(&str, &str)]) -> Value {
    let messages = messages.iter().enumerate();
    records(messages.map(|(id, (group, body))| {
        let mut message = message("orders.fifo", id, body);
        message["attributes"]["MessageGroupId"] = (*group).into();
        message
    }))
}

/// Records of a shard.
fn written(texts: &[&str]) -> Value {
    let texts = texts.iter().enumerate();
    records(texts.map(|(number, text)| {
        json!({
            "eventSource": "aws:kinesis", "eventID": format!("shardId-0:{number}"),
            "eventSourceARN": "arn:aws:kinesis:eu-west-1:123456789012:stream/readings",
            "kinesis": {
                "sequenceNumber": number.to_string(), "partitionKey": "p",
                "data": base64_simd::STANDARD.encode_to_string(text),
            },
        })
    }))
}

/// Changes of documents whose ids say what to do.
fn changed(ids: &[&str]) -> Value {
    let ids = ids.iter().enumerate();
    records(ids.map(|(number, id)| {
        json!({
            "eventSource": "aws:dynamodb", "eventID": "e", "eventName": "REMOVE",
            "eventSourceARN": "arn:aws:dynamodb:eu-west-1:1:table/users/stream/2026",
            "dynamodb": {"SequenceNumber": number.to_string(), "Keys": {"id": {"S": id}}},
        })
    }))
}

fn obedient(seen: &Seen) -> App {
    let logs: Vec<_> = (0..4).map(|_| seen.clone()).collect();
    let [orders, fifo, readings, users] = logs.try_into().ok().unwrap();
    App::new()
        .on(
            "ship",
            queue("orders"),
            move |event: Event<Message<String>>| obey(orders.clone(), event.data.body),
        )
        .on(
            "ship_in_order",
            queue("orders.fifo"),
            move |event: Event<Message<String>>| obey(fifo.clone(), event.data.body),
        )
        .on(
            "read",
            stream("readings"),
            move |event: Event<Record<String>>| obey(readings.clone(), event.data.body),
        )
        .on(
            "forget",
            document_changed("users"),
            move |event: Event<DocumentChange<()>>| obey(users.clone(), event.data.id),
        )
}

/// What of the batch comes again, and what was handled.
async fn failed_of(event: &Value) -> (Vec<String>, Seen) {
    failed_within(event, A_MINUTE).await
}

async fn failed_within(event: &Value, limit: Duration) -> (Vec<String>, Seen) {
    let seen = Seen::default();
    let told = told_within(obedient(&seen), event, limit).await;
    (identifiers(&told), seen)
}

fn identifiers(told: &Told) -> Vec<String> {
    assert_eq!(
        told.path, "invocation/8476a536/response",
        "a batch does not fail as a whole"
    );
    let answer = told.json();
    let failures = answer["batchItemFailures"].as_array().unwrap();
    let identifier = |failure: &Value| failure["itemIdentifier"].as_str().unwrap().to_owned();
    failures.iter().map(identifier).collect()
}

#[tokio::test]
async fn a_fifo_queue_may_be_named_without_its_suffix() {
    for (names, taken_by) in [
        (&["orders"][..], Some("orders")),
        (&["orders.fifo"], Some("orders.fifo")),
        (&["orders", "orders.fifo"], Some("orders.fifo")),
        (
            &["orders", "arn:aws:sqs:eu-west-1:123456789012:orders.fifo"],
            Some("arn:aws:sqs:eu-west-1:123456789012:orders.fifo"),
        ),
        (&["fifo", "order", "orders.fifo.fifo"], None),
    ] {
        let seen = Seen::default();
        let mut app = App::new();
        for (number, name) in names.iter().enumerate() {
            let seen = seen.clone();
            let take = move |_: Event<Message<String>>| {
                let seen = seen.clone();
                async move {
                    seen.add(*name);
                    Ok::<_, Error>(())
                }
            };
            app = app.on(format!("take_{number}"), queue(*name), take);
        }
        let told = told_of_app(app, &grouped(&[("g", "a")])).await;
        let taken = taken_by.is_some();
        assert_eq!(identifiers(&told).is_empty(), taken, "{names:?}");
        assert_eq!(seen.all(), Vec::from_iter(taken_by), "{names:?}");
    }
}

#[tokio::test]
async fn a_record_stays_behind_one_that_does_not_tell_its_shard() {
    let mut event = written(&["a", "b", "c"]);
    event["Records"][1]["eventID"] = Value::Null;
    let (failed, seen) = failed_of(&event).await;
    assert_eq!(failed, ["1"]);
    assert_eq!(seen.all(), ["a"], "the third comes again with the second");
}

#[tokio::test]
async fn messages_fail_and_succeed_each_for_itself() {
    for (bodies, failed) in [
        (&["a", "b", "c"][..], &[][..]),
        (&["fail", "b", "c"], &["m-0"]),
        (&["a", "fail", "c"], &["m-1"]),
        (&["a", "b", "fail"], &["m-2"]),
        (&["fail 1", "fail 2", "fail 3"], &["m-0", "m-1", "m-2"]),
        (&["a", "panic", "c"], &["m-1"]),
        (&["a", "discard", "c"], &[]),
    ] {
        let (told, seen) = failed_of(&messages(bodies)).await;
        assert_eq!(told, failed, "{bodies:?}");
        assert_eq!(seen.sorted(), {
            let mut bodies = bodies.to_vec();
            bodies.sort_unstable();
            bodies
        });
    }
}

#[tokio::test]
async fn a_group_stops_at_its_first_failure_and_others_go_on() {
    let event = grouped(&[
        ("a", "1"),
        ("b", "2"),
        ("a", "fail"),
        ("b", "3"),
        ("a", "never"),
        ("b", "4"),
    ]);
    let (failed, seen) = failed_of(&event).await;
    assert_eq!(failed, ["m-2", "m-4"]);
    assert_eq!(seen.sorted(), ["1", "2", "3", "4", "fail"]);
}

#[tokio::test]
async fn a_malformed_message_holds_its_group_and_no_other() {
    let mut event = grouped(&[("a", "1"), ("a", "2"), ("a", "3"), ("b", "4")]);
    event["Records"][1]["body"] = 7.into();
    let (failed, seen) = failed_of(&event).await;
    assert_eq!(failed, ["m-1", "m-2"]);
    assert_eq!(seen.sorted(), ["1", "4"]);
}

#[tokio::test]
async fn a_shard_starts_again_from_its_first_failure() {
    for (texts, failed, handled) in [
        (&["a", "b", "c"][..], &[][..], 3),
        (&["fail", "b", "c"], &["0"], 1),
        (&["a", "fail", "c"], &["1"], 2),
        (&["a", "b", "fail"], &["2"], 3),
        (&["fail", "fail", "fail"], &["0"], 1),
        (&["discard", "b", "panic"], &["2"], 3),
    ] {
        for event in [written(texts), changed(texts)] {
            let (told, seen) = failed_of(&event).await;
            assert_eq!(told, failed, "{event}");
            assert_eq!(seen.all(), texts[..handled], "in the order of the shard");
        }
    }
}

#[tokio::test]
async fn at_the_deadline_only_what_is_left_fails() {
    let limit = Duration::from_millis(300);
    let (failed, _) = failed_within(&messages(&["a", "sleep", "c"]), limit).await;
    assert_eq!(failed, ["m-1"]);
    let event = grouped(&[("a", "1"), ("a", "sleep"), ("a", "never")]);
    let (failed, seen) = failed_within(&event, limit).await;
    assert_eq!(failed, ["m-1", "m-2"]);
    assert_eq!(seen.all(), ["1", "sleep"]);
    let (failed, _) = failed_within(&written(&["a", "sleep", "c"]), limit).await;
    assert_eq!(failed, ["1"]);
}

#[tokio::test]
async fn an_empty_batch_succeeds() {
    let (failed, _) = failed_of(&json!({"Records": []})).await;
    assert!(failed.is_empty());
}

#[tokio::test]
async fn poison_fails_alone_and_the_log_names_the_place() {
    #[derive(serde::Deserialize)]
    struct Order {
        #[allow(dead_code, reason = "it is there to be read")]
        lines: Vec<u32>,
    }

    let log = CapturedLog::start();
    let app = App::new().on("ship", queue("orders"), |_: Event<Message<Order>>| async {});
    let event = messages(&["{\"lines\":[1]}", "{\"lines\":[1,\"two\"]}", "no json"]);
    let told = told_of_app(app, &event).await;
    assert_eq!(identifiers(&told), ["m-1", "m-2"]);
    let log = log.text();
    assert!(log.contains("lines[1]"), "{log}");
    assert!(log.contains("event_id=\"m-1\""), "{log}");
}

#[tokio::test]
async fn a_message_for_no_function_comes_again() {
    let log = CapturedLog::start();
    let event = records([message("elsewhere", 0, "a"), message("orders", 1, "b")]);
    let (failed, seen) = failed_of(&event).await;
    assert_eq!(failed, ["m-0"]);
    assert_eq!(seen.all(), ["b"]);
    assert!(log.text().contains("elsewhere"), "{}", log.text());
}

#[tokio::test]
async fn a_handler_of_batches_says_what_failed() {
    let app = App::new().on(
        "store",
        queue("orders"),
        |batch: Batch<Message<String>>| async move {
            let mut failures = BatchFailures::none();
            for (place, event) in batch.events.iter().enumerate() {
                if event.data.body == "fail" {
                    failures.add(place, Error::internal("no"));
                }
            }
            failures
        },
    );
    let told = told_of_app(app, &messages(&["a", "fail", "c"])).await;
    assert_eq!(identifiers(&told), ["m-1"]);
}

#[tokio::test]
async fn each_message_has_its_own_context_and_record() {
    let seen = Seen::default();
    let log = seen.clone();
    let app = App::new().on(
        "ship",
        queue("orders"),
        move |event: Event<Message<String>>| {
            let record: &LambdaRecord = event.native().unwrap();
            let record: Value = record.json().unwrap();
            let whole: Value = event.native::<LambdaEvent>().unwrap().json().unwrap();
            let lambda: &LambdaContext = event.native().unwrap();
            log.add(format!(
                "{} {} attempt {:?}, {} of {}, {:?}",
                event.id(),
                event.context().function(),
                event.context().attempt().unwrap(),
                record["messageId"],
                whole["Records"].as_array().unwrap().len(),
                lambda.request_id().unwrap(),
            ));
            async {}
        },
    );
    told_of_app(app, &messages(&["a", "b"])).await;
    assert_eq!(
        seen.sorted(),
        [
            "m-0 ship attempt 2, \"m-0\" of 2, \"8476a536\"",
            "m-1 ship attempt 2, \"m-1\" of 2, \"8476a536\"",
        ]
    );
}

#[tokio::test]
async fn objects_in_messages_reach_the_function_of_their_bucket() {
    let seen = Seen::default();
    let log = seen.clone();
    let app = App::new().on(
        "thumbnail",
        object_created("uploads"),
        move |event: Event<ObjectCreated>| obey(log.clone(), event.data.key),
    );
    let object = |key: &str| {
        json!({
            "eventSource": "aws:s3", "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": "uploads"}, "object": {"key": key}},
        })
    };
    let notification = |keys: &[&str]| records(keys.iter().map(|key| object(key))).to_string();
    let in_topic = json!({
        "Type": "Notification", "MessageId": "n", "TopicArn": "arn:aws:sns:eu-west-1:1:stored",
        "Message": notification(&["c"]),
    });
    let test = json!({"Service": "Amazon S3", "Event": "s3:TestEvent"});
    let event = messages(&[
        &notification(&["a", "b"]),
        &in_topic.to_string(),
        &notification(&["d", "fail+1", "e"]),
        &test.to_string(),
    ]);
    let told = told_of_app(app, &event).await;
    assert_eq!(identifiers(&told), ["m-2"]);
    assert_eq!(seen.sorted(), ["a", "b", "c", "d", "fail 1"]);
}
