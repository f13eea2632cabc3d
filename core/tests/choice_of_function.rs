//! Which function takes an event, and what is said where none does, or more than one.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/events.rs"]
mod events;

use events::{custom, deliver, event as make, message, object, service, told};
use polyfn_core::{
    App, AppService, Attributes, Context, Data, Delivery, DocumentChange, Event, EventKind,
    EventTrigger, Json, Message, ObjectCreated, ObjectDeleted, Origin, Payload, Record, Schedule,
    Target, document_changed, event, get, object_created, object_deleted, queue, schedule, stream,
    topic,
};

/// Adds a function that answers with its name.
trait Named {
    fn named<T: polyfn_core::EventData>(
        self,
        name: &'static str,
        trigger: impl Into<EventTrigger>,
    ) -> Self;
}

impl Named for App {
    fn named<T: polyfn_core::EventData>(
        self,
        name: &'static str,
        trigger: impl Into<EventTrigger>,
    ) -> Self {
        self.on(name, trigger, |event: Event<T>| async move {
            Json(event.context().function().to_owned())
        })
    }
}

/// The name of the function that took it, or why none did.
async fn taken_by(service: &AppService, delivery: Delivery) -> String {
    told(&deliver(service, vec![delivery]).await).remove(0)
}

#[track_caller]
fn assert_says(said: &str, parts: &[&str]) {
    for part in parts {
        assert!(said.contains(part), "{part:?} is not in: {said}");
    }
}

/// An event from a place with these names, for these kinds.
fn from(kinds: &[EventKind], names: &[&str], payload: Payload) -> Delivery {
    let origin = names
        .iter()
        .fold(Origin::new(kinds), |origin, name| origin.named(*name));
    Delivery::new(make("1", payload), origin).with_raw(Data::json("null"))
}

fn some_message() -> Payload {
    Payload::Message(Message::new("1", Data::new("x")))
}

fn due() -> Payload {
    Payload::Schedule(Schedule::default())
}

#[tokio::test]
async fn the_kind_and_the_name_decide() {
    let service = service(
        App::new()
            .named::<ObjectCreated>("stored", object_created("uploads"))
            .named::<ObjectDeleted>("deleted", object_deleted("uploads"))
            .named::<ObjectCreated>("archived", object_created("archive"))
            .named::<Message>("queued", queue("uploads"))
            .named::<Message>("told", topic("uploads"))
            .named::<Record>("streamed", stream("uploads"))
            .named::<DocumentChange>("changed", document_changed("uploads")),
    );
    let deleted = Payload::ObjectDeleted(ObjectDeleted::new("uploads", "k"));
    let record = Payload::Record(Record::new(Data::new("x")));
    let change = Payload::DocumentChange(DocumentChange::new("uploads", "1"));
    for (delivery, function) in [
        (object("uploads", "k"), "stored"),
        (object("archive", "k"), "archived"),
        (
            from(&[EventKind::ObjectDeleted], &["uploads"], deleted),
            "deleted",
        ),
        (message("uploads", "x"), "queued"),
        (
            from(&[EventKind::Topic], &["uploads"], some_message()),
            "told",
        ),
        (from(&[EventKind::Stream], &["uploads"], record), "streamed"),
        (
            from(&[EventKind::DocumentChanged], &["uploads"], change),
            "changed",
        ),
        (
            from(
                &[EventKind::Queue],
                &["projects/p/topics/uploads", "uploads"],
                some_message(),
            ),
            "queued",
        ),
    ] {
        let taken = taken_by(&service, delivery).await;
        assert_eq!(taken, format!("done: \"{function}\""));
    }
}

