//! What a handler can ask of a request.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::collections::HashMap;

use polyfn_core::{Body, Params, Request, RequestExt};
use proptest::prelude::*;
use serde::Deserialize;

fn get(target: &str) -> Request {
    http::Request::get(target).body(Body::empty()).unwrap()
}

fn with_param(raw: &str) -> Request {
    let mut request = get("/");
    request
        .extensions_mut()
        .insert(Params::from_iter([("id", raw)]));
    request
}

#[test]
fn a_path_parameter_is_decoded_and_parsed() {
    assert_eq!(with_param("7").param::<u8>("id").unwrap(), 7);
    assert_eq!(
        with_param("a%2Fb%20%C3%A9").param::<String>("id").unwrap(),
        "a/b é"
    );
    assert_eq!(
        with_param("a+b").param::<String>("id").unwrap(),
        "a+b",
        "a path has no `+` for a space"
    );
}

#[test]
fn a_wrong_path_parameter_says_what_is_wrong() {
    let error = with_param("256").param::<u8>("id").unwrap_err();
    assert_eq!(error.status(), 400);
    assert_eq!(
        error.detail(),
        Some(
            "the path parameter `id` is \"256\", not a valid u8: number too large to fit in target type"
        )
    );
    let error = with_param("%FF").param::<String>("id").unwrap_err();
    assert_eq!(error.status(), 400);
    let error = with_param("7").param::<u8>("nope").unwrap_err();
    assert_eq!(
        error.status(),
        500,
        "a typo in the handler is not the caller's fault"
    );
}

#[test]
fn the_query_keeps_order_and_repeats() {
    let request = get("/?b=2&a=1&b=%20+%2B&c&=x");
    let pairs: Vec<_> = request.query_pairs().collect();
    let pairs: Vec<_> = pairs
        .iter()
        .map(|(key, value)| (&**key, &**value))
        .collect();
    assert_eq!(
        pairs,
        [("b", "2"), ("a", "1"), ("b", "  +"), ("c", ""), ("", "x")]
    );
    assert_eq!(request.query("b").as_deref(), Some("2"), "the first one");
    assert_eq!(
        request.query("c").as_deref(),
        Some(""),
        "a key without a value"
    );
    assert_eq!(request.query("d"), None);
    assert_eq!(get("/").query("a"), None);
}

#[test]
fn the_query_fits_a_struct_or_says_why_not() {
    #[derive(Debug, Deserialize, PartialEq)]
    struct Search {
        tag: Vec<String>,
        page: Option<u32>,
    }
    let search: Search = get("/?tag=a&tag=b&page=2").query_as().unwrap();
    let expected = Search {
        tag: vec!["a".into(), "b".into()],
        page: Some(2),
    };
    assert_eq!(search, expected);
    let error = get("/?tag=a&page=x").query_as::<Search>().unwrap_err();
    assert_eq!(error.status(), 400, "{error}");
}

#[test]
fn cookies_are_found_by_name() {
    let mut request = get("/");
    for cookies in ["a=1; b=x=y;c=", "d=\"quoted\""] {
        request
            .headers_mut()
            .append("cookie", cookies.parse().unwrap());
    }
    for (name, value) in [("a", "1"), ("b", "x=y"), ("c", ""), ("d", "\"quoted\"")] {
        assert_eq!(request.cookie(name), Some(value), "cookie {name}");
    }
    assert_eq!(request.cookie("x"), None);
    let header = http::HeaderValue::from_bytes(b"theme=\xe9; sid=1").unwrap();
    request.headers_mut().insert("cookie", header);
    assert_eq!(
        request.cookie("sid"),
        Some("1"),
        "beside a cookie that is no text"
    );
}

#[tokio::test]
async fn json_is_read_by_its_content_type() {
    type Numbers = HashMap<String, u8>;
    let json = |content_type: &'static str, body: &'static str| async move {
        let mut request = Request::new(Body::from(body));
        if !content_type.is_empty() {
            request
                .headers_mut()
                .insert("content-type", content_type.parse().unwrap());
        }
        let read: polyfn_core::Result<Numbers> = request.json().await;
        read.map_err(|error| error.status().as_u16())
    };
    let expected = Ok(Numbers::from([("a".to_owned(), 1)]));
    for content_type in [
        "application/json",
        "Application/JSON; charset=utf-8",
        "application/vnd.api+json",
        "",
    ] {
        assert_eq!(
            json(content_type, r#"{"a":1}"#).await,
            expected,
            "{content_type:?}"
        );
    }
    assert_eq!(
        json("text/plain", r#"{"a":1}"#).await,
        Err(415),
        "another content type"
    );
    assert_eq!(
        json("application/json", r#"{"a":1"#).await,
        Err(400),
        "cut off"
    );
    assert_eq!(json("application/json", "").await, Err(400), "empty");
    assert_eq!(
        json("application/json", r#"{"a":256}"#).await,
        Err(422),
        "does not fit"
    );
}

#[tokio::test]
async fn text_must_be_utf8() {
    let mut request = Request::new(Body::from(vec![0xc3, 0x28]));
    assert_eq!(request.text().await.unwrap_err().status(), 400);
}

#[test]
fn a_handler_called_by_hand_has_a_context_and_no_parameters() {
    let request = get("/");
    assert_eq!(request.context().target(), polyfn_core::Target::Local);
    assert_eq!(request.params().iter().count(), 0);
}

proptest! {
    #[test]
    fn no_parameter_makes_it_panic(raw in "[!-~]{0,24}") {
        let _ = with_param(&raw).param::<String>("id");
        let _ = with_param(&raw).param::<i64>("id");
    }

    #[test]
    fn no_query_or_cookie_makes_it_panic(query in "[a-z0-9%&=+;._~!$'()*,/:@?-]{0,32}", cookie in "[ -~]{0,32}") {
        let mut request = get(&format!("/?{query}"));
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        let _ = request.query("a");
        let _ = request.query_pairs().count();
        let _ = request.query_as::<HashMap<String, String>>();
        let _ = request.cookie("a");
    }

    #[test]
    fn what_is_encoded_comes_back(value in ".{0,16}") {
        let encoded: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        prop_assert_eq!(with_param(&encoded).param::<String>("id").unwrap(), value);
    }
}
