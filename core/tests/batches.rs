//! Handlers that take a whole batch.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/events.rs"]
mod events;

use std::sync::{Arc, Mutex};

use events::{deliver, invocation, message, service, told};
use polyfn_core::{
    App, AppService, Batch, BatchFailures, Data, Delivery, Error, Event, EventKind, Json, Message,
    Origin, Payload, Result, queue, with,
};

/// The bodies of each batch that a handler got.
type Seen = Arc<Mutex<Vec<Vec<String>>>>;

/// Fails what says so.
async fn store(seen: Seen, batch: Batch<Message<String>>) -> Result<BatchFailures> {
    let bodies = batch.events.into_iter().map(|event| event.data.body);
    let bodies: Vec<_> = bodies.collect();
    seen.lock().unwrap().push(bodies.clone());
    let mut failures = BatchFailures::none();
    for (place, body) in bodies.iter().enumerate() {
        match &body[..] {
            "fail" => failures.add(place, Error::unavailable("not now")),
            "discard" => failures.add(place, Error::discard("no use")),
            "beyond" => failures.add(bodies.len(), Error::unavailable("off by one")),
            "all" => return Err(Error::conflict("all of it")),
            "panic" => panic!("out of tea"),
            _ => {}
        }
    }
    Ok(failures)
}

fn storing() -> (AppService, Seen) {
    let seen = Seen::default();
    let app = App::new().on("store", queue("orders"), with(Arc::clone(&seen), store));
    (service(app), seen)
}

fn messages(bodies: &[&str]) -> Vec<Delivery> {
    bodies.iter().map(|body| message("orders", body)).collect()
}

fn in_sequence(sequence: &str, bodies: &[&str]) -> Vec<Delivery> {
    let deliveries = messages(bodies).into_iter();
    deliveries
        .map(|delivery| delivery.in_sequence(sequence))
        .collect()
}

#[tokio::test]
async fn a_batch_is_one_call_and_fails_by_place() {
    let (service, seen) = storing();
    let outcomes = deliver(&service, messages(&["a", "fail", "discard", "b"])).await;
    assert_eq!(
        told(&outcomes),
        ["done", "failed 503: not now", "done", "done"]
    );
    assert_eq!(*seen.lock().unwrap(), [["a", "fail", "discard", "b"]]);

    assert!(deliver(&service, Vec::new()).await.is_empty());
    assert_eq!(seen.lock().unwrap().len(), 1, "nothing is no batch");
}

#[tokio::test]
async fn what_fails_as_a_whole_fails_each_event() {
    let (service, _) = storing();
    let outcomes = told(&deliver(&service, messages(&["a", "all"])).await);
    assert_eq!(outcomes, ["failed 409: all of it"; 2]);
    let outcomes = told(&deliver(&service, messages(&["a", "panic"])).await);
    assert_eq!(outcomes, ["failed 500: panicked: out of tea"; 2]);
    for first in ["a", "fail"] {
        for outcome in told(&deliver(&service, messages(&[first, "beyond"])).await) {
            assert!(
                outcome.contains("event 2 of its batch failed, which has 2"),
                "after {first}: {outcome}"
            );
        }
    }
}

#[tokio::test]
async fn in_a_sequence_what_comes_after_a_failure_is_held() {
    let (service, _) = storing();
    let mut deliveries = in_sequence("1", &["a", "fail", "b", "fail", "c"]);
    deliveries.extend(in_sequence("2", &["d", "discard", "e"]));
    deliveries.extend(messages(&["f"]));
    let outcomes = told(&deliver(&service, deliveries).await);
    let failed = "failed 503: not now";
    assert_eq!(
        outcomes[..5],
        ["done", failed, "skipped", failed, "skipped"]
    );
    assert_eq!(outcomes[5..], ["done"; 4]);
}

#[tokio::test]
async fn a_sequence_that_goes_to_several_functions_is_held_as_a_whole() {
    let seen = Seen::default();
    let one = async |event: Event<Message<String>>| -> Result<()> {
        match &event.data.body[..] {
            "fail" => Err(Error::unavailable("not now")),
            _ => Ok(()),
        }
    };
    let app = App::new()
        .on("store", queue("orders"), with(seen, store))
        .on("one", queue("single"), one);
    let service = service(app);
    let of_single = |body: &str| message("single", body).in_sequence("1");
    let mut deliveries = in_sequence("1", &["a", "b", "c"]);
    deliveries.insert(1, of_single("fail"));
    deliveries.push(of_single("d"));
    deliveries.push(message("nowhere", "x"));
    let outcomes = told(&deliver(&service, deliveries).await);
    let failed = "failed 503: not now";
    assert_eq!(
        outcomes[..5],
        ["done", failed, "skipped", "skipped", "skipped"]
    );
    assert!(outcomes[5].starts_with("failed 404"), "{outcomes:?}");
}