#[tokio::test]
async fn a_short_name_counts_where_nobody_has_the_whole_one() {
    let fifo = || {
        let origin = Origin::new([EventKind::Queue])
            .named("orders.fifo")
            .shortened("orders");
        Delivery::new(make("1", some_message()), origin)
    };
    let both = App::new()
        .named::<Message>("short", queue("orders"))
        .named::<Message>("whole", queue("orders.fifo"));
    assert_eq!(taken_by(&service(both), fifo()).await, "done: \"whole\"");
    let short = App::new()
        .named::<Message>("told", topic("orders"))
        .named::<Message>("short", queue("orders"));
    assert_eq!(taken_by(&service(short), fifo()).await, "done: \"short\"");
    let other = App::new().named::<Message>("other", queue("bills"));
    let nobody = taken_by(&service(other), fifo()).await;
    assert_says(&nobody, &["no function takes", "orders.fifo or orders"]);
}

#[tokio::test]
async fn a_variable_binds_the_name_to_the_real_one() {
    let app = App::new()
        .named::<ObjectCreated>("stored", object_created("my.uploads-1"))
        .named::<Message>("queued", queue("orders"))
        .named::<Schedule>("nightly", schedule("0 3 * * *"))
        .named::<Schedule>("hourly", schedule("rate(1 hour)"));
    let service = service(app).bound(|variable| {
        let real = match variable {
            "POLYFN_OBJECT_CREATED_MY_UPLOADS_1" => "company-uploads-eu",
            "POLYFN_SCHEDULE_NIGHTLY" => "rule-7",
            "POLYFN_QUEUE_ORDERS" => "",
            _ => return None,
        };
        Some(real.to_owned())
    });
    let stored = taken_by(&service, object("company-uploads-eu", "k")).await;
    assert_eq!(stored, "done: \"stored\"");
    let nightly = taken_by(&service, from(&[EventKind::Schedule], &["rule-7"], due())).await;
    assert_eq!(nightly, "done: \"nightly\"");
    let queued = taken_by(&service, message("orders", "x")).await;
    assert_eq!(
        queued, "done: \"queued\"",
        "an empty variable binds nothing"
    );

    let said = taken_by(&service, object("my.uploads-1", "k")).await;
    assert_says(
        &said,
        &[
            "no function takes",
            "POLYFN_OBJECT_CREATED_MY_UPLOADS_1 binds it",
        ],
    );
}

#[tokio::test]
async fn without_a_name_the_one_function_of_the_kind_takes_it() {
    let app = || {
        App::new()
            .named::<Message>("queued", queue("orders"))
            .named::<Record>("streamed", stream("clicks"))
    };
    let one = service(app());
    let taken = taken_by(&one, from(&[EventKind::Queue], &[], some_message())).await;
    assert_eq!(taken, "done: \"queued\"");
    let taken = taken_by(&one, from(&[EventKind::Stream], &[], some_message())).await;
    assert_eq!(taken, "done: \"streamed\"", "a message may be a record");

    let two = service(app().named::<Message>("refunded", queue("refunds")));
    let said = taken_by(&two, from(&[EventKind::Queue], &[], some_message())).await;
    assert_says(
        &said,
        &[
            "failed 409: more than one function takes the event \"1\" (type \"test\", for queue)",
            r#"`queued` queue("orders") (POLYFN_QUEUE_ORDERS binds it)"#,
            r#"`refunded` queue("refunds") (POLYFN_QUEUE_REFUNDS binds it)"#,
        ],
    );
}

#[tokio::test]
async fn an_event_for_nobody_lists_what_there_is() {
    let app = App::new()
        .http("hello", get("/"), async |_| "hello")
        .named::<ObjectCreated>("stored", object_created("uploads").prefix("in/"))
        .named::<Schedule>("nightly", schedule("0 3 * * *"));
    let service = service(app);
    let delivery = from(
        &[EventKind::Queue, EventKind::Topic],
        &["orders", "o-1"],
        some_message(),
    );
    let said = taken_by(&service, delivery).await;
    assert_says(
        &said,
        &[
            "failed 404: no function takes the event \"1\" (type \"test\", for queue or topic, of orders or o-1)",
            r#"`stored` object_created("uploads").prefix("in/") (POLYFN_OBJECT_CREATED_UPLOADS binds it)"#,
            r#"`nightly` schedule("0 3 * * *") (POLYFN_SCHEDULE_NIGHTLY binds it)"#,
        ],
    );
    assert!(!said.contains("hello"), "HTTP takes no events: {said}");
}

