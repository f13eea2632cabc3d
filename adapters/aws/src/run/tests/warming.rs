//! Calls that only keep the process warm.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use polyfn_core::{Event, Schedule, event as any_event, schedule};

use super::*;

const WARMUP: &str = r#"{"warmup": true}"#;

fn warmup() -> Planned {
    planned(WARMUP, SystemTime::now() + Duration::from_secs(60))
}

/// Counts how often the app is warmed up.
fn counting(app: App, count: &Arc<AtomicUsize>) -> App {
    let count = Arc::clone(count);
    app.warmup(move || {
        count.fetch_add(1, Ordering::SeqCst);
        async { Ok(()) }
    })
}

async fn told_of_app(app: App, delivery: Planned) -> Told {
    let api = FakeRuntimeApi::start(vec![delivery]).await;
    let start = async { Ok(app.into_service()?) };
    serve(start, environment(&api.address), api.done())
        .await
        .unwrap();
    api.told().remove(0)
}

#[tokio::test]
async fn a_warm_up_reaches_no_function_and_needs_none_for_events() {
    let unreachable = |_: Event<Schedule>| async { panic!("reached") as () };
    let anything = |_: Event<Value>| async { panic!("reached") as () };
    for app in [
        app(),
        app().on("nightly", schedule("0 3 * * *"), unreachable),
        App::new().on("nightly", schedule("0 3 * * *"), unreachable),
        App::new().on("anything", any_event("anything"), anything),
        App::new(),
    ] {
        let count = Arc::default();
        let told = told_of_app(counting(app, &count), warmup()).await;
        assert_eq!(told.path, "invocation/8476a536/response");
        assert_eq!(told.body, "\"warmed up\"");
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn an_app_without_such_work_is_warm_by_being_there() {
    assert_eq!(told_of_app(app(), warmup()).await.body, "\"warmed up\"");
}

#[tokio::test]
async fn a_warm_up_is_whole_where_answers_are_streamed() {
    let api = FakeRuntimeApi::start(vec![warmup()]).await;
    let environment = Environment {
        invoke_mode: Some("response_stream".to_owned()),
        ..environment(&api.address)
    };
    serve(start(), environment, api.done()).await.unwrap();
    assert_eq!(api.told()[0].body, "\"warmed up\"");
}

#[tokio::test]
async fn a_warm_up_that_fails_fails_its_invocation() {
    let fails = || async { Err(Error::internal("secret database")) };
    let panics = || async { panic!("secret database") };
    for (app, error_type) in [
        (app().warmup(fails), "polyfn.EventFailed"),
        (app().warmup(panics), "polyfn.Panicked"),
    ] {
        let told = told_of_app(app, warmup()).await;
        assert_eq!(told.path, "invocation/8476a536/error");
        assert_eq!(told.json()["errorType"], error_type);
        assert!(!told.json().to_string().contains("secret"));
    }
}

#[tokio::test]
async fn what_says_more_is_no_warm_up() {
    for event in [
        r#"{"warmup": true, "order": 7}"#,
        r#"{"warmup": false}"#,
        "true",
    ] {
        let count = Arc::default();
        let delivery = planned(event, SystemTime::now());
        let told = told_of_app(counting(app(), &count), delivery).await;
        assert_eq!(told.json()["errorType"], "polyfn.UnknownEvent", "{event}");
        assert_eq!(count.load(Ordering::SeqCst), 0, "{event}");
    }
}
