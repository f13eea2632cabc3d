//! What a process is asked beside invocations, and what an invocation is told of its end.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
#[path = "support/events.rs"]
mod events;

use std::future::{pending, ready};
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use events::{custom, deliver, invocation, message, object, service, told};
use futures_util::FutureExt;
use polyfn_core::{
    App, AppService, Attributes, Body, BoxError, Context, Data, Delivery, Error, Event, EventKind,
    Message, ObjectCreated, Observer, Origin, Payload, Request, RequestExt, Response, Schedule,
    any, event, get, is_warmup, queue, schedule,
};

async fn respond(service: &AppService, path: &str) -> Response {
    service.respond(invocation(), request(path)).await
}

fn request(path: &str) -> Request {
    http::Request::get(path).body(Body::empty()).unwrap()
}

async fn text(response: Response) -> String {
    let bytes = response.into_body().into_bytes().await.unwrap();
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn scheduled(payload: &'static str) -> Delivery {
    let attributes = Attributes::new("1", "/test", "test.schedule");
    let payload = (Payload::Schedule(Schedule::default()), Data::json(payload));
    let event = Event::new(attributes, payload.0, invocation());
    Delivery::new(event, Origin::new([EventKind::Schedule])).with_raw(payload.1)
}

/// An app that counts its warm-ups, and whose function refuses whatever comes.
fn warm(count: &Arc<AtomicUsize>) -> App {
    let count = Arc::clone(count);
    App::new()
        .on(
            "nightly",
            schedule("0 3 * * *"),
            async |_: Event<Schedule>| Err::<(), _>(Error::internal("called")),
        )
        .warmup(move || {
            count.fetch_add(1, Ordering::Relaxed);
            ready(Ok(()))
        })
}

#[tokio::test]
async fn a_scheduled_warm_up_reaches_no_function() {
    let count = Arc::default();
    let service = service(warm(&count));
    // As a schedule publishes it to a topic.
    let pushed = message("jobs", "{\"warmup\":true}");
    let kinds = [EventKind::Queue, EventKind::Schedule];
    let pushed = Delivery::new(pushed.event().clone(), Origin::new(kinds).named("jobs"));
    let untyped = custom("", "{\"warmup\": true}");
    for delivery in [scheduled("{\"warmup\": true}"), untyped, pushed] {
        let outcomes = deliver(&service, vec![delivery]).await;
        assert_eq!(told(&outcomes), ["done: \"warmed up\""]);
    }
    assert_eq!(count.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn what_is_more_than_a_warm_up_or_no_schedules_reaches_its_function() {
    let count = Arc::default();
    let app = warm(&count)
        .on("ship", queue("orders"), async |_: Event<Message<Data>>| {})
        .on("mine", event("mine"), async |_: Event<Data>| {});
    let service = service(app);
    let outcomes = deliver(&service, vec![scheduled("{\"warmup\": false}")]).await;
    assert_eq!(
        told(&outcomes),
        ["failed 500: called"],
        "the function was called"
    );
    let outcomes = deliver(&service, vec![scheduled("")]).await;
    assert_eq!(
        told(&outcomes),
        ["failed 500: called"],
        "the function was called"
    );
    for delivery in [
        message("orders", "{\"warmup\":true}"),
        custom("mine", "{\"warmup\":true}"),
    ] {
        let outcomes = deliver(&service, vec![delivery]).await;
        assert_eq!(told(&outcomes), ["done"], "the function was called");
    }
    assert_eq!(count.load(Ordering::Relaxed), 0);
}

#[test]
fn a_warm_up_is_told_by_its_one_member() {
    for (payload, expected) in [
        ("{\"warmup\":true}", true),
        (" {\n\"warmup\" : true } ", true),
        ("{\"warmup\":false}", false),
        ("{\"warmup\":1}", false),
        ("{\"warmup\":\"true\"}", false),
        ("{\"warmup\":true,\"id\":1}", false),
        ("{\"warmup\":true,\"warmup\":true}", false),
        ("{}", false),
        ("[true]", false),
        ("true", false),
        ("", false),
    ] {
        assert_eq!(is_warmup(payload.as_bytes()), expected, "{payload}");
    }
    assert!(!is_warmup(b"\xFF"));
}

#[tokio::test]
async fn a_warm_up_that_fails_or_panics_says_so_and_the_rest_is_done() {
    let count = Arc::new(AtomicUsize::new(0));
    let app = warm(&count).warmup(|| async { Err(Error::unavailable("no database")) });
    let also = Arc::clone(&count);
    let app = app.warmup(move || {
        also.fetch_add(1, Ordering::Relaxed);
        async { panic!("cold") }
    });
    let error = service(app).warm_up().await.unwrap_err();
    assert_eq!(error.detail(), Some("no database"), "the first that failed");
    assert_eq!(count.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn the_end_of_an_app_is_done_even_where_a_part_of_it_panics() {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let app = App::new()
        .on_shutdown(|| async { panic!("no goodbye") })
        .on_shutdown(move || {
            counted.fetch_add(1, Ordering::Relaxed);
            ready(Ok(()))
        });
    let service = service(app);
    assert!(service.has_shutdown());
    service.shut_down().await;
    assert_eq!(count.load(Ordering::Relaxed), 1);
    assert!(!self::service(App::new()).has_shutdown());
}

#[tokio::test]
async fn the_first_invocation_is_the_cold_one() {
    async fn is_cold(request: Request) -> String {
        request.context().is_cold_start().to_string()
    }
    let app = || App::new().http("is_cold", get("/"), is_cold);
    let first = service(app());
    assert_eq!(text(respond(&first, "/").await).await, "true");
    assert_eq!(text(respond(&first.clone(), "/").await).await, "false");
    let warmed = service(app());
    warmed.warm_up().await.unwrap();
    assert_eq!(text(respond(&warmed, "/").await).await, "false");

    let seen = Arc::new(Mutex::new(Vec::new()));
    let saw = Arc::clone(&seen);
    let app = App::new().on("ship", queue("orders"), move |event: Event<Message>| {
        saw.lock().unwrap().push(event.context().is_cold_start());
        ready(())
    });
    let service = service(app);
    for _ in 0..2 {
        deliver(
            &service,
            vec![message("orders", "1"), message("orders", "2")],
        )
        .await;
    }
    assert_eq!(*seen.lock().unwrap(), [true, true, false, false]);
}

#[tokio::test]
async fn the_current_context_is_that_of_the_code_that_runs() {
    async fn id(_: Request) -> String {
        tokio::task::yield_now().await;
        let here = Context::current().map(|context| context.invocation_id().to_owned());
        let spawned = tokio::spawn(async { Context::current().is_some() });
        let carried = Context::current().unwrap();
        let scoped = tokio::spawn(async move {
            let within = carried.scope(async { Context::current().is_some() });
            within.await
        });
        format!(
            "{here:?} {} {}",
            spawned.await.unwrap(),
            scoped.await.unwrap()
        )
    }
    let service = service(App::new().http("id", get("/"), id));
    let at_once = (0..3).map(|number| {
        let context = Context::new(polyfn_core::Target::Local, number.to_string());
        service.respond(context, request("/"))
    });
    for (number, response) in futures_util::future::join_all(at_once)
        .await
        .into_iter()
        .enumerate()
    {
        let expected = format!("Some(\"{number}\") false true");
        assert_eq!(text(response).await, expected);
    }
    assert!(Context::current().is_none(), "nothing stays");
}

#[tokio::test]
async fn a_body_that_streams_has_a_current_context_and_is_given_up_with_the_client() {
    let contexts = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&contexts);
    let app = App::new().http("stream", get("/"), move |request: Request| {
        kept.lock().unwrap().push(request.context().clone());
        let chunks = (0..2).map(|_| {
            let current = Context::current();
            Ok::<_, BoxError>(current.unwrap().invocation_id().to_owned())
        });
        let stream = futures_util::stream::iter(chunks);
        ready(Response::new(Body::from_stream(stream)))
    });
    let service = service(app);
    assert_eq!(
        text(respond(&service, "/").await).await,
        "invocation-1invocation-1"
    );
    drop(respond(&service, "/").await);
    let contexts = contexts.lock().unwrap();
    let cancelled = contexts.iter().map(Context::is_cancelled);
    assert_eq!(cancelled.collect::<Vec<_>>(), [false, true]);
}

#[tokio::test]
async fn who_runs_out_of_time_is_dropped_and_told() {
    let contexts = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&contexts);
    let app = App::new().http("wait", any("/{how}"), move |request: Request| {
        kept.lock().unwrap().push(request.context().clone());
        async move {
            if request.uri().path() == "/long" {
                pending::<()>().await;
            }
            "done"
        }
    });
    let service = service(app);
    let late = service.respond_until(invocation(), request("/long"), tokio::task::yield_now());
    let late = late.await;
    assert_eq!(late.status(), 504);
    let problem = text(late).await;
    assert!(problem.contains("did not answer in time"), "{problem}");
    assert!(problem.contains("invocation-1"), "{problem}");
    let early = service.respond_until(invocation(), request("/short"), ready(()));
    assert_eq!(early.await.status(), 200, "an answer that is there counts");
    let given_up = service.respond(invocation(), request("/long"));
    assert!(given_up.now_or_never().is_none());
    let contexts = contexts.lock().unwrap().clone();
    let cancelled = contexts.iter().map(Context::is_cancelled);
    assert_eq!(cancelled.collect::<Vec<_>>(), [true, false, true]);
    contexts[0].cancelled().await;
    assert!(contexts[1].cancelled().now_or_never().is_none());
}

#[tokio::test]
async fn whoever_waits_for_the_end_is_woken() {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let sender = Mutex::new(Some(sender));
    let app = App::new().http("wait", get("/"), move |request: Request| {
        let cancelled = request.context().cancelled();
        let sender = sender.lock().unwrap().take().unwrap();
        tokio::spawn(async move {
            cancelled.await;
            sender.send(()).unwrap();
        });
        pending::<()>()
    });
    let service = service(app);
    let time_is_up = async {
        // The spawned task has to be waiting by then.
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
    };
    let response = service.respond_until(invocation(), request("/"), time_is_up);
    assert_eq!(response.await.status(), 504);
    receiver.await.expect("the spawned task heard of the end");
}

#[tokio::test]
async fn an_event_that_is_out_of_time_is_given_up_alone() {
    let contexts = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&contexts);
    let app = App::new().on(
        "ship",
        queue("orders"),
        move |event: Event<Message<String>>| {
            kept.lock().unwrap().push(event.context().clone());
            async move {
                if event.data.body == "slow" {
                    pending::<()>().await;
                }
            }
        },
    );
    let deliveries = vec![message("orders", "quick"), message("orders", "slow")];
    let outcomes = service(app)
        .deliver(&invocation(), deliveries, tokio::task::yield_now())
        .await;
    let late = "failed 504: the function did not end in time";
    assert_eq!(told(&outcomes), ["done", late]);
    let contexts = contexts.lock().unwrap();
    let cancelled = contexts.iter().map(Context::is_cancelled);
    assert_eq!(cancelled.collect::<Vec<_>>(), [false, true]);
}

/// Writes down what it hears.
#[derive(Default)]
struct Ledger(Mutex<Vec<String>>);

impl Observer for Ledger {
    fn ended<'a>(
        &'a self,
        context: &'a Context,
        took: Duration,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        Box::pin(async move {
            tokio::task::yield_now().await;
            assert!(took < Duration::from_secs(60));
            let line = format!("{} {}", context.function(), context.is_cold_start());
            self.0.lock().unwrap().push(line);
        })
    }
}

#[tokio::test]
async fn whoever_observes_hears_of_each_invocation_before_its_answer_leaves() {
    let app = App::new()
        .http("page", get("/"), |_| async { "page" })
        .on("ship", queue("orders"), async |_: Event<Message>| {})
        .on(
            "sees",
            polyfn_core::object_created("b"),
            async |_: Event<ObjectCreated>| {},
        );
    let (first, second) = (Arc::new(Ledger::default()), Arc::new(Ledger::default()));
    let service = service(app)
        .observed(Arc::clone(&first) as _)
        .observed(Arc::clone(&second) as _);
    respond(&service, "/").await;
    respond(&service, "/nowhere").await;
    let deliveries = vec![message("orders", "1"), object("b", "k")];
    deliver(&service, deliveries).await;
    let expected = ["page true", " false", " false"];
    assert_eq!(*first.0.lock().unwrap(), expected);
    assert_eq!(*second.0.lock().unwrap(), expected);
}