#[tokio::test]
async fn names_that_two_kinds_share_are_told_apart_or_refused() {
    let app = App::new()
        .named::<Message>("queued", queue("orders"))
        .named::<Message>("told", topic("orders"));
    let both = [EventKind::Queue, EventKind::Topic];
    let said = taken_by(&service(app), from(&both, &["orders"], some_message())).await;
    assert_says(
        &said,
        &["more than one function takes", "`queued`", "`told`"],
    );
}

#[tokio::test]
async fn the_key_of_an_object_decides_among_the_functions_of_a_bucket() {
    let service = service(
        App::new()
            .named::<ObjectCreated>(
                "png",
                object_created("uploads").prefix("in/").suffix(".png"),
            )
            .named::<ObjectCreated>(
                "jpg",
                object_created("uploads").prefix("in/").suffix(".jpg"),
            )
            .named::<ObjectCreated>("out", object_created("uploads").prefix("out/"))
            .named::<ObjectDeleted>("cleaned", object_deleted("uploads").prefix("tmp/")),
    );
    for (key, outcome) in [
        ("in/a.png", "done: \"png\""),
        ("in/a.jpg", "done: \"jpg\""),
        ("out/a.png", "done: \"out\""),
        // Not every platform can select by key; what no function asks for is no failure.
        ("in/a.gif", "done"),
        ("IN/a.png", "done"),
        ("", "done"),
    ] {
        let taken = taken_by(&service, object("uploads", key)).await;
        assert_eq!(taken, outcome, "{key}");
    }
    let said = taken_by(&service, object("elsewhere", "in/a.png")).await;
    assert_says(&said, &["no function takes", "of elsewhere"]);
    for (key, outcome) in [("tmp/a", "done: \"cleaned\""), ("in/a", "done")] {
        let deleted = Payload::ObjectDeleted(ObjectDeleted::new("uploads", key));
        let deleted = from(&[EventKind::ObjectDeleted], &["uploads"], deleted);
        assert_eq!(taken_by(&service, deleted).await, outcome, "{key}");
    }

    let alone = service.alone("png").unwrap();
    let taken = taken_by(&alone, object("elsewhere", "in/a.png")).await;
    assert_eq!(taken, "done: \"png\"");
    let taken = taken_by(&alone, object("elsewhere", "out/a.png")).await;
    assert_eq!(
        taken, "done",
        "what it writes itself does not come back to it"
    );
}

#[tokio::test]
async fn events_are_told_apart_by_their_types() {
    let service = service(
        App::new()
            .named::<()>("placed", event("com.example.placed"))
            .named::<()>("paid", event("com.example.paid")),
    );
    let taken = taken_by(&service, custom("com.example.paid", "null")).await;
    assert_eq!(taken, "done: \"paid\"");
    let said = taken_by(&service, custom("com.example.Paid", "null")).await;
    assert_says(
        &said,
        &[
            "no function takes",
            "type \"com.example.Paid\"",
            "`placed`",
            "`paid`",
        ],
    );
    let said = taken_by(&service, custom("", "null")).await;
    assert_says(&said, &["more than one function takes"]);

    let bound = service.bound(|variable| {
        (variable == "POLYFN_EVENT_COM_EXAMPLE_PAID").then(|| "v2.paid".to_owned())
    });
    let taken = taken_by(&bound, custom("v2.paid", "null")).await;
    assert_eq!(taken, "done: \"paid\"");
}

