//! Events that are wrong, each in its own way: an answer or an error, never a panic.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use polyfn_aws::{Shape, decode};
use polyfn_core::Error;
use serde_json::{Value, json};

fn event(change: impl FnOnce(&mut Value)) -> bytes::Bytes {
    let mut event = json!({
        "version": "2.0",
        "rawPath": "/",
        "rawQueryString": "",
        "headers": {"accept": "*/*"},
        "requestContext": {"http": {"method": "GET"}, "stage": "$default"},
        "isBase64Encoded": false,
    });
    change(&mut event);
    event.to_string().into()
}

/// What the client gets.
fn error(change: impl FnOnce(&mut Value)) -> Error {
    let invocation = decode(event(change)).unwrap();
    assert_eq!(invocation.shape, Shape::FunctionUrl);
    invocation.request.unwrap_err()
}

/// The detail of the 400 that the client gets.
fn refusal(change: impl FnOnce(&mut Value)) -> String {
    let error = error(change);
    assert_eq!(error.status(), 400);
    error.detail().unwrap().to_owned()
}

#[test]
fn wrong_base64() {
    for body in ["a", "====", "AAE CA==", "-_-_", "é"] {
        let detail = refusal(|event| {
            event["body"] = body.into();
            event["isBase64Encoded"] = true.into();
        });
        assert!(detail.contains("base64"), "{detail}");
    }
}

#[test]
fn header_that_http_does_not_allow() {
    let name = refusal(|event| event["headers"] = json!({"not a name": "1"}));
    assert!(name.contains("not a name"), "{name}");
    let value = refusal(|event| event["headers"] = json!({"x-split": "a\r\nb: c"}));
    assert!(value.contains("x-split"), "{value}");
    let cookie = refusal(|event| event["cookies"] = json!(["a=\u{1}", "b=2"]));
    assert!(cookie.contains("cookie"), "{cookie}");
}

#[test]
fn method_that_http_does_not_allow() {
    let detail = refusal(|event| event["requestContext"]["http"]["method"] = "GE T".into());
    assert!(detail.contains("GE T"), "{detail}");
    let absent = refusal(|event| event["requestContext"]["http"]["method"] = Value::Null);
    assert!(absent.contains("no method"), "{absent}");
}

#[test]
fn path_that_is_too_long_for_a_uri() {
    let error = error(|event| event["rawPath"] = format!("/{}", "a".repeat(70_000)).into());
    assert_eq!(error.status(), 414);
}

#[test]
fn more_headers_than_a_map_takes() {
    let many: serde_json::Map<_, _> = (0..40_000)
        .map(|n| (format!("x-{n}"), "1".into()))
        .collect();
    let error = error(|event| event["headers"] = many.into());
    assert_eq!(error.status(), 431);
}

#[test]
fn values_that_are_not_ascii_stay_utf_8() {
    let request = decode(event(|event| event["headers"] = json!({"x-name": "Zoë"})))
        .unwrap()
        .request
        .unwrap();
    assert_eq!(request.headers()["x-name"].as_bytes(), "Zoë".as_bytes());
}

#[test]
fn malformed_events() {
    for text in [
        &b""[..],
        b"{",
        b"\xff",
        b"{\"headers\":",
        b"{\"requestContext\":{\"http\":\"GET\"}}",
        b"{\"requestContext\":{\"http\":{},\"domainName\":7}}",
        b"{\"httpMethod\":7,\"requestContext\":{\"elb\":{}}}",
    ] {
        let error = decode(bytes::Bytes::from_static(text)).unwrap_err();
        let shown = String::from_utf8_lossy(text);
        assert_eq!(error.error_type(), "polyfn.MalformedEvent", "{shown}");
    }
}

#[test]
fn a_field_of_a_wrong_type_is_the_clients_fault_once_the_shape_is_known() {
    let alb =
        |headers: &str| json!({"requestContext": {"elb": {}}, "httpMethod": "GET", headers: 7});
    let http =
        json!({"http": {"method": 7}, "domainName": "a.execute-api.eu-west-1.amazonaws.com"});
    for (shape, event) in [
        (
            Shape::RestApi,
            json!({"httpMethod": "GET", "headers": {"a": 1}}),
        ),
        (
            Shape::RestApi,
            json!({"httpMethod": "GET", "multiValueHeaders": {"a": [true]}}),
        ),
        (
            Shape::RestApi,
            json!({"httpMethod": "GET", "isBase64Encoded": "true"}),
        ),
        (
            Shape::RestApi,
            json!({"httpMethod": "GET", "body": {"a": 1}}),
        ),
        (Shape::AlbSingleValue, alb("headers")),
        (Shape::AlbMultiValue, alb("multiValueHeaders")),
        (
            Shape::VpcLattice,
            json!({"requestContext": {"serviceArn": "a"}, "method": 7}),
        ),
        (
            Shape::HttpApi,
            json!({"requestContext": http, "cookies": [null]}),
        ),
        (
            Shape::FunctionUrl,
            json!({"requestContext": {"http": {}, "stage": 1}}),
        ),
    ] {
        let invocation = decode(event.to_string().into()).unwrap();
        assert_eq!(invocation.shape, shape, "{event}");
        assert_eq!(invocation.request.unwrap_err().status(), 400, "{event}");
    }
    let twice = b"{\"httpMethod\":\"GET\",\"path\":\"/\",\"path\":\"/\"}";
    let invocation = decode(twice.as_slice().into()).unwrap();
    assert_eq!(invocation.request.unwrap_err().status(), 400);
}

#[test]
fn an_array_is_no_request_whatever_stands_in_it() {
    // As many elements as an event has fields, the second being the method.
    let mut elements = vec![Value::Null; 16];
    elements[1] = "GET".into();
    elements[3] = "/".into();
    let error = decode(Value::from(elements).to_string().into()).unwrap_err();
    assert!(error.is_unknown(), "{error}");
}

#[test]
fn unknown_events() {
    for text in [
        "null",
        "[]",
        "7",
        "\"warm\"",
        "{}",
        "{\"body\":{\"any\":1},\"headers\":[1]}",
        "{\"requestContext\":7}",
    ] {
        let error = decode(bytes::Bytes::from_static(text.as_bytes())).unwrap_err();
        assert!(error.is_unknown(), "{text}: {error}");
    }
}

#[test]
fn deep_nesting_ends() {
    let deep = "[".repeat(1_000_000);
    assert!(decode(deep.into()).is_err());
}
