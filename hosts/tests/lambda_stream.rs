//! Streamed answers of a Lambda function, written by hand against the Runtime API.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test's own functions fail by panicking, as it does"
)]

#[allow(dead_code, reason = "other tests need the rest of it")]
mod reading;
#[allow(dead_code, reason = "other tests need the rest of it")]
mod support;

use std::time::Duration;

use polyfn_hosts::lambda::{Front, Invocation, InvokeMode, LambdaHost, LambdaHostBuilder};

use reading::{Reading, wait_until};
use support::{example, get};

const STREAMING: [Front; 2] = [Front::FunctionUrl, Front::RestApi];

fn builder(front: Front) -> LambdaHostBuilder {
    LambdaHost::builder(example("lambda_life"))
        .front(front)
        .invoke_mode(InvokeMode::ResponseStream)
        .timeout_s(20)
}

/// How often the worker says that it has written a piece.
fn written(host: &LambdaHost) -> usize {
    host.log().matches("wrote").count()
}

#[tokio::test]
async fn pieces_come_as_they_are_made() {
    for front in STREAMING {
        let folder = tempfile::tempdir().unwrap();
        let go = folder.path().join("go");
        let host = builder(front).env("GO", &go).start().await.unwrap();
        let mut reading = Reading::get(host.url(), "/stream").await;
        let read = reading.until("one ").await;
        assert!(read.starts_with("HTTP/1.1 201"), "{front}: {read}");
        assert!(
            read.contains("x-a: 1") && !read.contains("statusCode"),
            "{front}: {read}"
        );
        if front == Front::FunctionUrl {
            assert_eq!(read.matches("set-cookie: ").count(), 2, "{front}: {read}");
        }
        std::fs::write(&go, "").unwrap();
        let (read, is_whole) = reading.rest().await;
        assert!(is_whole && read.contains("two"), "{front}: {read}");
        wait_until("the receipt", || host.log().contains("202 Accepted")).await;
    }
}

#[tokio::test]
async fn a_slow_reader_holds_the_function() {
    let host = builder(Front::FunctionUrl).start().await.unwrap();
    let mut reading = Reading::get(host.url(), "/flood").await;
    reading.until("x-a: 1").await;
    // It stops writing long before its 64 MiB are out.
    let mut seen = 0;
    loop {
        tokio::time::sleep(Duration::from_millis(700)).await;
        let now = written(&host);
        if now == seen && now > 0 {
            break;
        }
        seen = now;
    }
    assert!(
        seen < 512,
        "{seen} of 1024 pieces are written, and nobody reads"
    );
    let (read, is_whole) = reading.rest().await;
    assert!(is_whole);
    let (_, body) = read.split_once("\r\n\r\n").unwrap();
    assert_eq!(body.matches('x').count(), 64 * 1024 * 1024);
    assert_eq!(written(&host), 1024);
}

#[tokio::test]
async fn a_reader_that_goes_away_stops_nobody() {
    let host = builder(Front::FunctionUrl).start().await.unwrap();
    let mut reading = Reading::get(host.url(), "/flood").await;
    reading.until("x-a: 1").await;
    drop(reading);
    wait_until("the last piece", || written(&host) == 1024).await;
    let outcome = host.invoke("{}").await.unwrap();
    assert!(outcome.response().is_some(), "{outcome:?}");
    assert_eq!(host.log().matches("started").count(), 1);
}

#[tokio::test]
async fn a_stream_that_fails_is_cut_off() {
    for path in ["/fail", "/die", "/hang"] {
        for front in STREAMING {
            let host = builder(front).timeout_s(2).start().await.unwrap();
            let reading = Reading::get(host.url(), path).await;
            let (read, is_whole) = reading.rest().await;
            assert!(read.starts_with("HTTP/1.1 201"), "{front} {path}: {read}");
            assert!(read.contains("half"), "{front} {path}: {read}");
            assert!(!is_whole, "{front} {path} looks whole: {read}");
            assert!(!read.contains("no more"), "{front} {path}: {read}");
            let outcome = host.invoke(r#"{"do":"sleep"}"#).await.unwrap();
            assert!(outcome.response().is_some(), "{front} {path}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn an_invoker_that_does_not_stream_gets_the_bytes_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let go = folder.path().join("go");
    std::fs::write(&go, "").unwrap();
    let host = builder(Front::FunctionUrl).timeout_s(2).env("GO", &go);
    let host = host.start().await.unwrap();
    let outcome = host.invoke(r#"{"do":"stream"}"#).await.unwrap();
    let text = String::from_utf8(outcome.response().unwrap().to_vec()).unwrap();
    assert!(text.starts_with(r#"{"statusCode":201,"#), "{text}");
    assert!(text.ends_with("\0\0\0\0\0\0\0\0one two"), "{text}");
    let failed = host.invoke(r#"{"do":"fail"}"#).await.unwrap();
    let Invocation::Error {
        error_type,
        error_message,
    } = &failed
    else {
        panic!("{failed:?}")
    };
    assert_eq!(
        (error_type.as_str(), error_message.as_str()),
        ("Planned", "no more")
    );
    let cut = host.invoke(r#"{"do":"die"}"#).await.unwrap();
    assert_eq!(cut.error_type(), Some("Runtime.TruncatedResponse"));
    let late = host.invoke(r#"{"do":"hang"}"#).await.unwrap();
    assert_eq!(late.error_type(), Some("Sandbox.Timedout"));
    assert_eq!(late.to_string(), "Task timed out after 2.00 seconds");
    let large = host.invoke(r#"{"do":"flood"}"#).await.unwrap();
    assert_eq!(large.error_type(), Some("Function.ResponseSizeTooLarge"));
}

#[tokio::test]
async fn a_post_without_a_prelude() {
    let host = builder(Front::FunctionUrl).start().await.unwrap();
    let reply = get(host.url(), "/plain").await;
    assert_eq!((reply.status, reply.text()), (200, "as it is".to_owned()));
    assert_eq!(reply.all("content-type"), ["text/plain"]);
    let whole = get(host.url(), "/whole").await;
    assert_eq!(whole.status, 200);
    assert_eq!(whole.json()["rawPath"], "/whole", "the answer is the body");
    let host = builder(Front::RestApi).start().await.unwrap();
    for path in ["/plain", "/whole"] {
        assert_eq!(get(host.url(), path).await.status, 502, "{path}");
    }
}

#[tokio::test]
async fn the_other_fronts_do_not_stream() {
    for front in Front::ALL
        .into_iter()
        .filter(|front| !STREAMING.contains(front))
    {
        let error = builder(front).start().await.unwrap_err().to_string();
        assert!(
            error.contains(front.name()) && error.contains("rest-api"),
            "{error}"
        );
    }
}
