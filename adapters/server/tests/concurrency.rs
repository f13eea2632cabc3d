//! How many requests are in flight at once.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use polyfn_core::{App, Body, BoxError, IntoResponse, Request, RequestExt, Response, any};
use polyfn_server::Concurrency;
use support::{Client, LONG, invocation, serve};
use tokio::sync::Semaphore;

/// A server of which each handler waits for the gate: `/whole` before its answer, `/stream`
/// in the middle of it.
struct Gated {
    address: SocketAddr,
    gate: Arc<Semaphore>,
    entered: Arc<Semaphore>,
}

impl Gated {
    async fn start(most: usize) -> Self {
        let gate = Arc::new(Semaphore::new(0));
        let entered = Arc::new(Semaphore::new(0));
        let (door, bell) = (Arc::clone(&gate), Arc::clone(&entered));
        let whole = move |mut request: Request| {
            bell.add_permits(1);
            let door = Arc::clone(&door);
            async move {
                door.acquire().await.unwrap().forget();
                request.text().await
            }
        };
        let door = Arc::clone(&gate);
        let streamed = move |_: Request| {
            let door = Arc::clone(&door);
            let chunks = stream::unfold(0, move |nth| {
                let door = Arc::clone(&door);
                async move {
                    if nth > 0 {
                        door.acquire().await.unwrap().forget();
                    }
                    (nth < 2).then_some((Ok::<_, BoxError>("chunk"), nth + 1))
                }
            });
            std::future::ready(Response::new(Body::from_stream(chunks)))
        };
        let app =
            App::new()
                .http("whole", any("/whole"), whole)
                .http("stream", any("/stream"), streamed);
        let service = app.into_service().unwrap();
        let concurrency = Concurrency::up_to(most.try_into().unwrap());
        let respond = move |request: Request| {
            let place = concurrency.place();
            let answer = service.respond(invocation(), request);
            async {
                let place = match place {
                    Ok(place) => place,
                    Err(error) => return error.into_response(),
                };
                let mut response = answer.await;
                place.keep_until_sent(&mut response);
                response
            }
        };
        Self {
            address: serve(respond).await,
            gate,
            entered,
        }
    }

    /// Requests that are in their handlers.
    async fn held(&self, count: u32) -> Vec<Client> {
        let mut clients = Vec::new();
        for _ in 0..count {
            clients.push(Client::get(self.address, "/whole").await);
        }
        let entered = self.entered.acquire_many(count);
        let entered = tokio::time::timeout(LONG, entered).await;
        entered.expect("they are in").unwrap().forget();
        clients
    }

    async fn status(&self) -> String {
        let heard = Client::get(self.address, "/whole").await.hear().await;
        heard.split(' ').nth(1).unwrap_or_default().to_owned()
    }
}

#[tokio::test]
async fn what_is_beyond_the_limit_is_refused_at_once_and_unread() {
    let server = Gated::start(2).await;
    let held = server.held(2).await;
    let request = "POST /whole HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
                   content-length: 5\r\nexpect: 100-continue\r\n\r\n";
    let refusal = Client::say(server.address, request).await.hear().await;
    assert!(
        refusal.starts_with("HTTP/1.1 429"),
        "its body was not asked for: {refusal}"
    );
    assert!(refusal.contains("retry-after: 1\r\n"), "{refusal}");
    assert!(refusal.contains("application/problem+json"), "{refusal}");
    server.gate.add_permits(3);
    for client in held {
        let answer = client.hear().await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert_eq!(server.status().await, "200", "there is a place again");
}

#[tokio::test]
async fn a_stream_keeps_its_place_until_its_end() {
    let server = Gated::start(1).await;
    let mut streaming = Client::get(server.address, "/stream").await;
    streaming.hear_up_to("chunk").await;
    assert_eq!(server.status().await, "429", "it has begun");
    server.gate.add_permits(3);
    let rest = streaming.hear().await;
    assert!(rest.ends_with("0\r\n\r\n"), "{rest}");
    assert_eq!(server.status().await, "200", "it has ended");
}

#[tokio::test]
async fn whoever_goes_away_in_the_middle_of_a_stream_gives_its_place_up() {
    let server = Gated::start(1).await;
    let mut streaming = Client::get(server.address, "/stream").await;
    streaming.hear_up_to("chunk").await;
    drop(streaming);
    // What is written now nobody takes.
    server.gate.add_permits(Semaphore::MAX_PERMITS / 2);
    let begun = std::time::Instant::now();
    while server.status().await != "200" {
        assert!(begun.elapsed() < LONG, "its place is free again");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn a_refused_request_leaves_its_connection_in_order() {
    let server = Gated::start(1).await;
    let held = server.held(1).await;
    let two = "POST /whole HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\n\r\nhello\
               GET /whole HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let answers = Client::say(server.address, two).await.hear().await;
    assert_eq!(answers.matches("HTTP/1.1 429").count(), 2, "{answers}");
    server.gate.add_permits(1);
    for client in held {
        client.hear().await;
    }
}
