//! Streams in proxying mode, time limits and the warm-up of the Functions host.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test's own functions fail by panicking, as it does"
)]

#[allow(dead_code, reason = "other tests need the rest of it")]
mod azure_app;
#[allow(dead_code, reason = "other tests need the rest of it")]
mod reading;
#[allow(dead_code, reason = "other tests need the rest of it")]
mod support;

use std::path::Path;
use std::time::Duration;

use polyfn_hosts::azure::{FunctionsHost, FunctionsHostBuilder, Invocation};
use serde_json::{Value, json};

use reading::{Reading, wait_until};
use support::{example, get};

/// An app whose one function takes every path.
fn streaming(root: &Path, function_timeout: &str) -> FunctionsHostBuilder {
    let host = json!({
        "version": "2.0",
        "functionTimeout": function_timeout,
        "customHandler": {
            "description": {"defaultExecutablePath": example("stream_worker")},
            "enableProxyingHttpRequest": true,
        },
        "extensions": {"http": {"routePrefix": ""}},
    });
    let function = json!({"bindings": [
        {"type": "httpTrigger", "direction": "in", "name": "req", "route": "{*path}"},
        {"type": "http", "direction": "out", "name": "res"},
    ]});
    std::fs::write(root.join("host.json"), host.to_string()).unwrap();
    std::fs::create_dir(root.join("any")).unwrap();
    std::fs::write(root.join("any/function.json"), function.to_string()).unwrap();
    FunctionsHost::builder(root)
}

#[tokio::test]
async fn pieces_come_and_go_as_they_are_made() {
    let root = tempfile::tempdir().unwrap();
    let go = root.path().join("go");
    let builder = streaming(root.path(), "00:00:30").env("GO", &go);
    let host = builder.start().await.unwrap();
    let mut reading = Reading::get(host.url(), "/stream").await;
    reading.until("one ").await;
    std::fs::write(&go, "").unwrap();
    let (read, is_whole) = reading.rest().await;
    assert!(is_whole && read.contains("two"), "{read}");

    let head = "POST /count HTTP/1.1\r\nhost: h\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n";
    let mut reading = Reading::begin(host.url(), head).await;
    wait_until("the first piece", || host.log().contains("one")).await;
    reading.write("3\r\ntwo\r\n0\r\n\r\n").await;
    reading.until("counted").await;
}

#[tokio::test]
async fn a_slow_reader_does_not_keep_the_worker_from_its_time_limit() {
    let root = tempfile::tempdir().unwrap();
    let host = streaming(root.path(), "00:00:02").start().await.unwrap();
    let mut reading = Reading::get(host.url(), "/flood").await;
    reading.until("chunked").await;
    wait_until("a new worker", || host.workers_started() == 2).await;
    let (read, is_whole) = reading.rest().await;
    assert!(!is_whole, "it looks whole");
    assert!(
        read.len() < 32 * 1024 * 1024,
        "{} bytes were buffered",
        read.len()
    );
    assert_eq!(get(host.url(), "/").await.status, 200);
}

#[tokio::test]
async fn a_request_in_which_nothing_moves_is_cut_off() {
    let root = tempfile::tempdir().unwrap();
    let host = streaming(root.path(), "-1")
        .activity_timeout(Duration::from_millis(500))
        .start()
        .await
        .unwrap();
    assert_eq!(get(host.url(), "/wait").await.status, 500);
    let (read, is_whole) = Reading::get(host.url(), "/hang").await.rest().await;
    assert!(read.contains("half") && !is_whole, "{read}");
    wait_until("the worker's connections", || {
        host.log().matches("gone").count() == 2
    })
    .await;
    // That is no time limit of the function.
    assert_eq!(host.workers_started(), 1);
}

#[tokio::test]
async fn a_request_that_moves_may_take_longer_than_the_activity_timeout() {
    let root = tempfile::tempdir().unwrap();
    let host = streaming(root.path(), "-1")
        .activity_timeout(Duration::from_secs(2))
        .start()
        .await
        .unwrap();
    let head = "POST /count HTTP/1.1\r\nhost: h\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n";
    let mut reading = Reading::begin(host.url(), head).await;
    for _ in 0..8 {
        tokio::time::sleep(Duration::from_millis(400)).await;
        reading.write("5\r\npiece\r\n").await;
    }
    reading.write("0\r\n\r\n").await;
    reading.until("counted").await;
}

#[tokio::test]
async fn a_client_that_goes_away_closes_the_connection_to_the_worker() {
    let root = tempfile::tempdir().unwrap();
    let host = streaming(root.path(), "00:00:30").start().await.unwrap();
    let mut reading = Reading::get(host.url(), "/hang").await;
    reading.until("half").await;
    drop(reading);
    wait_until("the end", || host.log().contains("gone")).await;
    assert_eq!(host.workers_started(), 1);
}

#[tokio::test]
async fn the_warm_up_comes_once_and_first() {
    let app = azure_app::App::new();
    let trigger = json!({"type": "warmupTrigger", "direction": "in", "name": "warmupContext"});
    app.function("Warmup", trigger);
    app.function(
        "other",
        json!({"type": "queueTrigger", "name": "message", "queueName": "q"}),
    );
    let host = app.start().await;
    let Some(Invocation::Completed(answer)) = host.warm_up() else {
        panic!("{:?}", host.warm_up())
    };
    let returned = &answer.return_value;
    assert_eq!(returned["function"], "Warmup");
    assert_eq!(
        returned["payload"]["Data"],
        json!({"warmupContext": "null"})
    );
    assert_eq!(
        returned["payload"]["Metadata"]["sys"]["MethodName"],
        "Warmup"
    );
}

#[tokio::test]
async fn a_warm_up_that_fails_keeps_nobody_from_anything() {
    for (folder, trigger) in [
        ("warmup", "warmupTrigger"),
        ("warmup", "queueTrigger"),
        ("warm", "warmupTrigger"),
    ] {
        let app = azure_app::App::new();
        app.function(
            folder,
            json!({"type": trigger, "name": "context", "queueName": "q"}),
        );
        let host = FunctionsHost::builder(app.root()).env("FAIL", folder);
        app.write();
        let host = host.start().await.unwrap();
        let is_one = folder == "warmup" && trigger == "warmupTrigger";
        assert_eq!(host.warm_up().is_some(), is_one, "{folder} {trigger}");
        if is_one {
            assert!(
                matches!(host.warm_up(), Some(Invocation::Failed { .. })),
                "{:?}",
                host.warm_up()
            );
        }
        let outcome = host.invoke(folder, Value::Null, Value::Null).await.unwrap();
        assert!(matches!(outcome, Invocation::Failed { .. }), "{outcome:?}");
        assert_eq!(host.workers_started(), 1);
    }
}
