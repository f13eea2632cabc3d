//! Events through the loop: what is handled, what comes again, and what Lambda is told.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use polyfn_core::{
    Event, EventTrigger, Handler, IntoOutcome, Message, ObjectCreated, object_created, queue,
};

use super::*;
use crate::LambdaRecord;

const QUEUE: &str = "arn:aws:sqs:eu-west-1:123456789012:orders";

/// What handlers have seen, in order.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn add(&self, text: impl Into<String>) {
        self.0.lock().unwrap().push(text.into());
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    fn sorted(&self) -> BTreeSet<String> {
        self.all().into_iter().collect()
    }
}

/// What the bodies of messages ask for.
async fn obey(seen: Seen, event: Event<Message<String>>) -> Result<()> {
    let body = event.data.body;
    seen.add(&body);
    match body.split(' ').next().unwrap() {
        "fail" => Err(Error::internal("the database is away")),
        "discard" => Err(Error::discard("nothing helps")),
        "panic" => panic!("oh"),
        "sleep" => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            Ok(())
        }
        _ => Ok(()),
    }
}

fn message(id: usize, body: &str) -> Value {
    json!({
        "messageId": format!("m-{id}"), "body": body, "eventSource": "aws:sqs",
        "eventSourceARN": QUEUE,
        "attributes": {"ApproximateReceiveCount": "2", "SentTimestamp": "1545082649183"},
    })
}

fn in_group(group: &str, mut message: Value) -> Value {
    message["eventSourceARN"] = format!("{QUEUE}.fifo").into();
    message["attributes"]["MessageGroupId"] = group.into();
    message
}

fn records(records: impl IntoIterator<Item = Value>) -> Value {
    json!({"Records": records.into_iter().collect::<Vec<_>>()})
}

fn messages(bodies: &[&str]) -> Value {
    records(
        bodies
            .iter()
            .enumerate()
            .map(|(id, body)| message(id, body)),
    )
}

/// What Lambda is told of an invocation of `app`.
async fn told_of_app(app: App, event: &Value, limit: Duration) -> Told {
    let event = planned(event.to_string(), SystemTime::now() + limit);
    let api = FakeRuntimeApi::start(vec![event]).await;
    let start = async { Ok(app.into_service()?) };
    serve(start, environment(&api.address), api.done())
        .await
        .unwrap();
    api.told().remove(0)
}

const A_MINUTE: Duration = Duration::from_secs(60);

/// The ids of the messages that come again, and the bodies that were handled.
async fn failed_of(event: &Value) -> (Vec<String>, Seen) {
    failed_within(event, A_MINUTE).await
}

async fn failed_within(event: &Value, limit: Duration) -> (Vec<String>, Seen) {
    let seen = Seen::default();
    let log = seen.clone();
    let app = App::new().on("ship", queue("orders"), move |event| {
        obey(log.clone(), event)
    });
    let app = match event["Records"][0]["eventSourceARN"] == QUEUE {
        true => app,
        false => {
            let log = seen.clone();
            App::new().on("ship", queue("orders.fifo"), move |event| {
                obey(log.clone(), event)
            })
        }
    };
    let told = told_of_app(app, event, limit).await;
    assert_eq!(told.path, "invocation/8476a536/response");
    (identifiers(&told), seen)
}

fn identifiers(told: &Told) -> Vec<String> {
    let answer = told.json();
    let failures = answer["batchItemFailures"].as_array().unwrap();
    let identifier = |failure: &Value| failure["itemIdentifier"].as_str().unwrap().to_owned();
    failures.iter().map(identifier).collect()
}

#[tokio::test]
async fn messages_fail_and_succeed_each_for_itself() {
    for (bodies, failed) in [
        (&["a", "b", "c"][..], &[][..]),
        (&["fail", "b", "c"], &["m-0"]),
        (&["a", "fail", "c"], &["m-1"]),
        (&["a", "b", "fail"], &["m-2"]),
        (&["fail", "fail", "fail"], &["m-0", "m-1", "m-2"]),
        (&["a", "panic", "c"], &["m-1"]),
        (&["a", "discard", "c"], &[]),
    ] {
        let (told, seen) = failed_of(&messages(bodies)).await;
        assert_eq!(told, failed, "{bodies:?}");
        let sent: BTreeSet<_> = bodies.iter().map(ToString::to_string).collect();
        assert_eq!(seen.sorted(), sent, "all are tried");
    }
}

#[tokio::test]
async fn objects_reach_the_function_of_their_bucket() {
    let seen = Seen::default();
    let log = seen.clone();
    let app = App::new().on(
        "thumbnail",
        object_created("uploads"),
        move |event: Event<ObjectCreated>| {
            log.add(&event.data.key);
            async { Ok::<_, Error>(()) }
        },
    );
    let told = told_of_app(app, &stored("uploads", "red+flower.jpg"), A_MINUTE).await;
    assert_eq!(told.path, "invocation/8476a536/response");
    assert_eq!(told.body, "null");
    assert_eq!(seen.all(), ["red flower.jpg"]);
}

fn stored(bucket: &str, key: &str) -> Value {
    records([json!({
        "eventSource": "aws:s3", "awsRegion": "eu-west-1", "eventName": "ObjectCreated:Put",
        "eventTime": "2026-11-23T15:10:38.000Z",
        "s3": {"bucket": {"name": bucket}, "object": {"key": key, "size": 5}},
    })])
}
