//! What the log tells of an invocation that failed.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::io;

use polyfn_core::{App, Body, Context, Error, Result, Target, get};
use serde_json::json;
use support::{Log, Object, layered};

/// The one line about an invocation of this handler, and the status of its answer.
async fn failed(variables: &[(&str, &str)], handler: fn() -> Result<()>) -> (Object, u16) {
    let app = App::new().http("ship", get("/"), move |_| async move { handler() });
    let context = Context::new(Target::Aws, "3f1e-77");
    let request = http::Request::get("/?token=secret")
        .header("authorization", "secret")
        .body(Body::empty())
        .unwrap();
    let log = Log::new(Target::Aws, variables);
    let _guard = tracing::dispatcher::set_default(&log.dispatch);
    let service = app.into_service().unwrap();
    let response = service.respond(context, request).await;
    let lines = log.lines();
    let [line] = &*lines else {
        panic!("it is reported once: {lines:#?}");
    };
    assert!(!line.contains("secret"), "{line}");
    (Object::parse(line), response.status().as_u16())
}

#[tokio::test]
async fn an_error_is_told_with_its_causes() {
    let (line, status) = failed(&[], || Err(layered())?).await;
    assert_eq!(line.get("level"), "ERROR");
    assert_eq!(line.get("message"), "invocation failed");
    assert_eq!(line.get("requestId"), "3f1e-77");
    assert_eq!(line.get("function"), "ship");
    assert_eq!(*line.get("cold_start"), true);
    assert_eq!(*line.get("status"), status);
    assert_eq!(
        line.get("error"),
        "lost",
        "what has no detail is told by its cause"
    );
    assert_eq!(*line.get("error_causes"), json!(["no route", "cable cut"]));
}

#[tokio::test]
async fn a_detail_goes_before_the_causes() {
    let (line, _) = failed(&[], || {
        let cause = io::Error::other(layered());
        Err(Error::unavailable("the depot is closed").with_source(cause))
    })
    .await;
    assert_eq!(*line.get("status"), 503);
    assert_eq!(line.get("error"), "the depot is closed");
    let causes = json!(["lost", "no route", "cable cut"]);
    assert_eq!(*line.get("error_causes"), causes, "each is said once");
}

#[tokio::test]
async fn a_status_alone_is_told_as_such() {
    let (line, _) = failed(&[("RUST_LOG", "debug")], || Err(Error::not_found(""))).await;
    assert_eq!(line.get("message"), "request refused");
    assert_eq!(*line.get("status"), 404);
}

#[tokio::test]
async fn a_panic_is_told() {
    let (line, _) = failed(&[], || panic!("out of \"tea\"\n")).await;
    assert_eq!(line.get("level"), "ERROR");
    assert_eq!(line.get("error"), "panicked: out of \"tea\"\n");
    assert_eq!(line.get("requestId"), "3f1e-77");
}
