//! The Cloud Run host against a server written by hand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test's own functions fail by panicking, as it does"
)]

mod support;

use std::time::{Duration, Instant};

use polyfn_hosts::cloud_run::{CloudRunHost, CloudRunHostBuilder};
use serde_json::Value;

use support::{example, get, raw, send};

fn builder() -> CloudRunHostBuilder {
    CloudRunHost::builder(example("http_worker")).service("hello")
}

/// All values of a header, as the worker saw them.
fn values<'a>(echo: &'a Value, name: &str) -> Vec<&'a str> {
    let headers = echo["headers"].as_array().unwrap().iter();
    headers
        .filter(|header| header[0] == name)
        .filter_map(|header| header[1].as_str())
        .collect()
}

#[tokio::test]
async fn a_request_arrives_as_it_was_sent() {
    let host = builder().start().await.unwrap();
    let headers = [("x-multi", "a"), ("x-multi", "b"), ("cookie", "a=1")];
    for target in ["/a//b/./c%2Fd%20?x=1&x=2&flag", "/?", "/a?b=%26+c"] {
        let echo = send(host.url(), "PUT", target, &headers, b"body")
            .await
            .json();
        assert_eq!(echo["target"], target);
        assert_eq!(echo["body"], "body");
        assert_eq!(values(&echo, "x-multi"), ["a", "b"]);
        assert_eq!(values(&echo, "host"), ["example.test"]);
        assert_eq!(values(&echo, "x-forwarded-proto"), ["https"]);
        assert_eq!(values(&echo, "traceparent").len(), 1);
    }
    let environment = &get(host.url(), "/").await.json()["environment"];
    assert_eq!(environment["K_SERVICE"], "hello");
    assert_eq!(environment["K_REVISION"], "hello-00001-abc");
    assert_eq!(environment["CLOUD_RUN_TIMEOUT_SECONDS"], "300");
}

#[tokio::test]
async fn repeated_response_headers_and_any_status_pass() {
    let host = builder().start().await.unwrap();
    let reply = get(host.url(), "/refuse").await;
    assert_eq!(
        (reply.status, reply.all("set-cookie")),
        (418, vec!["a=1", "b=2"])
    );
}

#[tokio::test]
async fn the_time_limit_is_the_clients_only() {
    let host = builder().timeout_s(1).start().await.unwrap();
    let before = get(host.url(), "/").await.json()["pid"].clone();
    assert_eq!(get(host.url(), "/sleep").await.status, 504);
    assert_eq!(get(host.url(), "/").await.json()["pid"], before);
}

#[tokio::test]
async fn a_crash_is_503_and_the_container_is_replaced() {
    let host = builder().start().await.unwrap();
    assert_eq!(get(host.url(), "/exit5").await.status, 503);
    assert_eq!(get(host.url(), "/").await.status, 200);
}

#[tokio::test]
async fn bodies_over_32_mib_are_413() {
    let host = builder().start().await.unwrap();
    let body = vec![b'x'; 33 * 1024 * 1024];
    assert_eq!(send(host.url(), "POST", "/", &[], &body).await.status, 413);
}

#[tokio::test]
async fn chunked_bodies_pass() {
    let host = builder().start().await.unwrap();
    let request = b"POST /x HTTP/1.1\r\nhost: h\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";
    assert_eq!(raw(host.url(), request).await.json()["body"], "hi");
}

#[tokio::test]
async fn reserved_paths_never_arrive() {
    let host = builder().start().await.unwrap();
    assert_eq!(get(host.url(), "/_ah/warmup").await.status, 404);
}

#[tokio::test]
async fn sigterm_lets_a_request_finish() {
    let host = builder().start().await.unwrap();
    let url = host.url().to_owned();
    let slow = tokio::spawn(async move { get(&url, "/slow").await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let exit = host.stop().await.unwrap();
    assert!(exit.status.success() && !exit.killed, "{exit:?}");
    assert!(exit.stdout.contains("drained"));
    assert_eq!(slow.await.unwrap().text(), "slow");
}

#[tokio::test]
async fn sigkill_comes_after_ten_seconds() {
    let host = builder().env("ON_TERM", "ignore").start().await.unwrap();
    let begun = Instant::now();
    let exit = host.stop().await.unwrap();
    assert!(exit.killed && exit.stdout.contains("ignored"), "{exit:?}");
    assert!((9..12).contains(&begun.elapsed().as_secs()));
}

#[tokio::test]
async fn a_container_that_does_not_start() {
    let error = builder()
        .env("EXIT_AT_START", "3")
        .start()
        .await
        .unwrap_err();
    assert!(error.is_exited());
    let message = error.to_string();
    assert!(
        message.contains("exit status: 3") && message.contains("no database"),
        "{message}"
    );
}

#[tokio::test]
async fn a_time_limit_beyond_all_clocks_is_an_error() {
    let error = builder().timeout_s(u64::MAX).start().await.unwrap_err();
    assert!(error.to_string().contains("time limit"), "{error}");
}
