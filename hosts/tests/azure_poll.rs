//! Polling Storage: what is asked of the service, and what becomes of each message and blob.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test's own functions fail by panicking, as it does"
)]

#[allow(dead_code, reason = "these tests need no retry policy")]
mod azure_app;
mod stub;
#[allow(dead_code, reason = "these tests send no HTTP themselves")]
mod support;

use polyfn_hosts::azure::{BlobContainer, StorageQueue};
use polyfn_hosts::event::DeliveryOptions;
use serde_json::{Value, json};

use azure_app::App;
use stub::Stub;

const TIME: &str = "Fri, 09 Oct 2009 21:04:30 GMT";

/// A message with that text, taken so often.
fn taken(id: &str, text: &str, count: u32) -> String {
    format!(
        "<QueueMessage><MessageId>{id}</MessageId><InsertionTime>{TIME}</InsertionTime>\
         <ExpirationTime>{TIME}</ExpirationTime><PopReceipt>p/{id}=</PopReceipt>\
         <TimeNextVisible>{TIME}</TimeNextVisible><DequeueCount>{count}</DequeueCount>\
         <MessageText>{text}</MessageText></QueueMessage>"
    )
}

async fn queue_of(messages: String) -> (Stub, StorageQueue) {
    let list = format!("<QueueMessagesList>{messages}</QueueMessagesList>");
    let stub = Stub::start(move |asked| match &asked.line {
        line if line.starts_with("GET /account/orders/messages?") => (200, list.clone()),
        line if line.starts_with("GET") => (404, String::new()),
        _ => (204, String::new()),
    })
    .await;
    let url = format!("http://127.0.0.1:{}/account/orders?sig=s%3D", stub.port);
    (stub, StorageQueue::new(&url).unwrap())
}

fn queue(function: &str) -> App {
    let app = App::new();
    let trigger = json!({"type": "queueTrigger", "name": "message", "queueName": "orders", "dataType": "string"});
    app.function(function, trigger);
    app
}

/// What was asked after the list, with a body behind its arrow.
fn settled(stub: &Stub) -> Vec<String> {
    let asked = stub.asked();
    let later = asked[1..].iter().map(|asked| match asked.body.as_str() {
        "" => asked.line.clone(),
        body => format!("{} <- {body}", asked.line),
    });
    later.collect()
}

#[tokio::test]
async fn what_succeeds_is_deleted() {
    let (stub, messages) = queue_of(taken("a", "aGk=", 1)).await;
    let host = queue("order").start().await;
    let poll = host
        .poll_queue(&messages, &DeliveryOptions::default())
        .await
        .unwrap();
    assert_eq!(poll.received, ["a"]);
    assert!(poll.failures.is_empty(), "{:?}", poll.failures);
    let asked = stub.asked();
    assert_eq!(
        asked[0].line,
        "GET /account/orders/messages?numofmessages=16&visibilitytimeout=600&sig=s%3D"
    );
    assert_eq!(
        settled(&stub),
        ["DELETE /account/orders/messages/a?popreceipt=p%2Fa%3D&sig=s%3D"]
    );
}

#[tokio::test]
async fn what_fails_comes_again_and_at_last_is_poison() {
    let (stub, messages) = queue_of(taken("a", "aGk=", 1) + &taken("b", "aGk=", 2)).await;
    let host = queue("fails").start().await;
    let options = DeliveryOptions::default().max_attempts(2);
    let poll = host.poll_queue(&messages, &options).await.unwrap();
    assert_eq!(
        (poll.again, poll.poisoned),
        (vec!["a".to_owned()], vec!["b".to_owned()])
    );
    let told: Vec<Value> = poll
        .failures
        .iter()
        .map(|reason| serde_json::from_str(reason.split_once("body: ").unwrap().1).unwrap())
        .collect();
    assert_eq!(told[0]["Data"]["message"], "\"hi\"");
    assert_eq!(told[1]["Metadata"]["DequeueCount"], "2");
    assert_eq!(told[0]["Metadata"]["PopReceipt"], "\"p/a=\"");
    assert_eq!(
        told[0]["Metadata"]["InsertionTime"],
        "2009-10-09T21:04:30+00:00"
    );
    assert_eq!(
        settled(&stub),
        [
            "PUT /account/orders/messages/a?popreceipt=p%2Fa%3D&visibilitytimeout=0&sig=s%3D",
            "PUT /account/orders-poison?sig=s%3D",
            "POST /account/orders-poison/messages?sig=s%3D <- \
             <QueueMessage><MessageText>aGk=</MessageText></QueueMessage>",
            "DELETE /account/orders/messages/b?popreceipt=p%2Fb%3D&sig=s%3D",
        ]
    );
}

