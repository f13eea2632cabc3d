use std::path::Path;

use polyfn::{Attributes, Data, Delivery, EventKind, Origin, Payload, Target};

use super::*;

/// Which of the messages were taken, by a fresh process with the ledger at `path`.
async fn deliver(path: &Path, bodies: &[&'static str]) -> Vec<bool> {
    let ledger = Ledger::open(path).unwrap();
    let app = App::new().on("take", queue("orders"), with(ledger, take));
    let service = app.into_service().unwrap();
    let context = Context::new(Target::Local, "test");
    let deliveries = bodies.iter().enumerate().map(|(number, body)| {
        let id = number.to_string();
        let payload = Payload::Message(Message::new(&id, Data::new(*body)));
        let attributes = Attributes::new(id, "test", "test");
        let event = Event::new(attributes, payload, context.clone());
        Delivery::new(event, Origin::new([EventKind::Queue]).named("orders"))
    });
    let outcomes = service
        .deliver(&context, deliveries.collect(), std::future::pending())
        .await;
    outcomes.iter().map(polyfn::Outcome::is_done).collect()
}

#[tokio::test]
async fn a_bad_message_fails_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.jsonl");
    let taken = deliver(
        &path,
        &[
            r#"{"id":1,"lines":[{"article":"tea","count":2}]}"#,
            r#"{"id":2,"lines":[]}"#,
            r#"{"id":3,"lines":[{"article":"tea","count":"two"}]}"#,
            "no JSON",
            r#"{"id":4,"lines":[{"article":"rum","count":1}]}"#,
        ],
    )
    .await;
    assert_eq!(taken, [true, false, false, false, true]);
    let ledger = std::fs::read_to_string(&path).unwrap();
    assert_eq!(ledger.lines().count(), 2, "two orders are kept: {ledger}");
}

#[tokio::test]
async fn an_order_that_comes_again_is_kept_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("orders.jsonl");
    let order = r#"{"id":1,"lines":[{"article":"tea","count":2}]}"#;
    assert_eq!(deliver(&path, &[order, order]).await, [true, true]);
    assert_eq!(deliver(&path, &[order]).await, [true], "by another process");
    let ledger = std::fs::read_to_string(&path).unwrap();
    assert_eq!(ledger.lines().count(), 1, "{ledger}");
}
