//! What a caller sees when a handler fails.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::time::Duration;

use http::header::{HeaderValue, WWW_AUTHENTICATE};
use polyfn_core::{App, Body, BoxError, Error, Request, RequestExt, Result, any, error_of};
use serde_json::{Value, json};
use support::{ask, send, service, text, values};

async fn fails(with: fn() -> Error) -> polyfn_core::Response {
    let app = App::new().http(
        "fail",
        any("/"),
        move |_| async move { Err::<(), _>(with()) },
    );
    ask(&service(app), "GET", "/").await
}

async fn problem(response: polyfn_core::Response) -> Value {
    assert_eq!(
        values(&response, "content-type"),
        ["application/problem+json"]
    );
    serde_json::from_str(&text(response).await).expect("a problem document is JSON")
}

#[tokio::test]
async fn an_error_is_a_problem_document_with_the_invocation() {
    let response = fails(|| Error::not_found("no such user")).await;
    assert_eq!(response.status(), 404);
    let expected = json!({
        "title": "Not Found",
        "status": 404,
        "detail": "no such user",
        "invocation_id": "invocation-1",
    });
    assert_eq!(problem(response).await, expected);
}

#[tokio::test]
async fn a_source_is_never_shown() {
    for with in [
        || Error::internal("password=hunter2"),
        || Error::from(std::io::Error::other("password=hunter2")),
        || Error::unavailable("the database rests").with_source("password=hunter2"),
        || Error::bad_request("no").with_source("password=hunter2"),
    ] {
        let response = fails(with).await;
        let error = error_of(&response).expect("the adapter can see the error");
        assert!(
            error.to_string().contains("hunter2"),
            "the log has the source: {error}"
        );
        let body = text(response).await;
        assert!(!body.contains("hunter2"), "the caller does not: {body}");
    }
}

#[tokio::test]
async fn an_error_brings_its_headers() {
    let response = fails(|| {
        Error::unauthorized("who are you?")
            .with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Basic"))
            .with_header(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"))
            .retry_after(Duration::from_millis(1500))
    })
    .await;
    assert_eq!(values(&response, "www-authenticate"), ["Basic", "Bearer"]);
    assert_eq!(
        values(&response, "retry-after"),
        ["2"],
        "whole seconds, rounded up"
    );
}

#[tokio::test]
async fn a_panic_costs_one_invocation() {
    async fn panics(request: Request) -> &'static str {
        assert!(request.query("now").is_none(), "the handler was told to");
        "fine"
    }
    /// A handler that panics before it has made a future.
    fn panics_early(request: Request) -> std::future::Ready<&'static str> {
        assert!(request.query("now").is_none(), "the handler was told to");
        std::future::ready("fine")
    }
    let service = service(App::new().http("late", any("/late"), panics).http(
        "early",
        any("/early"),
        panics_early,
    ));
    for path in ["/late", "/early"] {
        let response = ask(&service, "GET", &format!("{path}?now")).await;
        assert_eq!(response.status(), 500, "{path}");
        let error = error_of(&response).expect("the error of the panic");
        assert!(
            error.is_panic() && error.to_string().contains("told to"),
            "{error}"
        );
        let body = problem(response).await;
        assert_eq!(
            body["detail"],
            Value::Null,
            "the panic's message is not the caller's"
        );
        assert_eq!(
            ask(&service, "GET", path).await.status(),
            200,
            "the next one is answered"
        );
    }
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_413() {
    async fn length(mut request: Request) -> Result<String> {
        Ok(request.bytes().await?.len().to_string())
    }
    let service = service(App::new().http("length", any("/"), length).body_limit(8));
    for (size, status) in [(0, 200), (8, 200), (9, 413), (1 << 20, 413)] {
        let buffered = Body::from(vec![b'x'; size]);
        let response = send(&service, Request::new(buffered)).await;
        assert_eq!(response.status(), status, "{size} bytes at once");
        let streamed = Body::new(Chunked(vec![b'x'; size]));
        let response = send(&service, Request::new(streamed)).await;
        assert_eq!(
            response.status(),
            status,
            "{size} bytes, of a length that is not told"
        );
    }
    let raised = service.with_body_limit(1 << 20);
    let response = send(&raised, Request::new(Body::from(vec![b'x'; 9]))).await;
    assert_eq!(
        response.status(),
        200,
        "nine bytes with a limit that was raised"
    );
}

#[tokio::test]
async fn an_error_with_a_body_of_its_own_keeps_it() {
    async fn handler(_: Request) -> polyfn_core::Response {
        let mut response = polyfn_core::IntoResponse::into_response(Error::not_found("x"));
        *response.body_mut() = Body::from("<h1>mine</h1>");
        response
    }
    let response = ask(
        &service(App::new().http("x", any("/"), handler)),
        "GET",
        "/",
    )
    .await;
    assert_eq!(text(response).await, "<h1>mine</h1>");
}

#[tokio::test]
async fn a_body_that_fails_or_panics_ends_early_and_no_more() {
    struct Fails(bool);
    impl http_body::Body for Fails {
        type Data = bytes::Bytes;
        type Error = BoxError;

        fn poll_frame(
            self: std::pin::Pin<&mut Self>,
            _: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<std::result::Result<http_body::Frame<bytes::Bytes>, BoxError>>>
        {
            assert!(!self.0, "the body was told to");
            std::task::Poll::Ready(Some(Err("no more".into())))
        }
    }
    for panics in [false, true] {
        let app = App::new().http(
            "x",
            any("/"),
            move |_| async move { Body::new(Fails(panics)) },
        );
        let response = ask(&service(app), "GET", "/").await;
        assert_eq!(response.status(), 200, "the head was fine");
        let read = response.into_body().into_bytes().await;
        assert!(
            read.is_err(),
            "panics: {panics}: an error, and the test still runs"
        );
    }
}

/// A body that gives one byte at a time and does not tell its length.
struct Chunked(Vec<u8>);

impl http_body::Body for Chunked {
    type Data = bytes::Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<std::result::Result<http_body::Frame<bytes::Bytes>, BoxError>>>
    {
        let next = self.0.pop();
        std::task::Poll::Ready(next.map(|byte| Ok(http_body::Frame::data(vec![byte].into()))))
    }
}

#[test]
fn an_error_keeps_its_meaning_through_a_box() {
    #[derive(Debug, thiserror::Error)]
    #[error("in a layer")]
    struct Wrapped(#[source] BoxError);

    let inner = Error::conflict("somebody was faster").with_source("row 7");
    let error = Error::from(Wrapped(inner.into()));
    assert_eq!(error.status(), 409);
    assert_eq!(error.detail(), Some("somebody was faster"));
    assert!(
        error.to_string().contains("row 7"),
        "the log has it all: {error}"
    );
}
