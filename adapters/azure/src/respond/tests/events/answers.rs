//! What is answered, so that the host knows what to deliver again.

use polyfn_core::{Batch, BatchFailures, Event, Json, Message, Record, queue, stream, topic};

use super::*;

const TOPIC: &str = r#"{"bindings":[{"type":"serviceBusTrigger","name":"messages",
    "topicName":"orders","subscriptionName":"s","cardinality":"many","connection":"C"}]}"#;

/// A batch of Service Bus messages with these texts.
fn batch(texts: &[&str]) -> String {
    let texts = serde_json::to_string(texts).unwrap();
    json!({"Data": {"messages": texts}, "Metadata": {}}).to_string()
}

/// An app that takes such batches, one message at a time.
fn picky(seen: &Seen) -> FunctionApp {
    let seen = seen.clone();
    let handler = move |event: Event<Message<String>>| {
        seen.see(event.data.body.as_str());
        async move {
            match event.data.body.as_str() {
                "fail" => Err(Error::conflict("the stock is empty")),
                "break" => Err(Error::internal("a secret")),
                "discard" => Err(Error::discard("nobody wants it")),
                "panic" => panic!("the handler was told to panic"),
                body => Ok(Json(json!({ "shipped": body }))),
            }
        }
    };
    let app = App::new().on("ship", topic("orders"), handler);
    FunctionApp::new(app, &[("ship/function.json", TOPIC)])
}

#[tokio::test]
async fn one_failure_fails_the_batch_after_all_have_been_tried() {
    let seen = Seen::default();
    let (status, problem) = picky(&seen).post("ship", batch(&["a", "fail", "b"])).await;
    assert_eq!(status, 500, "the host has to deliver it again: {problem}");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.starts_with("1 of 3 events failed"), "{detail}");
    assert!(detail.ends_with("the stock is empty"), "why: {detail}");
    assert_eq!(problem["invocation_id"], "i-1");
    let mut seen = seen.all();
    seen.sort();
    assert_eq!(seen, ["a", "b", "fail"]);
}

#[tokio::test]
async fn what_fails_and_how_it_is_told() {
    for (text, said) in [
        ("fail", "the stock is empty"),
        ("break", "500 Internal Server Error"),
        ("panic", "500 Internal Server Error"),
    ] {
        let (status, problem) = picky(&Seen::default()).post("ship", batch(&[text])).await;
        assert_eq!(status, 500, "{text}: {problem}");
        assert_eq!(problem["detail"], said, "{text}");
    }
}

#[tokio::test]
async fn what_is_discarded_does_not_come_again() {
    let answer = picky(&Seen::default())
        .post("ship", batch(&["discard"]))
        .await;
    assert_eq!(answer, nothing_returned());
}

#[tokio::test]
async fn values_are_returned_as_json() {
    let app = picky(&Seen::default());
    let returned = |answer: (u16, Value)| answer.1["ReturnValue"].clone();
    let one = app.post("ship", batch(&["a"])).await;
    assert_eq!(returned(one), json!({"shipped": "a"}));
    let several = app.post("ship", batch(&["a", "discard", "b"])).await;
    let expected = json!([{"shipped": "a"}, null, {"shipped": "b"}]);
    assert_eq!(returned(several), expected);
    assert_eq!(
        app.post("ship", batch(&[])).await,
        nothing_returned(),
        "an empty batch"
    );
    let in_bulk = App::new().on(
        "ship",
        topic("orders"),
        |batch: Batch<Message<String>>| async move { Json(batch.events.len()) },
    );
    let in_bulk = FunctionApp::new(in_bulk, &[("ship/function.json", TOPIC)]);
    let together = in_bulk.post("ship", batch(&["a", "b"])).await;
    assert_eq!(
        returned(together),
        json!(2),
        "one value for the whole batch"
    );
}

