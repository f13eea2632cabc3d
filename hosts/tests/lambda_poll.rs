//! Polling an SQS queue: what is asked of the service, and what becomes of each message.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test's own functions fail by panicking, as it does"
)]

mod stub;
#[allow(dead_code, reason = "these tests send no HTTP to a front")]
mod support;

use polyfn_hosts::lambda::{LambdaHost, SqsQueue};
use serde_json::{Value, json};

use stub::Stub;
use support::example;

async fn host(script: Value) -> LambdaHost {
    let builder = LambdaHost::builder(example("lambda_script")).env("SCRIPT", script.to_string());
    builder.start().await.unwrap()
}

/// A queue that holds these bodies.
async fn service(bodies: &'static [&'static str]) -> (Stub, SqsQueue) {
    let stub = Stub::start(move |asked| match asked.line.as_str() {
        "POST / AmazonSQS.GetQueueAttributes" => {
            let arn = "arn:aws:sqs:eu-central-1:123456789012:orders";
            (200, json!({"Attributes": {"QueueArn": arn}}).to_string())
        }
        "POST / AmazonSQS.ReceiveMessage" => {
            let messages = bodies.iter().map(|body| {
                json!({
                    "MessageId": format!("id-{body}"), "ReceiptHandle": format!("handle-{body}"),
                    "Body": body, "Attributes": {"ApproximateReceiveCount": "2"},
                })
            });
            let messages: Vec<_> = messages.collect();
            (200, json!({"Messages": messages}).to_string())
        }
        "POST / AmazonSQS.DeleteMessage" | "POST / AmazonSQS.ChangeMessageVisibility" => {
            (200, "{}".to_owned())
        }
        other => (400, format!("{other:?} is not known")),
    })
    .await;
    let url = format!("http://127.0.0.1:{}/123456789012/orders", stub.port);
    let queue = SqsQueue::open(&url).await.unwrap();
    (stub, queue)
}

/// The actions after the first two, each with its handle.
fn settled(stub: &Stub) -> Vec<String> {
    let asked = stub.asked();
    let actions = asked[2..].iter().map(|asked| {
        let body: Value = serde_json::from_str(&asked.body).unwrap();
        let action = asked.line.trim_start_matches("POST / AmazonSQS.");
        let seconds = body["VisibilityTimeout"].as_u64();
        let seconds = seconds.map(|seconds| format!(" {seconds} s"));
        let handle = body["ReceiptHandle"].as_str().unwrap();
        format!("{action} {handle}{}", seconds.unwrap_or_default())
    });
    actions.collect()
}

#[tokio::test]
async fn what_did_not_fail_is_deleted_and_the_rest_is_left() {
    let (stub, queue) = service(&["a", "b", "c"]).await;
    let host = host(json!([{"name": [1]}])).await;
    let poll = host.poll(&queue).await.unwrap();
    assert_eq!(poll.received, ["id-a", "id-b", "id-c"]);
    assert_eq!(poll.again, ["id-b"]);
    assert!(poll.failures.is_empty(), "{:?}", poll.failures);
    assert_eq!(
        settled(&stub),
        [
            "DeleteMessage handle-a",
            "ChangeMessageVisibility handle-b 0 s",
            "DeleteMessage handle-c",
        ]
    );
    let invocation: Value = serde_json::from_str(host.log().trim()).unwrap();
    let record = &invocation["payload"]["Records"][0];
    assert_eq!(record["body"], "a");
    assert_eq!(record["awsRegion"], "eu-central-1");
    assert_eq!(record["attributes"]["ApproximateReceiveCount"], "2");
}

#[tokio::test]
async fn a_function_that_fails_leaves_them_all() {
    let (stub, queue) = service(&["a", "b"]).await;
    let host = host(json!([{"fail": "no"}])).await;
    let poll = host.poll(&queue).await.unwrap();
    assert_eq!(poll.again, ["id-a", "id-b"]);
    assert_eq!(poll.failures, ["Planned: no"]);
    let settled = settled(&stub);
    assert!(
        settled.iter().all(|action| action.ends_with("0 s")),
        "{settled:?}"
    );
}

#[tokio::test]
async fn an_empty_queue_invokes_nothing() {
    let (_stub, queue) = service(&[]).await;
    let host = host(json!([])).await;
    let poll = host.poll(&queue).await.unwrap();
    assert!(poll.received.is_empty() && host.log().is_empty());
}

#[tokio::test]
async fn what_the_service_refuses_is_told() {
    let stub = Stub::start(|_| (400, "QueueDoesNotExist".to_owned())).await;
    let url = format!("http://127.0.0.1:{}/123456789012/none", stub.port);
    let error = SqsQueue::open(&url).await.unwrap_err().to_string();
    assert!(
        error.contains("400") && error.contains("QueueDoesNotExist"),
        "{error}"
    );
}
