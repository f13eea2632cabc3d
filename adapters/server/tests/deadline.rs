//! What is ended when an invocation's time is up.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::future::pending;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use futures_util::{StreamExt, stream};
use polyfn_core::{App, AppService, Body, BoxError, Context, Request, RequestExt, Response, any};
use polyfn_server::Deadline;
use support::{Client, invocation, serve};

type Contexts = Arc<Mutex<Vec<Context>>>;

fn service(contexts: &Contexts) -> AppService {
    let contexts = Arc::clone(contexts);
    let handler = move |request: Request| {
        contexts.lock().unwrap().push(request.context().clone());
        async move {
            let chunk = || Ok::<_, BoxError>("chunk");
            match request.uri().path() {
                "/stuck" => pending().await,
                "/whole" => Response::new("whole".into()),
                "/stalls" => {
                    let chunks = stream::iter([chunk()]).chain(stream::pending());
                    Response::new(Body::from_stream(chunks))
                }
                "/ends" => Response::new(Body::from_stream(stream::iter([chunk(), chunk()]))),
                _ => {
                    let chunks = stream::repeat_with(chunk);
                    Response::new(Body::from_stream(chunks))
                }
            }
        }
    };
    let app = App::new().http("all", any("/{*rest}"), handler);
    let service = app.into_service().unwrap();
    service.with_timeout_buffer(Duration::from_millis(10))
}

async fn server(service: AppService, timeout: Duration) -> SocketAddr {
    serve(move |request: Request| {
        let context = invocation().with_deadline(SystemTime::now() + timeout);
        let deadline = Deadline::of(&service, &context);
        let answer = service.respond_until(context, request, deadline.passed());
        async {
            let mut response = answer.await;
            deadline.end_body(&mut response);
            response
        }
    })
    .await
}

fn cancelled(contexts: &Contexts) -> Vec<bool> {
    let contexts = contexts.lock().unwrap();
    contexts.iter().map(Context::is_cancelled).collect()
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_is_stuck_is_504_and_cancelled() {
    let contexts = Contexts::default();
    let address = server(service(&contexts), Duration::from_secs(10)).await;
    let begun = tokio::time::Instant::now();
    let answer = Client::get(address, "/stuck").await.hear().await;
    let seconds = begun.elapsed().as_secs();
    assert!((9..=11).contains(&seconds), "after {seconds} s");
    assert!(answer.starts_with("HTTP/1.1 504"), "{answer}");
    assert!(answer.contains("invocation-1"), "{answer}");
    assert_eq!(cancelled(&contexts), [true]);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_stalls_breaks_off() {
    let contexts = Contexts::default();
    let address = server(service(&contexts), Duration::from_secs(10)).await;
    let answer = Client::get(address, "/stalls").await.hear().await;
    assert!(
        answer.ends_with("5\r\nchunk\r\n"),
        "no end that looks like one: {answer}"
    );
    assert_eq!(cancelled(&contexts), [true]);
}

#[tokio::test]
async fn a_stream_that_never_pauses_breaks_off() {
    let contexts = Contexts::default();
    let address = server(service(&contexts), Duration::from_millis(200)).await;
    let answer = Client::get(address, "/endless").await.hear().await;
    assert!(answer.contains("chunk"), "it had begun");
    assert!(!answer.ends_with("\r\n0\r\n\r\n"), "it breaks off");
    assert_eq!(cancelled(&contexts), [true]);
}

#[tokio::test]
async fn what_is_there_in_time_is_as_it_was() {
    let contexts = Contexts::default();
    let address = server(service(&contexts), Duration::from_secs(60)).await;
    let whole = Client::get(address, "/whole").await.hear().await;
    assert!(whole.contains("content-length: 5\r\n"), "{whole}");
    let ended = Client::get(address, "/ends").await.hear().await;
    assert!(ended.ends_with("chunk\r\n0\r\n\r\n"), "{ended}");
    assert_eq!(cancelled(&contexts), [false, false]);
}

#[tokio::test(start_paused = true)]
async fn reading_has_until_then() {
    let service = service(&Contexts::default());
    let timed = invocation().with_deadline(SystemTime::now() + Duration::from_secs(60));
    let deadline = Deadline::of(&service, &timed);
    let late = deadline.bound(pending::<polyfn_core::Result<()>>()).await;
    assert_eq!(late.unwrap_err().status(), 408);
    let early = deadline.bound(async { Ok(7) }).await;
    assert_eq!(early.unwrap(), 7, "what is there counts");
    let untimed = Deadline::of(&service, &invocation());
    let slow = untimed.bound(async {
        tokio::time::sleep(Duration::from_secs(1_000_000)).await;
        Ok(7)
    });
    assert_eq!(slow.await.unwrap(), 7, "nobody has set a time");
}
