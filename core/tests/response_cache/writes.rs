//! What a write does to what is kept.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use http::StatusCode;
use polyfn_core::{App, Request, RequestExt, any, cache, get, put};

use crate::site::{MINUTE, numbered, request};
use crate::support::{ask, send, service, text};

#[tokio::test]
async fn a_write_makes_the_cache_forget() {
    let reached = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&reached);
    let read = move |_: Request| {
        let number = count.fetch_add(1, Ordering::SeqCst) + 1;
        async move { numbered(&[("vary", "x-a")], number) }
    };
    let write = |request: Request| async move {
        let status = request.query("status").unwrap_or_default().parse();
        StatusCode::from_u16(status.unwrap_or(204)).unwrap()
    };
    let write_any = |_: Request| async { "written" };
    let app = App::new()
        .http("read", get("/users/{id}"), read)
        .http("write", put("/users/{id}"), write)
        .http("other", any("/{*rest}"), write_any);
    let service = service(app.layer(cache(MINUTE)));
    let read = async |target: &str| {
        let variants = [("x-a", "1"), ("x-a", "2")];
        let mut got = Vec::new();
        for variant in variants {
            got.push(text(send(&service, request("GET", target, &[variant])).await).await);
        }
        got
    };
    assert_eq!(read("/users/1").await, ["1", "2"]);
    assert_eq!(read("/users/1?status=500").await, ["3", "4"]);
    assert_eq!(read("/users/2").await, ["5", "6"]);

    ask(&service, "PUT", "/users/1?status=500").await;
    assert_eq!(read("/users/1?status=500").await, ["3", "4"], "it failed");
    ask(&service, "OPTIONS", "/users/1").await;
    assert_eq!(read("/users/1").await, ["1", "2"], "OPTIONS is safe");
    ask(&service, "PUT", "/users/1").await;
    assert_eq!(
        read("/users/1").await,
        ["7", "8"],
        "every variant is forgotten"
    );
    assert_eq!(read("/users/2").await, ["5", "6"], "another path is not");
    assert_eq!(
        read("/users/1?status=500").await,
        ["3", "4"],
        "nor is another query"
    );
    ask(&service, "PUT", "/users/2?status=303").await;
    assert_eq!(
        read("/users/2").await,
        ["5", "6"],
        "with its query it is another"
    );
    let elsewhere = request("PUT", "/users/2", &[("host", "other.example")]);
    send(&service, elsewhere).await;
    assert_eq!(read("/users/2").await, ["5", "6"], "nor is another host");
    ask(&service, "REPORT", "/users/2").await;
    assert_eq!(
        read("/users/2").await,
        ["9", "10"],
        "who knows what an unknown method does"
    );
}

#[tokio::test]
async fn what_was_read_before_a_write_is_not_kept_after_it() {
    let (reading, is_read) = (
        Arc::new(tokio::sync::Notify::new()),
        Arc::new(tokio::sync::Notify::new()),
    );
    let (began, go_on) = (Arc::clone(&reading), Arc::clone(&is_read));
    let value = Arc::new(AtomicUsize::new(1));
    let read_value = Arc::clone(&value);
    let read = move |request: Request| {
        let (began, go_on) = (Arc::clone(&began), Arc::clone(&go_on));
        let value = read_value.load(Ordering::SeqCst).to_string();
        async move {
            if request.headers().contains_key("x-slow") {
                began.notify_one();
                go_on.notified().await;
            }
            value
        }
    };
    let write = move |_: Request| {
        value.store(2, Ordering::SeqCst);
        async {}
    };
    let app = App::new()
        .http("read", get("/"), read)
        .http("write", put("/"), write);
    let service = service(app.layer(cache(MINUTE)));

    let slow = tokio::spawn({
        let service = service.clone();
        async move { text(send(&service, request("GET", "/", &[("x-slow", "1")])).await).await }
    });
    reading.notified().await;
    ask(&service, "PUT", "/").await;
    is_read.notify_one();
    assert_eq!(slow.await.unwrap(), "1", "it was read before the write");
    assert_eq!(
        text(ask(&service, "GET", "/").await).await,
        "2",
        "nobody else gets it"
    );
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(future)
}

/// Readers and a writer on threads of their own: whoever asks after a write is over sees it.
#[test]
fn no_reader_sees_what_was_before_a_write_that_is_over() {
    const WRITES: usize = 300;
    let value = Arc::new(AtomicUsize::new(0));
    let (reads, writes) = (Arc::clone(&value), value);
    let read = move |_: Request| {
        let value = reads.load(Ordering::SeqCst);
        async move { numbered(&[("vary", "x-a")], value) }
    };
    let write = move |_: Request| {
        writes.fetch_add(1, Ordering::SeqCst);
        async {}
    };
    let app = App::new()
        .http("read", get("/"), read)
        .http("write", put("/"), write);
    let service = service(app.layer(cache(MINUTE)));
    let written = AtomicUsize::new(0);
    std::thread::scope(|threads| {
        for variant in ["1", "2", "2"] {
            let (service, written) = (&service, &written);
            threads.spawn(move || {
                while written.load(Ordering::SeqCst) < WRITES {
                    let least = written.load(Ordering::SeqCst);
                    let asked = request("GET", "/", &[("x-a", variant)]);
                    let got = block_on(async { text(send(service, asked).await).await });
                    let got: usize = got.parse().unwrap();
                    assert!(got >= least, "{least} writes were over, {got} were seen");
                }
            });
        }
        for number in 1..=WRITES {
            block_on(async { text(ask(&service, "PUT", "/").await).await });
            written.store(number, Ordering::SeqCst);
        }
    });
}
