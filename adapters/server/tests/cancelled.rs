//! What a handler's helpers hear when nobody waits any more.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::time::Duration;

use futures_util::stream;
use polyfn_core::{App, Body, BoxError, Request, RequestExt, Response, any};
use support::{Client, LONG, invocation, serve};
use tokio::sync::mpsc;

/// Spawns a task that waits for the end, and streams one chunk after the other; the third of
/// `/panics` is a panic.
fn stream_and_watch(request: &Request, heard: mpsc::UnboundedSender<()>) -> Response {
    let cancelled = request.context().cancelled();
    tokio::spawn(async move {
        cancelled.await;
        heard.send(()).unwrap();
    });
    let panics = request.uri().path() == "/panics";
    let chunks = stream::unfold(0, move |nth| async move {
        assert!(!panics || nth < 2, "the body was told to panic");
        tokio::time::sleep(Duration::from_millis(5)).await;
        Some((Ok::<_, BoxError>("chunk"), nth + 1))
    });
    Response::new(Body::from_stream(chunks))
}

#[tokio::test]
async fn a_client_that_goes_away_and_a_body_that_panics_end_the_invocation() {
    let (sender, mut heard) = mpsc::unbounded_channel();
    let handler =
        move |request: Request| std::future::ready(stream_and_watch(&request, sender.clone()));
    let app = App::new().http("all", any("/{*rest}"), handler);
    let service = app.into_service().unwrap();
    let address = serve(move |request: Request| service.respond(invocation(), request)).await;

    let mut leaving = Client::get(address, "/endless").await;
    leaving.hear_up_to("chunk").await;
    assert!(heard.try_recv().is_err(), "it is still there");
    drop(leaving);
    let told = tokio::time::timeout(LONG, heard.recv()).await;
    assert_eq!(told.expect("the task hears of it"), Some(()));

    let answer = Client::get(address, "/panics").await.hear().await;
    assert!(answer.ends_with("chunk\r\n"), "it breaks off: {answer}");
    let told = tokio::time::timeout(LONG, heard.recv()).await;
    assert_eq!(told.expect("the task hears of it"), Some(()));
}