#[tokio::test]
async fn a_batchs_handler_that_fails_for_one_fails_all() {
    let app = App::new().on(
        "ship",
        topic("orders"),
        |batch: Batch<Message<String>>| async move {
            let mut failures = BatchFailures::none();
            failures.add(batch.events.len() - 1, Error::conflict("the last one"));
            failures
        },
    );
    let app = FunctionApp::new(app, &[("ship/function.json", TOPIC)]);
    let (status, problem) = app.post("ship", batch(&["a", "b"])).await;
    assert_eq!(status, 500);
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .ends_with("the last one"),
        "{problem}"
    );
}

#[derive(Debug, serde::Deserialize)]
struct Order {
    lines: Vec<Line>,
}

#[derive(Debug, serde::Deserialize)]
struct Line {
    count: u32,
}

#[tokio::test]
async fn data_that_do_not_fit_are_told_by_their_path() {
    let app = App::new().on(
        "ship",
        queue("orders"),
        |event: Event<Message<Order>>| async move {
            let count: u32 = event.data.body.lines.iter().map(|line| line.count).sum();
            Json(count)
        },
    );
    let app = FunctionApp::new(app, &[("ship/function.json", QUEUE)]);
    let text = json!(r#"{"lines":[{"count":1},{"count":"two"}]}"#).to_string();
    let call = json!({"Data": {"item": text}, "Metadata": {}}).to_string();
    let (status, problem) = app.post("ship", call).await;
    assert_eq!(status, 500);
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("lines[1].count"), "{detail}");
}

#[tokio::test]
async fn an_item_that_cannot_be_read_fails_the_batch_and_the_others_are_tried() {
    let seen = Seen::default();
    let handler = {
        let seen = seen.clone();
        move |event: Event<Record<String>>| {
            seen.see(event.data.body.as_str());
            async {}
        }
    };
    let app = App::new().on("read", stream("telemetry"), handler);
    let hub = r#"{"bindings":[{"type":"eventHubTrigger","name":"events","eventHubName":"telemetry",
        "cardinality":"many","dataType":"binary"}]}"#;
    let app = FunctionApp::new(app, &[("read/function.json", hub)]);
    let call = r#"{"Data":{"events":"[\"?\",\"eA==\"]"},"Metadata":{}}"#;
    let (status, problem) = app.post("read", call).await;
    assert_eq!(status, 500);
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("not base64"), "{detail}");
    assert_eq!(seen.all(), ["x"]);
}

#[tokio::test]
async fn what_follows_a_failure_in_its_partition_is_not_tried() {
    let seen = Seen::default();
    let handler = {
        let seen = seen.clone();
        move |event: Event<Record<String>>| {
            seen.see(event.data.body.as_str());
            async { Err::<(), _>(Error::conflict("no")) }
        }
    };
    let app = App::new().on("read", stream("telemetry"), handler);
    let hub = r#"{"bindings":[{"type":"eventHubTrigger","name":"events",
        "eventHubName":"telemetry","cardinality":"many"}]}"#;
    let app = FunctionApp::new(app, &[("read/function.json", hub)]);
    let (status, problem) = app.post("read", golden("event_hub_many_text")).await;
    assert_eq!(status, 500);
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("1 of 2 events failed, 1 were skipped"),
        "{detail}"
    );
    assert_eq!(seen.all().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_handler_ends_before_the_hosts_own_limit() {
    let app = App::new().on("ship", queue("orders"), |_: Event<Message<String>>| {
        std::future::pending::<()>()
    });
    let host = r#"{"functionTimeout":"00:00:10"}"#;
    let app = FunctionApp::new(app, &[("ship/function.json", QUEUE), ("host.json", host)]);
    let started = tokio::time::Instant::now();
    let (status, problem) = app.post("ship", golden("queue")).await;
    assert_eq!(status, 500, "the host kills the process otherwise");
    assert!(
        problem["detail"].as_str().unwrap().contains("in time"),
        "{problem}"
    );
    let took = started.elapsed();
    assert!(took < Duration::from_secs(10), "within the limit: {took:?}");
    assert!(
        took > Duration::from_secs(9),
        "most of the time is the handler's: {took:?}"
    );
}