#[tokio::test]
async fn what_has_no_type_is_for_the_one_function_of_events() {
    let app = App::new()
        .named::<()>("invoked", event("invoked"))
        .named::<Message>("queued", queue("orders"));
    let service = service(app);
    let taken = taken_by(&service, custom("", "null")).await;
    assert_eq!(taken, "done: \"invoked\"");

    let untyped = Event::new(
        Attributes::new("1", "/test", ""),
        some_message(),
        Context::new(Target::Local, "invocation-1"),
    );
    let of_another_queue = Origin::new([EventKind::Queue]).named("refunds");
    let said = taken_by(&service, Delivery::new(untyped, of_another_queue)).await;
    assert_says(&said, &["no function takes", "of refunds"]);
}

#[tokio::test]
async fn an_event_of_a_known_kind_can_be_had_by_its_type() {
    let app = App::new().on(
        "raw",
        event("test"),
        async |event: Event<serde_json::Value>| Json(event.data),
    );
    let delivery = object("uploads", "k").with_raw(Data::json(r#"{"raw":true}"#));
    let taken = taken_by(&service(app), delivery).await;
    assert_eq!(taken, r#"done: {"raw":true}"#);
}

/// A function that answers with when it was due.
fn service_of_due() -> AppService {
    service(App::new().on(
        "nightly",
        schedule("0 3 * * *"),
        async |event: Event<Schedule>| Json(event.data.due),
    ))
}

#[tokio::test]
async fn schedules_are_known_by_their_functions_or_are_the_only_one() {
    let one = || App::new().named::<Schedule>("nightly", schedule("0 3 * * *"));
    let single = service(one());
    for names in [&[][..], &["nightly"], &["made-up-rule-name"]] {
        let taken = taken_by(&single, from(&[EventKind::Schedule], names, due())).await;
        assert_eq!(taken, "done: \"nightly\"", "{names:?}");
    }
    let two = service(one().named::<Schedule>("hourly", schedule("0 * * * *")));
    let taken = taken_by(&two, from(&[EventKind::Schedule], &["hourly"], due())).await;
    assert_eq!(taken, "done: \"hourly\"");
    let said = taken_by(&two, from(&[EventKind::Schedule], &["made-up"], due())).await;
    assert_says(&said, &["more than one function", "`nightly`", "`hourly`"]);

    let due_when_sent = service_of_due();
    let mut sent = Message::new("1", Data::new("x"));
    sent.sent = "2026-01-02T03:00:00Z".parse().ok();
    let delivery = from(&[EventKind::Schedule], &["nightly"], Payload::Message(sent));
    let taken = taken_by(&due_when_sent, delivery).await;
    assert_eq!(
        taken, "done: \"2026-01-02T03:00:00Z\"",
        "it is due when it was sent"
    );

    // A message is a schedule where it comes from its job.
    let kinds = [EventKind::Queue, EventKind::Schedule];
    let taken = taken_by(&two, from(&kinds, &["nightly"], some_message())).await;
    assert_eq!(taken, "done: \"nightly\"");
    let said = taken_by(&two, from(&kinds, &["orders"], some_message())).await;
    assert_says(&said, &["no function takes"]);
}

#[tokio::test]
async fn a_function_that_is_alone_takes_all_of_its_kind() {
    let app = || {
        App::new()
            .http("hello", get("/"), async |_| "hello")
            .named::<Message>("queued", queue("orders"))
            .named::<()>("placed", event("com.example.placed"))
            .named::<ObjectCreated>("stored", object_created("uploads"))
    };
    let alone = |name| service(app()).alone(name).unwrap();

    let queued = alone("queued");
    assert!(queued.takes_events() && queued.is_alone());
    let taken = taken_by(&queued, message("elsewhere", "x")).await;
    assert_eq!(taken, "done: \"queued\"");
    let said = taken_by(&queued, object("uploads", "k")).await;
    assert_says(&said, &["no function takes", "`queued`"]);
    assert!(!said.contains("`stored`"), "it is alone: {said}");

    let taken = taken_by(&alone("placed"), custom("another.type", "null")).await;
    assert_eq!(taken, "done: \"placed\"");
    let stored = object("uploads", "k").with_raw(Data::json("null"));
    let taken = taken_by(&alone("placed"), stored).await;
    assert_eq!(taken, "done: \"placed\"", "everything is an event");
    let carried = ["a", "b"].map(|event_type| custom(event_type, "null"));
    let unread = message("notifications", "x")
        .with_raw(Data::json("{}"))
        .carrying(carried.into());
    let taken = taken_by(&alone("placed"), unread).await;
    assert_eq!(
        taken, "done: \"placed\"",
        "what the message carries is for it, and the message is not: it is no `()`"
    );

    let envelope = || message("notifications", "x").carrying(vec![object("elsewhere", "k")]);
    let taken = taken_by(&alone("stored"), envelope()).await;
    assert_eq!(
        taken, "done: \"stored\"",
        "what the message carries is for it"
    );
    let taken = taken_by(&queued, envelope()).await;
    assert_eq!(taken, "done: \"queued\"", "the message itself is for it");

    assert!(!alone("hello").takes_events());
}

#[test]
fn apps_that_can_not_work_are_not_built() {
    let problems = |app: App| -> Vec<String> {
        let error = app.into_service().expect_err("it is wrong");
        error.problems().map(str::to_owned).collect()
    };
    let wrong = problems(
        App::new()
            .named::<Message>("a", queue("orders"))
            .named::<Message>("b", queue("orders"))
            .named::<ObjectCreated>("c", object_created("uploads").prefix("in/"))
            .named::<ObjectCreated>("d", object_created("uploads").suffix(".png"))
            .named::<Message>("e", queue(""))
            .named::<Schedule>("f", schedule("every day"))
            .named::<Message>("g", object_created("uploads").prefix("out/")),
    );
    let expected = [
        r#"functions `a` and `b` would both take what queue("orders") and queue("orders") have in common"#,
        r#"functions `c` and `d` would both take what object_created("uploads").prefix("in/") and object_created("uploads").suffix(".png") have in common"#,
        r#"function `e`: queue("") names nothing"#,
        r#"function `f`: schedule("every day"): five fields of cron"#,
        "function `g` takes `Event<Message>`, which object_created(\"uploads\").prefix(\"out/\") does not deliver",
        "functions `d` and `g` would both take",
    ];
    assert_eq!(wrong.len(), expected.len(), "{wrong:#?}");
    for (problem, expected) in wrong.iter().zip(expected) {
        assert!(
            problem.starts_with(expected),
            "{problem}\nis not\n{expected}"
        );
    }

    let wrong = problems(
        App::new()
            .named::<Message>("a", queue("new-orders"))
            .named::<Message>("b", queue("new.orders"))
            .named::<Schedule>("at-night", schedule("0 3 * * *"))
            .named::<Schedule>("at_night", schedule("0 4 * * *")),
    );
    for (problem, variable) in wrong
        .iter()
        .zip(["POLYFN_QUEUE_NEW_ORDERS", "POLYFN_SCHEDULE_AT_NIGHT"])
    {
        assert!(problem.contains(variable), "{problem} names {variable}");
    }
    assert_eq!(wrong.len(), 2, "{wrong:#?}");

    let fine = App::new()
        .named::<Schedule>("a", schedule("0 3 * * *"))
        .named::<Schedule>("b", schedule("0 3 * * *"))
        .named::<ObjectCreated>("c", object_created("uploads").prefix("a/"))
        .named::<ObjectCreated>("d", object_created("uploads").prefix("b/"))
        .named::<ObjectDeleted>("e", object_deleted("uploads"));
    fine.into_service()
        .expect("schedules may coincide, and the keys differ");
}
