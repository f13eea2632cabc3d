//! Streams, limits and the end of a Cloud Run instance, against a server written by hand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test's own functions fail by panicking, as it does"
)]

#[allow(dead_code, reason = "other tests need the rest of it")]
mod reading;
#[allow(dead_code, reason = "other tests need the rest of it")]
mod support;

use std::num::NonZeroUsize;
use std::time::Duration;

use polyfn_hosts::cloud_run::{CloudRunHost, CloudRunHostBuilder};

use reading::{Reading, wait_until};
use support::{example, get};

fn builder() -> CloudRunHostBuilder {
    CloudRunHost::builder(example("stream_worker"))
}

fn limit(number: usize) -> NonZeroUsize {
    NonZeroUsize::new(number).unwrap()
}

#[tokio::test]
async fn pieces_come_as_they_are_made() {
    let folder = tempfile::tempdir().unwrap();
    let go = folder.path().join("go");
    let host = builder().env("GO", &go).start().await.unwrap();
    let mut reading = Reading::get(host.url(), "/stream").await;
    reading.until("one ").await;
    std::fs::write(&go, "").unwrap();
    let (read, is_whole) = reading.rest().await;
    assert!(is_whole && read.contains("two"), "{read}");
}

#[tokio::test]
async fn pieces_of_a_request_arrive_as_they_are_sent() {
    let host = builder().start().await.unwrap();
    let head = "POST /count HTTP/1.1\r\nhost: h\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n3\r\none\r\n";
    let mut reading = Reading::begin(host.url(), head).await;
    wait_until("the first piece", || host.log().contains("one")).await;
    reading.write("3\r\ntwo\r\n0\r\n\r\n").await;
    reading.until("counted").await;
    assert!(host.log().contains("two"), "{}", host.log());
}

#[tokio::test]
async fn a_slow_reader_holds_the_container() {
    let host = builder().start().await.unwrap();
    let mut reading = Reading::get(host.url(), "/flood").await;
    reading.until("chunked").await;
    let written = || host.log().matches("wrote").count();
    let mut seen = 0;
    loop {
        tokio::time::sleep(Duration::from_millis(700)).await;
        if written() == seen && seen > 0 {
            break;
        }
        seen = written();
    }
    assert!(
        seen < 512,
        "{seen} of 1024 pieces are written, and nobody reads"
    );
    let (read, is_whole) = reading.rest().await;
    assert!(is_whole);
    let (_, body) = read.split_once("\r\n\r\n").unwrap();
    assert_eq!(body.matches('x').count(), 64 * 1024 * 1024);
}

#[tokio::test]
async fn a_client_that_goes_away_closes_the_connection_to_the_container() {
    for (path, awaited) in [
        ("/flood", "wrote"),
        ("/hang", "started"),
        ("/wait", "started"),
    ] {
        let host = builder().start().await.unwrap();
        let mut reading = Reading::get(host.url(), path).await;
        if path != "/wait" {
            reading.until("chunked").await;
        }
        wait_until(path, || host.log().contains(awaited)).await;
        // It may not even have come to the container yet.
        tokio::time::sleep(Duration::from_millis(100)).await;
        drop(reading);
        wait_until(path, || host.log().contains("gone")).await;
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_breaks_off() {
    let host = builder().start().await.unwrap();
    let (read, is_whole) = Reading::get(host.url(), "/break").await.rest().await;
    assert!(read.contains("half") && !is_whole, "{read}");
}

#[tokio::test]
async fn the_time_limit_cuts_a_stream_off_whether_or_not_anybody_reads() {
    let host = builder().timeout_s(1).start().await.unwrap();
    let before = get(host.url(), "/").await.text();
    let (read, is_whole) = Reading::get(host.url(), "/hang").await.rest().await;
    assert!(read.contains("half") && !is_whole, "{read}");
    wait_until("the container's connection", || host.log().contains("gone")).await;
    let mut unread = Reading::get(host.url(), "/flood").await;
    unread.until("chunked").await;
    let gone = || host.log().matches("gone").count() == 2;
    wait_until("the container's second connection", gone).await;
    let (_, is_whole) = unread.rest().await;
    assert!(!is_whole);
    assert_eq!(
        get(host.url(), "/").await.text(),
        before,
        "the container goes on"
    );
}

#[tokio::test]
async fn no_more_requests_at_once_than_the_limit() {
    let host = builder().concurrency(limit(2)).start().await.unwrap();
    let requests: Vec<_> = (0..8)
        .map(|_| {
            let url = host.url().to_owned();
            tokio::spawn(async move { get(&url, "/sleep").await })
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.unwrap().status, 200);
    }
    let log = host.log();
    assert!(
        log.contains("at once 2") && !log.contains("at once 3"),
        "{log}"
    );
}

#[tokio::test]
async fn who_waits_too_long_for_room_gets_a_429() {
    let host = builder()
        .concurrency(limit(1))
        .pending_limit(Duration::from_millis(200));
    let host = host.start().await.unwrap();
    let mut reading = Reading::get(host.url(), "/hang").await;
    reading.until("half").await;
    assert_eq!(get(host.url(), "/").await.status, 429);
    // A stream has its place until it ends.
    drop(reading);
    wait_until("room", || host.log().contains("gone")).await;
    assert_eq!(get(host.url(), "/").await.status, 200);
}

#[tokio::test]
async fn a_container_that_does_not_listen_in_time_is_told() {
    let builder = builder().env("START_MS", "60000");
    let builder = builder.startup_timeout(Duration::from_millis(500));
    let error = builder.start().await.unwrap_err().to_string();
    assert!(
        error.contains("opened its port") && error.contains("500ms"),
        "{error}"
    );
}

#[tokio::test]
async fn requests_under_way_are_answered_while_it_stops_and_no_others_are_taken() {
    let host = CloudRunHost::builder(example("http_worker"));
    let host = host.start().await.unwrap();
    let url = host.url().to_owned();
    let requests: Vec<_> = (0..20)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { get(&url, "/slow").await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(150)).await;
    let exit = host.stop().await.unwrap();
    assert!(exit.status.success() && !exit.killed, "{exit:?}");
    for request in requests {
        assert_eq!(request.await.unwrap().text(), "slow");
    }
    let address = url.trim_start_matches("http://");
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
