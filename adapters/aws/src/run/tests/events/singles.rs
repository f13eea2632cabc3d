//! Events of which the answer names none: a value, or the failure of the invocation.

use polyfn_core::{ObjectCreated, Schedule, event, object_created, schedule, topic};

use super::*;

fn stored(keys: &[&str]) -> Value {
    records(keys.iter().map(|key| {
        json!({
            "eventSource": "aws:s3", "awsRegion": "eu-west-1", "eventName": "ObjectCreated:Put",
            "s3": {"bucket": {"name": "uploads"}, "object": {"key": key}},
        })
    }))
}

fn published(text: &str) -> Value {
    records([json!({
        "EventSource": "aws:sns",
        "Sns": {"MessageId": "n-1", "TopicArn": "arn:aws:sns:eu-west-1:1:news", "Message": text},
    })])
}

fn obedient(seen: &Seen) -> App {
    let (stored, published) = (seen.clone(), seen.clone());
    App::new()
        .on(
            "thumbnail",
            object_created("uploads"),
            move |event: Event<ObjectCreated>| obey(stored.clone(), event.data.key),
        )
        .on(
            "tell",
            topic("news"),
            move |event: Event<Message<String>>| obey(published.clone(), event.data.body),
        )
}

/// The error type and the message that Lambda is told.
fn failure(told: &Told) -> (String, String) {
    assert_eq!(told.path, "invocation/8476a536/error");
    let error = told.json();
    let text = |name: &str| error[name].as_str().unwrap().to_owned();
    let header = &told.headers["lambda-runtime-function-error-type"];
    assert_eq!(header.to_str().unwrap(), text("errorType"));
    (text("errorType"), text("errorMessage"))
}

#[tokio::test]
async fn what_is_done_is_answered_with_null() {
    for (event, handled) in [
        (stored(&["red+flower.jpg"]), "red flower.jpg"),
        (published("Hello!"), "Hello!"),
        (published("discard"), "discard"),
    ] {
        let seen = Seen::default();
        let told = told_of_app(obedient(&seen), &event).await;
        assert_eq!(told.path, "invocation/8476a536/response");
        assert_eq!(told.body, "null");
        assert_eq!(seen.all(), [handled]);
    }
}

#[tokio::test]
async fn a_failure_is_told_with_its_detail_and_without_its_source() {
    for (text, error_type, says) in [
        ("fail", "polyfn.EventFailed", "500 Internal Server Error"),
        ("refuse", "polyfn.EventFailed", "no such order"),
        ("panic", "polyfn.Panicked", "the handler panicked"),
    ] {
        for event in [published(text), stored(&[text])] {
            let told = told_of_app(obedient(&Seen::default()), &event).await;
            let told = failure(&told);
            assert_eq!(told, (error_type.to_owned(), says.to_owned()));
        }
    }
}

#[tokio::test]
async fn what_takes_too_long_is_told_before_the_deadline() {
    let begun = SystemTime::now();
    let limit = Duration::from_millis(300);
    let told = told_within(obedient(&Seen::default()), &published("sleep"), limit).await;
    assert!(SystemTime::now() < begun + limit);
    assert_eq!(failure(&told).0, "polyfn.TimedOut");
}

#[tokio::test]
async fn all_records_are_tried_and_any_failure_fails_the_invocation() {
    let seen = Seen::default();
    let told = told_of_app(obedient(&seen), &stored(&["a", "refuse", "b", "fail"])).await;
    let (error_type, message) = failure(&told);
    assert_eq!(error_type, "polyfn.EventFailed");
    assert_eq!(
        message,
        "2 of 4 events failed, the first with: no such order"
    );
    assert_eq!(seen.sorted(), ["a", "b", "fail", "refuse"]);
}

#[tokio::test]
async fn a_malformed_record_costs_none_of_its_siblings() {
    let seen = Seen::default();
    let mut event = stored(&["a", "b"]);
    event["Records"][1]["s3"]["object"] = json!({});
    let told = told_of_app(obedient(&seen), &event).await;
    let (_, message) = failure(&told);
    assert!(message.contains("Records[1].s3.object"), "{message}");
    assert_eq!(seen.all(), ["a"]);
}

#[tokio::test]
async fn what_no_function_takes_says_so() {
    let mut event = published("Hello!");
    event["Records"][0]["Sns"]["TopicArn"] = "arn:aws:sns:eu-west-1:1:gossip".into();
    let told = told_of_app(obedient(&Seen::default()), &event).await;
    let (error_type, message) = failure(&told);
    assert_eq!(error_type, "polyfn.NoFunction");
    assert!(
        message.contains("gossip") && message.contains("POLYFN_TOPIC_NEWS"),
        "{message}"
    );
}