#[tokio::test]
async fn text_that_is_no_base64_is_poison_at_once() {
    let (_stub, messages) = queue_of(taken("a", "no base64!", 1)).await;
    let host = queue("order").start().await;
    let poll = host
        .poll_queue(&messages, &DeliveryOptions::default())
        .await
        .unwrap();
    assert_eq!(poll.poisoned, ["a"]);
    assert!(poll.failures[0].contains("base64"), "{:?}", poll.failures);
}

#[tokio::test]
async fn a_queue_without_a_function() {
    let (_stub, messages) = queue_of(taken("a", "aGk=", 1)).await;
    let app = App::new();
    app.function(
        "order",
        json!({"type": "queueTrigger", "name": "m", "queueName": "others"}),
    );
    let host = app.start().await;
    let polled = host
        .poll_queue(&messages, &DeliveryOptions::default())
        .await;
    let error = polled.unwrap_err().to_string();
    assert!(error.contains("no function listens"), "{error}");
}

async fn container() -> (Stub, BlobContainer, StorageQueue) {
    let blob = |name: &str| {
        format!(
            "<Blob><Name>{name}</Name><Properties><Last-Modified>{TIME}</Last-Modified>\
             <Etag>0x8D</Etag><Content-Type>image/png</Content-Type></Properties></Blob>"
        )
    };
    let list = |blobs: String, next: &str| {
        format!(
            "<EnumerationResults><Blobs>{blobs}</Blobs><NextMarker>{next}</NextMarker></EnumerationResults>"
        )
    };
    let pages = [list(blob("in/a b.png"), "2!"), list(blob("out/c.png"), "")];
    let stub = Stub::start(move |asked| match &asked.line {
        line if line.contains("comp=list&marker=&") => (200, pages[0].clone()),
        line if line.contains("comp=list&marker=2%21&") => (200, pages[1].clone()),
        line if line.starts_with("GET /account/uploads/") => (200, "<png>".to_owned()),
        line if line.starts_with("GET") => (404, String::new()),
        _ => (201, String::new()),
    })
    .await;
    let url = |name: &str| format!("http://127.0.0.1:{}/account/{name}?sig=s", stub.port);
    let container = BlobContainer::new(&url("uploads")).unwrap();
    let poison = StorageQueue::new(&url("webjobs-blobtrigger-poison")).unwrap();
    (stub, container, poison)
}

fn blobs(function: &str) -> App {
    let app = App::new();
    let trigger = json!({"type": "blobTrigger", "name": "b", "path": "uploads/in/{name}", "dataType": "string"});
    app.function(function, trigger);
    app
}

#[tokio::test]
async fn each_blob_that_somebody_listens_to_comes_once() {
    let (_stub, mut container, poison) = container().await;
    let host = blobs("picture").start().await;
    let options = DeliveryOptions::default();
    let poll = host
        .poll_blobs(&mut container, &poison, &options)
        .await
        .unwrap();
    assert_eq!(poll.received, ["in/a b.png"]);
    assert!(poll.failures.is_empty(), "{:?}", poll.failures);
    let poll = host
        .poll_blobs(&mut container, &poison, &options)
        .await
        .unwrap();
    assert!(poll.received.is_empty(), "{:?}", poll.received);
}

#[tokio::test]
async fn a_blob_that_always_fails_is_poison() {
    let (stub, mut container, poison) = container().await;
    let host = blobs("fails").start().await;
    let options = DeliveryOptions::default().max_attempts(2);
    let poll = host
        .poll_blobs(&mut container, &poison, &options)
        .await
        .unwrap();
    assert_eq!(poll.poisoned, ["in/a b.png"]);
    assert_eq!(poll.failures.len(), 2, "{:?}", poll.failures);
    let told = poll.failures[0].split_once("body: ").unwrap().1;
    let told: Value = serde_json::from_str(told).unwrap();
    assert_eq!(told["Data"]["b"], "\"<png>\"");
    assert_eq!(
        told["Metadata"]["Uri"],
        format!(
            "\"http://127.0.0.1:{}/account/uploads/in/a%20b.png\"",
            stub.port
        )
    );
    assert_eq!(told["Metadata"]["name"], "\"a b.png\"");
    let asked = stub.asked();
    let put = asked.last().unwrap();
    assert!(
        put.line
            .starts_with("POST /account/webjobs-blobtrigger-poison/messages?"),
        "{put:?}"
    );
    let text = put.body.split(['<', '>']).nth(4).unwrap();
    let named = String::from_utf8(base64_simd::STANDARD.decode_to_vec(text).unwrap()).unwrap();
    let named: Value = serde_json::from_str(&named).unwrap();
    assert_eq!(named["BlobName"], "in/a b.png");
    assert_eq!(named["FunctionId"], "Host.Functions.fails");
}
