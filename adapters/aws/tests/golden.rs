//! Payloads as AWS documents them, one file each, and the requests that they are.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use http::Method;
use polyfn_aws::{Shape, decode};
use polyfn_core::Request;

fn data(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/data/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(path).unwrap()
}

fn request(name: &str) -> (Shape, Request) {
    let invocation = decode(data(name).into()).unwrap();
    (invocation.shape, invocation.request.unwrap())
}

fn headers<'r>(request: &'r Request, name: &str) -> Vec<&'r str> {
    let values = request.headers().get_all(name);
    values.iter().map(|value| value.to_str().unwrap()).collect()
}

fn body(request: &Request) -> &[u8] {
    request.body().as_bytes().unwrap()
}

#[test]
fn rest_api() {
    let (shape, request) = request("rest_api");
    assert_eq!(shape, Shape::RestApi);
    assert_eq!(request.method(), Method::PUT);
    assert_eq!(request.uri().path(), "/users/a%2Fb");
    assert_eq!(
        request.uri().query(),
        Some("tag=a&tag=z&name=Ada%20Lovelace&flag=&sum=1%2B1%3D2%26so%20on")
    );
    assert_eq!(headers(&request, "x-multi"), ["a", "b"]);
    assert_eq!(headers(&request, "cookie"), ["a=1; b=2"]);
    assert_eq!(request.headers().len(), 6);
    assert_eq!(body(&request), br#"{"name":"Ada \"Countess\""}"#);
}

#[test]
fn rest_api_sends_null_for_what_is_empty() {
    let (shape, request) = request("rest_api_nulls");
    assert_eq!(shape, Shape::RestApi);
    assert_eq!(request.method(), Method::GET);
    assert_eq!(request.uri(), "/");
    assert!(request.headers().is_empty());
    assert_eq!(body(&request), b"");
}

#[test]
fn http_api_with_format_1_has_the_stage_in_a_decoded_path() {
    let (shape, request) = request("http_api_format_1");
    assert_eq!(shape, Shape::HttpApiFormat1);
    assert_eq!(request.uri(), "/caf%C3%A9/a%20b?a=1&a=2");
    assert_eq!(headers(&request, "header1"), ["value1", "value2"]);
}

#[test]
fn http_api() {
    let (shape, request) = request("http_api");
    assert_eq!(shape, Shape::HttpApi);
    assert_eq!(request.method(), Method::POST);
    assert_eq!(request.uri().path(), "/a%3Fb%23c/100%25/caf%C3%A9");
    assert_eq!(
        request.uri().query(),
        Some("z=1&a=%20&z=2&flag&empty=&plus=1+1%2B1")
    );
    assert_eq!(
        headers(&request, "cookie"),
        ["theme=dark; session=abc, def"]
    );
    assert_eq!(headers(&request, "x-multi"), ["a,b"]);
    assert_eq!(body(&request), [0, 1, 2, 3, 254, 255]);
}

#[test]
fn function_url() {
    let (shape, request) = request("function_url");
    assert_eq!(shape, Shape::FunctionUrl);
    assert_eq!(request.uri(), "/a%2Fb//c%20d?name=Ada");
    assert_eq!(headers(&request, "x-forwarded-proto"), ["https"]);
    assert_eq!(body(&request), b"");
}

#[test]
fn alb_single_value() {
    let (shape, request) = request("alb_single_value");
    assert_eq!(shape, Shape::AlbSingleValue);
    assert_eq!(request.method(), Method::POST);
    assert_eq!(request.uri(), "/a%20b/?q=hello%20world&plus=1+1%2B1&flag=");
    assert_eq!(headers(&request, "content-type"), ["text/plain"]);
    assert_eq!(body(&request), b"Hello!");
}

#[test]
fn alb_multi_value() {
    let (shape, request) = request("alb_multi_value");
    assert_eq!(shape, Shape::AlbMultiValue);
    assert_eq!(request.uri(), "/?z=1&z=%32&a=caf%C3%A9");
    assert_eq!(headers(&request, "x-multi"), ["a", "b"]);
}

#[test]
fn vpc_lattice() {
    let (shape, request) = request("vpc_lattice");
    assert_eq!(shape, Shape::VpcLattice);
    assert_eq!(request.method(), Method::DELETE);
    assert_eq!(
        request.uri(),
        "/orders/a%2Fb?state=open&state=late%20ones&force=true"
    );
    assert_eq!(headers(&request, "x-multi"), ["a", "b"]);
}

#[test]
fn what_is_no_request_says_what_it_is() {
    for (name, says) in [
        (
            "unknown_websocket",
            "requestContext.eventType is \"MESSAGE\"",
        ),
        ("unknown_queue", "Records[0].eventSource is \"aws:sqs\""),
        ("unknown_eventbridge", "source is \"aws.events\""),
        ("unknown_authorizer", "type is \"REQUEST\""),
        ("unknown_vpc_lattice_v1", "set version 2"),
    ] {
        let error = decode(data(name).into()).unwrap_err();
        assert!(error.is_unknown(), "{name}");
        assert_eq!(error.error_type(), "polyfn.UnknownEvent");
        let message = error.to_string();
        assert!(message.contains(says), "{message}");
        assert!(message.contains("supported: API Gateway"), "{message}");
    }
}

#[test]
fn a_body_without_escapes_shares_the_buffer_of_the_event() {
    let event = bytes::Bytes::from(data("alb_single_value"));
    let within = event.as_ptr_range();
    let request = decode(event).unwrap().request.unwrap();
    assert!(within.contains(&body(&request).as_ptr()));
}
