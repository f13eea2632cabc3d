//! What a handler may return, and what the caller gets of it.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use bytes::Bytes;
use http::StatusCode;
use polyfn_core::{App, Body, IntoResponse, Json, Response, any};
use support::{ask, service, text, values};

async fn summary(response: Response) -> (u16, String, String) {
    let content_type = values(&response, "content-type").join("|");
    (
        response.status().as_u16(),
        content_type,
        text(response).await,
    )
}

#[tokio::test]
async fn the_usual_things_are_responses() {
    let text_plain = "text/plain; charset=utf-8";
    let octets = "application/octet-stream";
    for (response, expected) in [
        ("hi".into_response(), (200, text_plain, "hi")),
        (String::from("hi").into_response(), (200, text_plain, "hi")),
        (Bytes::from("hi").into_response(), (200, octets, "hi")),
        (vec![b'h', b'i'].into_response(), (200, octets, "hi")),
        (
            Json([1, 2]).into_response(),
            (200, "application/json", "[1,2]"),
        ),
        (StatusCode::IM_A_TEAPOT.into_response(), (418, "", "")),
        (().into_response(), (204, "", "")),
        (Body::from("hi").into_response(), (200, "", "hi")),
        (
            (StatusCode::CREATED, "hi").into_response(),
            (201, text_plain, "hi"),
        ),
        (
            ([("content-type", "text/html")], "hi").into_response(),
            (200, "text/html", "hi"),
        ),
        (
            Ok::<_, polyfn_core::Error>("hi").into_response(),
            (200, text_plain, "hi"),
        ),
    ] {
        let (status, content_type, body) = expected;
        let expected = (status, content_type.to_owned(), body.to_owned());
        assert_eq!(summary(response).await, expected);
    }
}

#[test]
fn a_repeated_header_is_sent_twice() {
    let cookies = [("set-cookie", "a=1"), ("set-cookie", "b=2")];
    let response = (StatusCode::OK, cookies, "hi").into_response();
    assert_eq!(values(&response, "set-cookie"), ["a=1", "b=2"]);
}

#[test]
fn a_header_that_http_does_not_allow_is_a_500() {
    assert_eq!(([("a b", "c")], "hi").into_response().status(), 500);
    assert_eq!(([("a", "b\nc: d")], "hi").into_response().status(), 500);
}

#[tokio::test]
async fn responses_without_a_body_have_none_and_tell_no_length() {
    for status in [
        StatusCode::NO_CONTENT,
        StatusCode::RESET_CONTENT,
        StatusCode::NOT_MODIFIED,
    ] {
        let app = App::new().http("x", any("/"), move |_| async move { (status, "not sent") });
        let service = service(app);
        for method in ["GET", "HEAD"] {
            let response = ask(&service, method, "/").await;
            assert_eq!(response.status(), status);
            assert!(
                values(&response, "content-length").is_empty(),
                "{method} {status}"
            );
            assert_eq!(text(response).await, "", "{method} {status}");
        }
    }
}

#[tokio::test]
async fn a_length_that_is_not_the_bodys_is_dropped() {
    for (told, sent) in [("4", "4"), ("2", ""), ("100", ""), ("x", "")] {
        let app = App::new().http("x", any("/"), move |_| async move {
            ([("content-length", told)], "body")
        });
        let response = ask(&service(app), "GET", "/").await;
        assert_eq!(
            values(&response, "content-length").join(","),
            sent,
            "told {told}"
        );
    }
}

#[tokio::test]
async fn a_status_that_is_not_final_is_a_500() {
    let app = App::new().http("x", any("/"), |_| async { StatusCode::from_u16(103) });
    assert_eq!(ask(&service(app), "GET", "/").await.status(), 500);
}

#[test]
fn an_error_in_a_pair_stays_an_error() {
    struct NoJson;
    impl serde::Serialize for NoJson {
        fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
            Err(serde::ser::Error::custom("it can't be written"))
        }
    }
    let taken = || Err::<(), _>(polyfn_core::Error::conflict("taken"));
    let html = [("content-type", "text/html")];
    for (response, status) in [
        ((StatusCode::CREATED, taken()).into_response(), 409),
        ((html, taken()).into_response(), 409),
        ((StatusCode::CREATED, html, taken()).into_response(), 409),
        ((StatusCode::CREATED, Json(NoJson)).into_response(), 500),
    ] {
        assert_eq!(response.status(), status);
        assert_eq!(
            values(&response, "content-type"),
            ["application/problem+json"]
        );
    }
}

#[tokio::test]
async fn buffered_bytes_are_handed_on_without_a_copy() {
    let bytes = Bytes::from(vec![0; 1024]);
    let body = Body::from(bytes.clone());
    assert_eq!(
        Body::new(body).into_bytes().await.unwrap().as_ptr(),
        bytes.as_ptr()
    );
}
