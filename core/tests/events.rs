//! What comes of delivered events: order, concurrency, failures, panics and time.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/events.rs"]
mod events;

use std::future::{pending, ready};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use events::{custom, deliver, invocation, message, object, service, told};
use polyfn_core::{
    App, Data, Delivery, Error, Event, Json, Message, ObjectCreated, Payload, Result, event,
    object_created, queue, with,
};
use tokio::sync::Barrier;

/// The bodies of the messages that a handler saw.
type Seen = Arc<Mutex<Vec<String>>>;

/// Fails, panics or discards where the body says so.
async fn obey(seen: Seen, event: Event<Message<String>>) -> Result<()> {
    tokio::task::yield_now().await;
    let body = event.data.body;
    seen.lock().unwrap().push(body.clone());
    match &body[..] {
        body if body.starts_with("fail") => Err(Error::unavailable("not now")),
        body if body.starts_with("panic") => panic!("out of tea"),
        body if body.starts_with("discard") => Err(Error::discard("no use")),
        _ => Ok(()),
    }
}

fn obedient(queues: &[&str]) -> (polyfn_core::AppService, Seen) {
    let seen = Seen::default();
    let app = queues.iter().fold(App::new(), |app, name| {
        app.on(*name, queue(*name), with(Arc::clone(&seen), obey))
    });
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
async fn each_event_fails_or_succeeds_alone() {
    let (service, seen) = obedient(&["orders"]);
    let bodies = ["a", "fail", "b", "panic", "discard", "c"];
    let outcomes = deliver(&service, messages(&bodies)).await;
    assert_eq!(
        told(&outcomes),
        [
            "done",
            "failed 503: not now",
            "done",
            "failed 500: panicked: out of tea",
            "done",
            "done",
        ]
    );
    assert_eq!(seen.lock().unwrap().len(), 6, "all are tried");
    assert!(deliver(&service, Vec::new()).await.is_empty());
}

#[tokio::test]
async fn a_sequence_stops_at_its_first_failure() {
    for stops in ["fail", "panic"] {
        let (service, seen) = obedient(&["orders"]);
        let mut deliveries = in_sequence("1", &["1a", stops, "1b", "1c"]);
        deliveries.extend(in_sequence("2", &["2a", "discard", "2b"]));
        deliveries.extend(messages(&["alone"]));
        let outcomes = told(&deliver(&service, deliveries).await);
        assert_eq!(outcomes[0], "done");
        assert!(outcomes[1].starts_with("failed"), "{}", outcomes[1]);
        assert_eq!(outcomes[2..4], ["skipped", "skipped"]);
        assert_eq!(outcomes[4..], ["done", "done", "done", "done"]);
        let seen = seen.lock().unwrap();
        assert!(!seen.contains(&"1b".to_owned()), "was held: {seen:?}");
        let place = |body: &str| seen.iter().position(|seen| seen == body).unwrap();
        assert!(place("2a") < place("discard") && place("discard") < place("2b"));
    }
}

#[tokio::test]
async fn an_event_for_no_function_stops_its_sequence_too() {
    let (service, _) = obedient(&["orders"]);
    let mut deliveries = in_sequence("1", &["a", "b"]);
    deliveries.insert(1, message("unknown", "x").in_sequence("1"));
    let outcomes = told(&deliver(&service, deliveries).await);
    assert_eq!(outcomes[0], "done");
    assert!(
        outcomes[1].starts_with("failed 404: no function"),
        "{}",
        outcomes[1]
    );
    assert_eq!(outcomes[2], "skipped");
}

#[tokio::test]
async fn events_without_order_run_at_once_up_to_the_limit() {
    // All ten have to be there before one goes on.
    let barrier = Arc::new(Barrier::new(10));
    let meet = async |barrier: Arc<Barrier>, _: Event<Message<String>>| {
        barrier.wait().await;
    };
    let app = App::new().on("meet", queue("orders"), with(barrier, meet));
    let outcomes = deliver(&service(app), messages(&["m"; 20])).await;
    assert!(outcomes.iter().all(polyfn_core::Outcome::is_done));

    let running = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    let count = async |running: Arc<(AtomicUsize, AtomicUsize)>, _: Event<Message<String>>| {
        let (now, most) = &*running;
        most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        now.fetch_sub(1, Ordering::SeqCst);
    };
    let app = App::new().on("count", queue("orders"), with(Arc::clone(&running), count));
    let service = service(app).with_batch_concurrency(NonZeroUsize::new(3).unwrap());
    deliver(&service, messages(&["m"; 20])).await;
    assert_eq!(running.1.load(Ordering::SeqCst), 3);
}

#[tokio::test]
async fn when_the_time_is_up_running_events_fail_and_waiting_ones_are_skipped() {
    let app = App::new().on(
        "slow",
        queue("orders"),
        async |event: Event<Message<String>>| {
            if event.data.body.starts_with("slow") {
                pending::<()>().await;
            }
        },
    );
    let service = service(app).with_batch_concurrency(NonZeroUsize::new(2).unwrap());
    let mut deliveries = messages(&["quick", "slow", "slow", "waits"]);
    deliveries.extend(in_sequence("1", &["waits", "waits"]));
    let time_is_up = async {
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    };
    let outcomes = told(&service.deliver(&invocation(), deliveries, time_is_up).await);
    let late = "failed 504: the function did not end in time";
    assert_eq!(
        outcomes,
        ["done", late, late, "skipped", "skipped", "skipped"]
    );

    let sequence = in_sequence("1", &["quick", "slow", "quick"]);
    let outcomes = told(
        &service
            .deliver(&invocation(), sequence, tokio::task::yield_now())
            .await,
    );
    assert_eq!(outcomes, ["done", late, "skipped"]);
}

#[tokio::test]
async fn without_time_nothing_that_has_to_wait_is_begun() {
    let (service, _) = obedient(&["orders"]);
    let outcomes = service
        .deliver(&invocation(), in_sequence("1", &["a", "b"]), ready(()))
        .await;
    assert_eq!(outcomes.len(), 2);
    assert!(!outcomes[1].is_done(), "{outcomes:?}");
}

/// Panics when it is dropped.
struct Fragile;

impl Drop for Fragile {
    fn drop(&mut self) {
        panic!("fragile");
    }
}

#[tokio::test]
async fn a_panic_in_a_destructor_costs_its_event_alone() {
    let handler = async |event: Event<Message<String>>| {
        if event.data.body == "fragile" {
            let _fragile = Fragile;
            pending::<()>().await;
        }
    };
    let app = App::new().on("fragile", queue("orders"), handler);
    let service = service(app);
    let deliveries = messages(&["a", "fragile", "b"]);
    let outcomes = service
        .deliver(&invocation(), deliveries, tokio::task::yield_now())
        .await;
    let late = "failed 504: the function did not end in time";
    assert_eq!(told(&outcomes), ["done", late, "done"]);
}

#[tokio::test]
async fn a_panic_in_a_destructor_keeps_nothing_from_being_dropped() {
    let held = Arc::new(());
    let handler = async |held: Arc<()>, event: Event<Message<String>>| {
        let _fragile = (event.data.body == "fragile").then(|| Fragile);
        pending::<()>().await;
        drop(held);
    };
    let app = App::new().on("holds", queue("orders"), with(Arc::clone(&held), handler));
    let service = service(app);
    let deliveries = messages(&["a", "fragile", "b", "fragile", "c"]);
    let outcomes = service
        .deliver(&invocation(), deliveries, tokio::task::yield_now())
        .await;
    let late = "failed 504: the function did not end in time";
    assert_eq!(told(&outcomes), [late; 5]);
    drop(service);
    assert_eq!(
        Arc::strong_count(&held),
        1,
        "what the handlers held is given back"
    );
}

#[tokio::test]
async fn a_panic_before_the_first_await_and_in_reading_is_caught() {
    #[derive(Debug)]
    struct Bomb;
    impl<'de> serde::Deserialize<'de> for Bomb {
        fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
            panic!("while reading")
        }
    }
    let app = App::new()
        .on(
            "reads",
            queue("reads"),
            async |event: Event<Message<Bomb>>| {
                println!("{:?}", event.data.body);
            },
        )
        .on(
            "calls",
            queue("calls"),
            |_: Event<Message>| -> std::future::Ready<()> { panic!("while called") },
        );
    let deliveries = vec![message("reads", "x"), message("calls", "x")];
    let outcomes = told(&deliver(&service(app), deliveries).await);
    assert_eq!(
        outcomes,
        [
            "failed 500: panicked: while reading",
            "failed 500: panicked: while called"
        ]
    );
}