#[tokio::test]
async fn events_that_can_not_be_read_are_not_in_the_batch() {
    #[derive(serde::Deserialize)]
    struct Order {
        id: usize,
    }
    let app = App::new().on(
        "store",
        queue("orders"),
        async |batch: Batch<Message<Order>>| {
            let ids: Vec<_> = batch
                .events
                .iter()
                .map(|event| event.data.body.id)
                .collect();
            assert_eq!(ids, [1, 2], "the places are those in the batch");
            let mut failures = BatchFailures::none();
            failures.add(1, Error::unavailable("the second"));
            failures
        },
    );
    let service = service(app);
    let deliveries = messages(&[r#"{"id":1}"#, "{}", r#"{"id":2}"#]);
    let outcomes = told(&deliver(&service, deliveries).await);
    assert_eq!(outcomes[0], "done");
    assert!(outcomes[1].contains("missing field `id`"), "{outcomes:?}");
    assert_eq!(outcomes[2], "failed 503: the second");

    let (storing, _) = storing();
    let not_utf8 = Payload::Message(Message::new("x", Data::new(&b"\xFF"[..])));
    let origin = Origin::new([EventKind::Queue]).named("orders");
    let mut deliveries = messages(&["a", "beyond"]);
    deliveries.push(Delivery::new(events::event("x", not_utf8), origin));
    let outcomes = told(&deliver(&storing, deliveries).await);
    assert!(
        outcomes[0].contains("event 2 of its batch failed, which has 2"),
        "what can't be read has no place in it: {outcomes:?}"
    );

    let outcomes = told(&deliver(&service, messages(&["{}", "x"])).await);
    assert!(
        outcomes[0].starts_with("failed 422"),
        "no call without events: {outcomes:?}"
    );
    assert!(outcomes[1].starts_with("failed 400"), "{outcomes:?}");
}

#[tokio::test]
async fn a_batch_may_return_a_value_and_take_data_unread() {
    let app = App::new().on("count", queue("orders"), async |batch: Batch<Message>| {
        assert_eq!(batch.events[0].context().function(), "count");
        Json(batch.events.len())
    });
    let outcomes = told(&deliver(&service(app), messages(&["a", "b"])).await);
    assert_eq!(outcomes, ["done: 2", "done: 2"]);
}

#[tokio::test]
async fn functions_get_batches_of_their_own() {
    let seen = Seen::default();
    let app = ["orders", "refunds"]
        .into_iter()
        .fold(App::new(), |app, name| {
            app.on(name, queue(name), with(Arc::clone(&seen), store))
        });
    let deliveries = vec![
        message("orders", "a"),
        message("refunds", "b"),
        message("orders", "c"),
    ];
    let outcomes = told(&deliver(&service(app), deliveries).await);
    assert_eq!(outcomes, ["done"; 3]);
    let mut seen = seen.lock().unwrap().clone();
    seen.sort();
    assert_eq!(seen, [vec!["a", "c"], vec!["b"]]);
}

#[tokio::test]
async fn what_envelopes_carry_comes_in_batches_too() {
    let (service, seen) = storing();
    let deliveries = vec![
        message("notifications", "1").carrying(messages(&["a"])),
        message("notifications", "2").carrying(messages(&["b"])),
        message("notifications", "3").carrying(messages(&["c", "fail", "never"])),
    ];
    let outcomes = told(&deliver(&service, deliveries).await);
    assert_eq!(outcomes, ["done", "done", "failed 503: not now"]);
    let mut seen = seen.lock().unwrap().clone();
    seen.sort();
    assert_eq!(
        seen,
        [vec!["a", "b"], vec!["c"], vec!["fail"]],
        "one envelope's stay together"
    );
}

#[tokio::test]
async fn a_batch_that_does_not_end_in_time_has_failed() {
    let app = App::new().on("slow", queue("orders"), async |_: Batch<Message>| {
        std::future::pending::<()>().await;
    });
    let deliveries = messages(&["a", "b"]);
    let outcomes = service(app)
        .deliver(&invocation(), deliveries, tokio::task::yield_now())
        .await;
    assert_eq!(
        told(&outcomes),
        ["failed 504: the function did not end in time"; 2]
    );
}

#[tokio::test]
async fn the_later_failure_of_a_place_counts() {
    let mut failures = BatchFailures::none();
    assert!(failures.is_empty());
    failures.add(0, Error::unavailable("first"));
    failures.add(0, Error::conflict("second"));
    assert!(!failures.is_empty());
    let failures = Arc::new(Mutex::new(Some(failures)));
    let handler = async |failures: Arc<Mutex<Option<BatchFailures>>>, _: Event<Message>| {
        failures.lock().unwrap().take().unwrap()
    };
    let app = App::new().on("one", queue("orders"), with(failures, handler));
    let outcomes = told(&deliver(&service(app), messages(&["a"])).await);
    assert_eq!(
        outcomes,
        ["failed 409: second"],
        "a single event is a batch of one"
    );
}