#[derive(serde::Deserialize)]
struct Task {
    add: Vec<u64>,
}

fn adding() -> App {
    App::new().on("add", event("add"), |event: Event<Task>| async move {
        Json(json!({"sum": event.data.add.iter().sum::<u64>(), "source": event.source()}))
    })
}

#[tokio::test]
async fn a_task_gets_the_value_that_the_handler_returns() {
    let arn = "arn:aws:lambda:eu-west-1:1:function:add";
    let task = planned("{\"add\":[3,4]}", SystemTime::now() + A_MINUTE)
        .with("lambda-runtime-invoked-function-arn", arn);
    let api = FakeRuntimeApi::start(vec![task]).await;
    let start = async { Ok(adding().into_service()?) };
    serve(start, environment(&api.address), api.done())
        .await
        .unwrap();
    assert_eq!(api.told()[0].json(), json!({"sum": 7, "source": arn}));
}

#[tokio::test]
async fn a_task_that_does_not_fit_says_where() {
    let told = told_of_app(adding(), &json!({"add": [3, "four"]})).await;
    let (error_type, message) = failure(&told);
    assert_eq!(error_type, "polyfn.EventFailed");
    assert!(message.contains("add[1]"), "{message}");
}

#[tokio::test]
async fn a_value_that_lambda_would_not_take_fails_the_invocation() {
    let app = App::new().on("large", event("large"), |_: Event<Value>| async {
        Json("x".repeat(LIMIT_BYTES))
    });
    let (_, message) = failure(&told_of_app(app, &json!({})).await);
    assert!(message.contains("6 MiB"), "{message}");
}

#[tokio::test]
async fn a_schedule_reaches_the_one_function_that_has_one() {
    let seen = Seen::default();
    let log = seen.clone();
    let app = App::new().on(
        "nightly",
        schedule("0 3 * * *"),
        move |event: Event<Schedule>| {
            log.add(event.data.job.unwrap());
            async {}
        },
    );
    let rule = json!({
        "detail-type": "Scheduled Event", "source": "aws.events", "detail": {},
        "resources": ["arn:aws:events:eu-west-1:1:rule/stack-Nightly-1A2B"],
    });
    assert_eq!(told_of_app(app, &rule).await.body, "null");
    assert_eq!(seen.all(), ["stack-Nightly-1A2B"]);
}

#[tokio::test]
async fn an_event_is_unknown_where_nothing_can_be_meant_by_it() {
    let http_only = || App::new().http("hello", get("/hello"), |_| async { "Hello!" });
    let logs = json!({"awslogs": {"data": "H4sI"}});
    for (app, event) in [
        (http_only(), published("Hello!")),
        (http_only(), logs.clone()),
        (http_only(), records([])),
        (http_only(), json!({"specversion": "1.0"})),
        (obedient(&Seen::default()), logs),
        (obedient(&Seen::default()), json!(7)),
        (adding(), json!({"requestContext": {"connectionId": "c="}})),
        (adding(), json!({"methodArn": "arn", "type": "TOKEN"})),
    ] {
        let (error_type, message) = failure(&told_of_app(app, &event).await);
        assert_eq!(error_type, "polyfn.UnknownEvent", "{event}");
        for supported in ["supported: API Gateway", "S3, SQS, SNS"] {
            assert!(message.contains(supported), "{message}");
        }
    }
}

#[tokio::test]
async fn an_app_may_have_both_requests_and_events() {
    let app = || adding().http("hello", get("/hello"), |_| async { "Hello!" });
    let told = told_of_app(app(), &super::super::event("/hello")).await;
    assert_eq!(told.json()["body"], "Hello!");
    let told = told_of_app(app(), &json!({"add": [1]})).await;
    assert_eq!(told.json()["sum"], 1);
}

#[tokio::test]
async fn a_malformed_event_fails_its_invocation() {
    let mut event = stored(&["a"]);
    event["Records"][0] = json!({"eventSource": "aws:sqs", "messageId": 7});
    let (error_type, message) = failure(&told_of_app(adding(), &event).await);
    assert_eq!(error_type, "polyfn.MalformedEvent");
    assert!(message.contains("Records[0].messageId"), "{message}");
}
