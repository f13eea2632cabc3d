//! Bodies in pieces.

use std::io;

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};
use http::header::{ACCEPT_LANGUAGE, HeaderMap};
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use polyfn_core::{App, Body, IntoResponse, Response, any, cache};

use crate::site::{MINUTE, Site};
use crate::support::{ask, service, text, values};

#[tokio::test]
async fn a_stream_passes_untouched() {
    let site = Site::new(cache(MINUTE), |_, _| {
        let first = stream::iter([Ok::<_, io::Error>("first")]);
        Body::from_stream(first.chain(stream::pending())).into_response()
    });
    for reached in [1, 2] {
        let response = site.get(&[]).now_or_never().expect("it waits for no end");
        assert_eq!(site.reached(), reached, "a stream is not kept");
        assert_eq!(
            values(&response, "cache-control"),
            ["public, max-age=60"],
            "a CDN may"
        );
        let mut body = response.into_body();
        let frame = body.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), "first");
    }
}

/// A body of these frames that says that it has `length` bytes.
fn sized(length: u64, frames: Vec<Result<Frame<Bytes>, io::Error>>) -> Response {
    struct Sized<B>(u64, B);
    impl<B: http_body::Body + Unpin> http_body::Body for Sized<B> {
        type Data = B::Data;
        type Error = B::Error;
        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            cx: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<Frame<B::Data>, B::Error>>> {
            std::pin::Pin::new(&mut self.1).poll_frame(cx)
        }
        fn size_hint(&self) -> http_body::SizeHint {
            http_body::SizeHint::with_exact(self.0)
        }
    }
    let body = StreamBody::new(stream::iter(frames));
    Response::new(Body::new(Sized(length, body)))
}

fn chunk(text: &'static str) -> Result<Frame<Bytes>, io::Error> {
    Ok(Frame::data(Bytes::from_static(text.as_bytes())))
}

#[tokio::test]
async fn a_body_in_pieces_whose_size_is_known_is_kept() {
    let site = Site::new(cache(MINUTE), |_, number| match number {
        1 => sized(7, vec![chunk("one"), chunk(""), chunk(" two")]),
        _ => "another".into_response(),
    });
    assert_eq!(text(site.get(&[]).await).await, "one two");
    assert_eq!(text(site.get(&[]).await).await, "one two");
    assert_eq!(site.reached(), 1);

    let router = axum::Router::new().route("/", axum::routing::get(|| async { "axum" }));
    let app = App::new().service("axum", any("/{*rest}"), router);
    let service = service(app.layer(cache(MINUTE)));
    assert_eq!(text(ask(&service, "GET", "/").await).await, "axum");
    let again = ask(&service, "GET", "/").await;
    assert!(
        again.headers().contains_key("age"),
        "axum's answers are kept as well"
    );
    assert_eq!(text(again).await, "axum");
}

#[tokio::test]
async fn a_body_that_fails_fails_as_without_a_cache() {
    let site = Site::new(cache(MINUTE), |_, number| match number {
        1 => sized(
            9,
            vec![chunk("one"), Err(io::Error::other("torn")), chunk("two")],
        ),
        2 => sized(9, vec![chunk("one")]),
        _ => sized(3, vec![chunk("one"), chunk("two"), chunk("three")]),
    });
    for number in [1, 2] {
        let mut body = site.get(&[]).await.into_body();
        let first = body.frame().await.unwrap().unwrap();
        assert_eq!(first.into_data().unwrap(), "one", "body {number}");
        assert!(
            body.frame().await.unwrap().is_err(),
            "body {number} breaks off"
        );
    }
    for _ in 0..2 {
        let response = site.get(&[]).await;
        assert_eq!(
            text(response).await,
            "onetwothree",
            "longer than it said, and still whole"
        );
    }
    assert_eq!(site.reached(), 4, "none of them is kept");
}

#[tokio::test]
async fn trailers_are_not_lost() {
    let site = Site::new(cache(MINUTE), |_, _| {
        let trailers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, "en".parse().unwrap())]);
        sized(3, vec![chunk("one"), Ok(Frame::trailers(trailers))])
    });
    for reached in [1, 2] {
        let collected = site.get(&[]).await.into_body().collect().await.unwrap();
        assert_eq!(collected.trailers().unwrap()["accept-language"], "en");
        assert_eq!(collected.to_bytes(), "one");
        assert_eq!(site.reached(), reached);
    }
}
