//! Where `lambda_http` loses data, point by point as `contracts/aws.md` numbers them. The
//! points that need the loop (7, 8, 11) are tests of `src/run.rs`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue};
use polyfn_aws::{Shape, decode, encode};
use polyfn_core::Request;
use serde_json::{Value, json};

const SHAPES: [Shape; 7] = [
    Shape::RestApi,
    Shape::HttpApiFormat1,
    Shape::HttpApi,
    Shape::FunctionUrl,
    Shape::AlbSingleValue,
    Shape::AlbMultiValue,
    Shape::VpcLattice,
];

fn request(event: &Value) -> Request {
    decode(event.to_string().into()).unwrap().request.unwrap()
}

fn all<'r>(request: &'r Request, name: &str) -> Vec<&'r [u8]> {
    let values = request.headers().get_all(name).iter();
    values.map(HeaderValue::as_bytes).collect()
}

fn answer(shape: Shape, headers: &[(&'static str, &str)], body: &[u8]) -> Value {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(*name, HeaderValue::try_from(*value).unwrap());
    }
    let (mut parts, ()) = http::Response::new(()).into_parts();
    parts.headers = map;
    serde_json::from_slice(&encode(shape, &parts, body)).unwrap()
}

fn http_api(raw_path: &str, raw_query: &str) -> Value {
    json!({
        "version": "2.0",
        "rawPath": raw_path,
        "rawQueryString": raw_query,
        "requestContext": {
            "http": {"method": "GET"},
            "stage": "prod",
            "domainName": "a1b2c3.execute-api.eu-west-1.amazonaws.com",
        },
    })
}

#[test]
fn point_01_repeated_request_headers_survive() {
    let single = json!({"x-multi": "b"});
    let multi = json!({"x-multi": ["a", "b"]});
    let rest = json!({
        "httpMethod": "GET", "path": "/", "headers": single, "multiValueHeaders": multi,
        "requestContext": {"stage": "prod"},
    });
    let alb = json!({
        "httpMethod": "GET", "path": "/", "multiValueHeaders": multi,
        "requestContext": {"elb": {}},
    });
    let lattice = json!({
        "method": "GET", "path": "/", "headers": multi, "requestContext": {"serviceArn": "arn"},
    });
    for event in [rest, alb, lattice] {
        assert_eq!(all(&request(&event), "x-multi"), [b"a", b"b"], "{event}");
    }
}

#[test]
fn point_02_repeated_response_headers_survive() {
    let headers = [
        ("x-multi", "a"),
        ("set-cookie", "a=1; Expires=Mon, 23 Nov 2026 15:00:00 GMT"),
        ("x-multi", "b"),
        ("set-cookie", "b=2"),
        ("set-cookie", "c=3"),
    ];
    let cookies = json!(["a=1; Expires=Mon, 23 Nov 2026 15:00:00 GMT", "b=2", "c=3"]);
    for shape in [Shape::HttpApi, Shape::FunctionUrl] {
        let answer = answer(shape, &headers, b"");
        assert_eq!(answer["headers"], json!({"x-multi": "a, b"}));
        assert_eq!(answer["cookies"], cookies);
    }
    for shape in [Shape::RestApi, Shape::AlbMultiValue] {
        let answer = answer(shape, &headers, b"");
        let expected = json!({"x-multi": ["a", "b"], "set-cookie": cookies});
        assert_eq!(answer["multiValueHeaders"], expected);
        assert!(answer.get("headers").is_none() && answer.get("cookies").is_none());
    }
    let single = answer(Shape::AlbSingleValue, &headers, b"");
    let expected = json!({
        "x-multi": "a, b",
        "set-cookie": cookies[0], "Set-cookie": cookies[1], "sEt-cookie": cookies[2],
    });
    assert_eq!(single["headers"], expected);
    let lattice = answer(Shape::VpcLattice, &headers, b"");
    let expected = json!({"x-multi": ["a", "b"], "set-cookie": cookies});
    assert_eq!(lattice["headers"], expected);
    for answer in [single, lattice] {
        assert!(answer.get("cookies").is_none() && answer.get("multiValueHeaders").is_none());
    }
}

#[test]
fn lattice_takes_a_string_where_there_is_one_value() {
    let answer = answer(Shape::VpcLattice, &[("x-one", "1")], b"");
    assert_eq!(answer["headers"], json!({"x-one": "1"}));
}

#[test]
fn point_03_the_stage_is_no_part_of_the_path() {
    for (raw_path, path) in [
        ("/prod/users", "/users"),
        ("/prod", "/"),
        ("/prod/", "/"),
        ("/prod/prod", "/prod"),
        ("/users", "/users"),
        ("/production", "/production"),
        ("/users/prod", "/users/prod"),
    ] {
        assert_eq!(request(&http_api(raw_path, "")).uri(), path, "{raw_path}");
    }
    let mut default = http_api("/$default/users", "");
    default["requestContext"]["stage"] = "$default".into();
    assert_eq!(request(&default).uri(), "/$default/users");
    // A REST API's `path` has no stage in it, so what looks like one is the client's.
    let rest = json!({
        "httpMethod": "GET", "path": "/prod/users",
        "requestContext": {"stage": "prod", "path": "/prod/prod/users"},
    });
    assert_eq!(request(&rest).uri(), "/prod/users");
}

#[test]
fn point_04_a_decoded_path_keeps_the_query_apart() {
    let request = request(&http_api("/a?b#c", "real=1"));
    assert_eq!(request.uri().path(), "/a%3Fb%23c");
    assert_eq!(request.uri().query(), Some("real=1"));
    // What came encoded stays as it is where the front does not decode.
    let url = json!({
        "rawPath": "/a%3Fb%zz c?<",
        "requestContext": {"http": {"method": "GET"}, "domainName": "a.lambda-url.eu-west-1.on.aws"},
    });
    let uri = decode(url.to_string().into()).unwrap().request.unwrap();
    assert_eq!(uri.uri(), "/a%3Fb%zz%20c%3F%3C");
}

#[test]
fn point_05_an_unencoded_query_and_wrong_base64_are_no_panics() {
    let request = request(&http_api("/", "a=b c&d=\"é\"#e"));
    assert_eq!(request.uri().query(), Some("a=b%20c&d=%22%C3%A9%22%23e"));
    let mut event = http_api("/", "");
    event["body"] = "no base64!".into();
    event["isBase64Encoded"] = true.into();
    let error = decode(event.to_string().into())
        .unwrap()
        .request
        .unwrap_err();
    assert_eq!(error.status(), 400);
}

#[test]
fn point_06_the_query_has_the_order_of_the_event() {
    let names: Vec<String> = (0..40).map(|n| format!("k{}", n * 7 % 40)).collect();
    let parameters: Vec<String> = names
        .iter()
        .map(|name| format!("\"{name}\":[\"1\"]"))
        .collect();
    let event = format!(
        "{{\"httpMethod\":\"GET\",\"path\":\"/\",\"multiValueQueryStringParameters\":{{{}}}}}",
        parameters.join(",")
    );
    let request = decode(event.into()).unwrap().request.unwrap();
    let expected: Vec<String> = names.iter().map(|name| format!("{name}=1")).collect();
    assert_eq!(request.uri().query(), Some(&*expected.join("&")));
}

#[test]
fn point_09_an_event_is_what_it_says_of_itself() {
    // Every field of every shape at once: `elb` decides.
    let mut event = http_api("/raw", "");
    event["requestContext"]["elb"] = json!({});
    event["httpMethod"] = "POST".into();
    event["path"] = "/path".into();
    let invocation = decode(event.to_string().into()).unwrap();
    assert_eq!(invocation.shape, Shape::AlbSingleValue);
    assert_eq!(invocation.request.unwrap().uri(), "/path");
    // Fields that would deserialise are not enough.
    let message = json!({"path": "/", "headers": {}, "body": "x", "version": "2.0"});
    assert!(decode(message.to_string().into()).unwrap_err().is_unknown());
}

#[test]
fn point_10_only_text_travels_as_text() {
    for shape in SHAPES {
        for content_type in [
            "text/html",
            "TEXT/plain; charset=utf-8",
            "application/json",
            "application/javascript",
            "application/xml;charset=UTF-8",
            "application/yaml",
            "application/problem+json",
            "image/svg+xml",
            "application/openapi+yaml",
        ] {
            let answer = answer(shape, &[("content-type", content_type)], "\"ë\"".as_bytes());
            assert_eq!(answer["body"], "\"ë\"", "{content_type}");
            assert_eq!(answer["isBase64Encoded"], false);
        }
        let gzip = [
            (CONTENT_TYPE.as_str(), "text/html"),
            (CONTENT_ENCODING.as_str(), "gzip"),
        ];
        let latin_1 = [("content-type", "text/html; charset=iso-8859-1")];
        for (headers, body) in [
            (&[("content-type", "image/png")][..], &b"text"[..]),
            (&[("content-type", "application/jsonp")][..], b"text"),
            (&gzip[..], b"text"),
            (&[][..], b"text"),
            (&latin_1[..], b"\xe9"),
        ] {
            let answer = answer(shape, headers, body);
            assert_eq!(answer["isBase64Encoded"], true, "{headers:?}");
            let base64 = answer["body"].as_str().unwrap();
            assert_eq!(base64_simd::STANDARD.decode_to_vec(base64).unwrap(), body);
        }
        assert_eq!(answer(shape, &[], b"")["body"], "");
    }
}