#[tokio::test]
async fn data_that_do_not_fit_fail_their_event() {
    #[derive(Debug, serde::Deserialize)]
    struct Order {
        id: u64,
    }
    let app = App::new().on(
        "ship",
        queue("orders"),
        async |event: Event<Message<Order>>| {
            assert_eq!(event.data.body.id, 7);
        },
    );
    let deliveries = messages(&[r#"{"id":7}"#, r#"{"id":"x"}"#, "{"]);
    let outcomes = told(&deliver(&service(app), deliveries).await);
    assert_eq!(outcomes[0], "done");
    assert!(
        outcomes[1].starts_with("failed 422") && outcomes[1].contains("at `id`"),
        "{outcomes:?}"
    );
    assert!(outcomes[2].starts_with("failed 400"), "{outcomes:?}");
}

#[tokio::test]
async fn a_value_goes_back_as_json() {
    let app = App::new()
        .on("add", event("add"), async |event: Event<Vec<i64>>| {
            Json(event.data.iter().sum::<i64>())
        })
        .on(
            "fails",
            event("fails"),
            async |_: Event<()>| -> Result<Json<u8>> { Err(Error::conflict("no")) },
        );
    let deliveries = vec![custom("add", "[1,2,3]"), custom("fails", "null")];
    let outcomes = told(&deliver(&service(app), deliveries).await);
    assert_eq!(outcomes, ["done: 6", "failed 409: no"]);
}

#[tokio::test]
async fn data_are_to_be_had_unread() {
    let app = App::new()
        .on("custom", event("custom"), async |event: Event| {
            assert_eq!(event.data.content_type(), Some("application/json"));
            assert_eq!(event.data.bytes(), "{");
        })
        .on("message", queue("orders"), async |event: Event<Message>| {
            assert_eq!(event.data.body, Data::new("x"));
        });
    let deliveries = vec![custom("custom", "{"), message("orders", "x")];
    let outcomes = told(&deliver(&service(app), deliveries).await);
    assert_eq!(outcomes, ["done", "done"]);
}

#[tokio::test]
async fn a_handler_knows_its_event_and_function() {
    let app = App::new().on(
        "thumbnail",
        object_created("uploads"),
        async |event: Event<ObjectCreated>| {
            assert_eq!(event.context().function(), "thumbnail");
            assert_eq!(event.context().invocation_id(), "invocation-1");
            assert_eq!(
                (event.id(), event.source(), event.event_type()),
                ("a.png", "/test", "test")
            );
            assert_eq!((event.subject(), event.time()), (None, None));
            assert_eq!(event.native::<u64>(), None);
            assert_eq!(event.data, ObjectCreated::new("uploads", "a.png"));
        },
    );
    let outcomes = deliver(&service(app), vec![object("uploads", "a.png")]).await;
    assert_eq!(told(&outcomes), ["done"]);
}

fn envelope(body: &str, carried: Vec<Delivery>) -> Delivery {
    message("notifications", body).carrying(carried)
}

#[tokio::test]
async fn what_an_envelope_carries_is_handled_in_its_place() {
    let (service, seen) = obedient(&["orders"]);
    let inner = envelope("inner", messages(&["b", "c"]));
    let mut carried = messages(&["a"]);
    carried.push(inner);
    let deliveries = vec![
        envelope("outer", carried),
        envelope("empty", Vec::new()),
        envelope("failing", messages(&["d", "fail", "never"])),
    ];
    let outcomes = told(&deliver(&service, deliveries).await);
    assert_eq!(outcomes, ["done", "done", "failed 503: not now"]);
    let mut seen = seen.lock().unwrap().clone();
    seen.sort();
    assert_eq!(seen, ["a", "b", "c", "d", "fail"]);
}

#[tokio::test]
async fn an_envelope_that_is_partly_for_nobody_fails_before_anything_runs() {
    let (service, seen) = obedient(&["orders"]);
    let mut carried = messages(&["a"]);
    carried.push(message("unknown", "x"));
    let outcomes = told(&deliver(&service, vec![envelope("outer", carried)]).await);
    assert!(
        outcomes[0].starts_with("failed 404: no function"),
        "{outcomes:?}"
    );
    assert_eq!(*seen.lock().unwrap(), [""; 0]);
}

#[tokio::test]
async fn a_function_for_the_envelope_itself_gets_it_whole() {
    let (service, seen) = obedient(&["orders", "notifications"]);
    let deliveries = vec![envelope("outer", messages(&["a"]))];
    assert_eq!(told(&deliver(&service, deliveries).await), ["done"]);
    assert_eq!(*seen.lock().unwrap(), ["outer"]);
}

#[tokio::test]
async fn deliveries_can_be_spawned() {
    let (service, _) = obedient(&["orders"]);
    let delivered = tokio::spawn(async move { deliver(&service, messages(&["a", "b"])).await });
    assert_eq!(told(&delivered.await.unwrap()), ["done", "done"]);
}

#[tokio::test]
async fn an_app_without_events_takes_none() {
    let (service, _) = obedient(&["orders"]);
    assert!(service.takes_events());
    let app = App::new().http("hello", polyfn_core::get("/"), async |_| "hello");
    let service = events::service(app);
    assert!(!service.takes_events());
    let outcomes = told(&deliver(&service, messages(&["a"])).await);
    assert!(
        outcomes[0].contains("none that events trigger"),
        "{outcomes:?}"
    );
}

#[test]
fn a_delivery_tells_what_it_is() {
    let delivery = custom("t", "7").in_sequence("s").carrying(messages(&["a"]));
    assert_eq!(
        delivery.raw(),
        &Data::json("7"),
        "custom data are what was delivered"
    );
    assert_eq!(delivery.sequence(), Some("s"));
    assert_eq!(delivery.carried().unwrap().len(), 1);
    assert_eq!(delivery.event().data, Payload::Custom(Data::json("7")));
}
