//! What goes through a front and the adapter comes out as it went in.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod front;

use front::{Received, Sent, decoded, received};
use http::header::{HeaderMap, HeaderName, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use polyfn_aws::{Shape, decode, encode};
use proptest::prelude::*;

fn any_shape() -> impl Strategy<Value = Shape> {
    prop::sample::select(vec![
        Shape::RestApi,
        Shape::HttpApiFormat1,
        Shape::HttpApi,
        Shape::FunctionUrl,
        Shape::AlbSingleValue,
        Shape::AlbMultiValue,
        Shape::VpcLattice,
    ])
}

const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Text that is percent-encoded the one way that decoding and encoding again gives back.
fn encoded() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9._~ é%?#&=+/-]{1,8}".prop_map(|text| utf8_percent_encode(&text, ENCODED).to_string())
}

/// Names once each, in the order that a front's map has.
fn distinct<V>(mut pairs: Vec<(String, V)>) -> Vec<(String, V)> {
    pairs.sort_by(|one, other| one.0.cmp(&other.0));
    pairs.dedup_by(|one, other| one.0 == other.0);
    pairs
}

prop_compose! {
    fn any_sent()(
        method in prop::sample::select(vec!["GET", "POST", "PROPFIND", "X-ODD!"]),
        path in prop::collection::vec(encoded(), 0..4),
        query in prop::collection::vec((encoded(), prop::collection::vec(encoded(), 1..3)), 0..5),
        headers in prop::collection::vec(
            ("x-[a-z]{1,6}", prop::collection::vec("[!-+--~]([ !-+--~]{0,6}[!-+--~])?", 1..3)), 0..6),
        cookies in prop::collection::vec("[a-z]{1,4}=[a-zA-Z0-9, ]{0,6}[a-z]", 0..3),
        body: Vec<u8>,
        text in ".{0,40}",
        is_binary: bool,
    ) -> Sent {
        Sent {
            method: method.to_owned(),
            path: format!("/{}", path.join("/")),
            query: distinct(query)
                .into_iter()
                .flat_map(|(name, values)| values.into_iter().map(move |v| (name.clone(), v)))
                .collect(),
            headers: distinct(headers),
            cookies,
            body: if is_binary { body } else { text.into() },
            is_binary,
        }
    }
}

/// Whether the front has one value a name, so that several are joined.
fn joins(shape: Shape) -> bool {
    matches!(
        shape,
        Shape::HttpApi | Shape::FunctionUrl | Shape::AlbSingleValue
    )
}

proptest! {
    #[test]
    fn requests(shape in any_shape(), mut sent in any_sent()) {
        if shape == Shape::AlbSingleValue {
            // What this front destroys: repeats, and (in this test's front) cookies.
            sent.query = distinct(sent.query);
            sent.cookies.clear();
        }
        if matches!(shape, Shape::RestApi | Shape::HttpApiFormat1) {
            // This test's maps are sorted, and these fronts decode the names before.
            sent.query.sort_by_key(|(name, _)| decoded(name));
        }
        let invocation = decode(sent.event(shape).to_string().into()).unwrap();
        prop_assert_eq!(invocation.shape, shape);
        let request = invocation.request.unwrap();
        prop_assert_eq!(request.method().as_str(), &sent.method);
        if matches!(shape, Shape::HttpApi | Shape::HttpApiFormat1) {
            prop_assert_eq!(decoded(request.uri().path()), decoded(&sent.path));
        } else {
            prop_assert_eq!(request.uri().path(), &sent.path);
        }
        prop_assert_eq!(request.uri().query().unwrap_or_default(), sent.raw_query());
        for (name, values) in &sent.headers {
            let got = request.headers().get_all(name).iter();
            let got: Vec<_> = got.map(|value| value.to_str().unwrap().to_owned()).collect();
            // These fronts join the values before the adapter sees them.
            let expected = if joins(shape) { vec![values.join(",")] } else { values.clone() };
            prop_assert_eq!(got, expected);
        }
        let cookie = request.headers().get("cookie").map(HeaderValue::as_bytes);
        let expected = sent.cookies.join("; ");
        prop_assert_eq!(cookie.unwrap_or_default(), expected.as_bytes());
        prop_assert_eq!(request.headers().len() - usize::from(cookie.is_some()),
            if joins(shape) { sent.headers.len() }
            else { sent.headers.iter().map(|(_, values)| values.len()).sum() });
        prop_assert_eq!(request.body().as_bytes().unwrap(), &sent.body);
    }

    #[test]
    fn responses(
        shape in any_shape(),
        status in 200_u16..600,
        content_type in prop::option::of(prop::sample::select(vec![
            "text/plain", "application/json; charset=utf-8", "image/png", "no type at all"])),
        headers in prop::collection::vec(
            ("x-[a-z]{1,2}", "([!-~]([ \"\\\\!-~]{0,6}[!-~])?)?"), 0..6),
        cookies in prop::collection::vec("[a-z]=[a-z, \"]{0,6}", 0..5),
        body: Vec<u8>,
        text in prop::option::of(".{0,40}"),
    ) {
        let body = text.map_or(body, Into::into);
        let mut map = HeaderMap::new();
        let mut expected: Vec<(String, String)> = Vec::new();
        let cookies = cookies.iter().map(|cookie| ("set-cookie", cookie.as_str()));
        let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let content_type = content_type.map(|value| ("content-type", value));
        for (name, value) in headers.chain(cookies).chain(content_type) {
            let header = HeaderName::try_from(name).unwrap();
            map.append(header, HeaderValue::try_from(value).unwrap());
            let known = expected.iter_mut().find(|(known, _)| known == name);
            match known {
                Some((_, joined)) if joins(shape) && name != "set-cookie" => {
                    joined.push_str(", ");
                    joined.push_str(value);
                }
                _ => expected.push((name.to_owned(), value.to_owned())),
            }
        }
        expected.sort_by(|one, other| one.0.cmp(&other.0));
        let (mut parts, ()) = http::Response::builder().status(status).body(()).unwrap().into_parts();
        parts.headers = map;
        let mut received = received(shape, &encode(shape, &parts, &body));
        if shape == Shape::AlbSingleValue {
            // Fields of an object have no order: cookies are compared as a set.
            received.headers.sort();
            expected.sort();
        }
        prop_assert_eq!(received, Received { status: status.into(), headers: expected, body });
    }
}
