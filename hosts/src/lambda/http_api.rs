//! API Gateway HTTP API and Lambda function URL: payload format 2.0.
//!
//! The rules are those of
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>
//! and <https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html>.
//!
//! What is destroyed here:
//! - "Duplicate headers are combined with commas": whether `a, b` was one header or two;
//! - in an HTTP API, the encoding of the path: `rawPath` arrives percent-decoded (AWS's own fixture
//!   `apigw_request_path_with_space.json` of the `lambda_http` crate), so `%2F` and `/`, `%3F` and
//!   `?` are one; a function URL hands it over as it was sent. Bytes that are not UTF-8 once decoded
//!   become U+FFFD, since the event is JSON;
//! - cookies: one `Cookie` header or several make one `cookies` list. An HTTP API takes the header
//!   away, a function URL leaves it (`lambda_function_url_request.json` of the same crate);
//! - hop-by-hop headers of the answer. Neither page says so; they would be about a connection that
//!   the function does not have;
//! - the response cannot repeat a header other than `set-cookie` (one value for each name).
//!
//! A stage other than `$default` stands before the path, in `rawPath` and in
//! `requestContext.http.path`.

use bytes::Bytes;
use http::{Response, StatusCode};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::answer::{self, Answer, Malformed};
use super::event_body::EventBody;
use super::front::Front;
use super::request::{ACCOUNT, FrontRequest, SOURCE_IP, latin1};
use crate::body::Body;
use crate::hop_by_hop::is_hop_by_hop;
use crate::{query, timestamp};

pub(super) fn event(front: Front, request: &FrontRequest) -> Value {
    let (path, api_id, domain) = match front {
        Front::FunctionUrl => (
            request.raw_path(),
            "id4qwertyuiop",
            "id4qwertyuiop.lambda-url.us-east-1.on.aws",
        ),
        _ => (
            staged_path(request),
            "id4qwertyu",
            "id4qwertyu.execute-api.us-east-1.amazonaws.com",
        ),
    };
    let mut headers = comma_joined(request.headers("https", 443).into_iter());
    let cookies = cookies(request);
    if front != Front::FunctionUrl {
        headers.remove("cookie");
    }
    let parameters = comma_joined(query::decoded_pairs(request.raw_query()));
    let body = EventBody::by_content_type(&request.parts.headers, &request.body, Value::Null);
    let mut event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": request.raw_query(),
        "headers": headers,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": api_id,
            "domainName": domain,
            "domainPrefix": api_id,
            "http": {
                "method": request.parts.method.as_str(),
                "path": path,
                "protocol": request.protocol(),
                "sourceIp": SOURCE_IP,
                "userAgent": request.user_agent(),
            },
            "requestId": request.request_id,
            "routeKey": "$default",
            "stage": if front == Front::FunctionUrl { "$default" } else { &request.stage },
            "time": timestamp::common_log(request.time),
            "timeEpoch": request.time.as_millis() as u64,
        },
        "isBase64Encoded": body.is_base64_encoded,
    });
    // These are absent rather than empty (the fixtures named above).
    if let Value::Object(members) = &mut event {
        if !cookies.is_empty() {
            members.insert("cookies".to_owned(), cookies.into());
        }
        if !parameters.is_empty() {
            members.insert("queryStringParameters".to_owned(), parameters.into());
        }
        if !body.body.is_null() {
            members.insert("body".to_owned(), body.body);
        }
    }
    event
}

pub(super) fn response(
    front: Front,
    payload: &Bytes,
    request: &FrontRequest,
) -> Result<Response<Body>, Malformed> {
    let parsed: Value = serde_json::from_slice(payload).map_err(|_| Malformed)?;
    let mut response = match parsed {
        Value::Object(members) if members.contains_key("statusCode") => custom(front, members)?,
        inferred => infer(front, &inferred, payload)?,
    };
    let id_header = match front {
        Front::FunctionUrl => "x-amzn-requestid",
        _ => "apigw-requestid",
    };
    if let Ok(id) = request.request_id.parse() {
        response.headers_mut().insert(id_header, id);
    }
    Ok(response)
}

/// An answer with a status code: the documented response format.
fn custom(front: Front, members: Map<String, Value>) -> Result<Response<Body>, Malformed> {
    let parsed = Answer::parse(members)?;
    let cookies = parsed
        .strings("cookies")?
        .into_iter()
        .map(|cookie| ("set-cookie".to_owned(), cookie));
    let headers = parsed.single_headers("headers")?.into_iter().chain(cookies);
    let headers = headers.filter(|(name, _)| !is_hop_by_hop(name));
    let mut response = answer::response(parsed.status, headers, parsed.body.clone())?;
    // Not documented for an HTTP API; `text/plain` is what it has been seen to send.
    let default = match front {
        Front::FunctionUrl => "application/json",
        _ => "text/plain;charset=UTF-8",
    };
    answer::default_content_type(&mut response, default);
    Ok(response)
}

/// "…if your Lambda function returns valid JSON and doesn't return a `statusCode`": 200, JSON, and
/// the answer is the body. The first page's table shows a string without its quotes for an HTTP
/// API, the second one with them for a function URL.
fn infer(front: Front, value: &Value, payload: &Bytes) -> Result<Response<Body>, Malformed> {
    let body = match value {
        Value::Null => Bytes::new(),
        Value::String(text) if front == Front::HttpApi => text.clone().into(),
        _ => payload.clone(),
    };
    let headers = [("content-type".to_owned(), "application/json".to_owned())];
    answer::response(StatusCode::OK, headers, body)
}

pub(super) fn failure(front: Front) -> (StatusCode, &'static str, &'static str) {
    match front {
        Front::FunctionUrl => (
            StatusCode::BAD_GATEWAY,
            "application/json",
            "Internal Server Error",
        ),
        // https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
        // has this body; the status is the one that its text names.
        _ => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "application/json",
            r#"{"message":"Internal Server Error"}"#,
        ),
    }
}

fn staged_path(request: &FrontRequest) -> String {
    let raw = request.raw_path();
    let path = percent_decode_str(&raw).decode_utf8_lossy();
    match request.stage.as_str() {
        "$default" => path.into_owned(),
        stage => format!("/{stage}{path}"),
    }
}

/// Each cookie by itself, whether the client sent one `Cookie` header or several.
fn cookies(request: &FrontRequest) -> Vec<String> {
    let headers = request.parts.headers.get_all("cookie").iter();
    headers
        .flat_map(|value| {
            let cookies = latin1(value.as_bytes());
            let cookies = cookies.split(';').map(|cookie| cookie.trim().to_owned());
            cookies.collect::<Vec<_>>()
        })
        .filter(|cookie| !cookie.is_empty())
        .collect()
}

fn comma_joined(pairs: impl Iterator<Item = (String, String)>) -> Map<String, Value> {
    let mut joined: Map<String, Value> = Map::new();
    for (name, value) in pairs {
        match joined.get_mut(&name) {
            Some(Value::String(earlier)) => {
                earlier.push(',');
                earlier.push_str(&value);
            }
            _ => {
                joined.insert(name, value.into());
            }
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;

    use super::*;
    use crate::lambda::request::sample;

    fn request(stage: &str) -> FrontRequest {
        let request = http::Request::post("/a%20b%2Fc?q=1&q=%202&flag")
            .header("x-multi", "a")
            .header("x-multi", "b")
            .header("cookie", "a=1; b=2")
            .header("cookie", "c=3")
            .header("content-type", "text/plain")
            .header("content-length", "2")
            .body(&b"hi"[..]);
        sample(request.unwrap(), stage)
    }

    #[test]
    fn a_golden_http_api_event() {
        let event = event(Front::HttpApi, &request("$default"));
        assert_eq!(
            (&event["version"], &event["routeKey"]),
            (&json!("2.0"), &json!("$default"))
        );
        assert_eq!(event["rawPath"], "/a b/c");
        assert_eq!(event["rawQueryString"], "q=1&q=%202&flag");
        assert_eq!(event["cookies"], json!(["a=1", "b=2", "c=3"]));
        assert_eq!(
            event["queryStringParameters"],
            json!({"q": "1, 2", "flag": ""})
        );
        assert_eq!(
            (&event["body"], &event["isBase64Encoded"]),
            (&json!("hi"), &json!(false))
        );
        assert_eq!(
            event["headers"],
            json!({
                "x-multi": "a,b",
                "content-type": "text/plain",
                "content-length": "2",
                "x-amzn-trace-id": "Root=1-5db31bde-f102927a851f3aaa17ebd23a",
                "x-forwarded-for": "127.0.0.1",
                "x-forwarded-port": "443",
                "x-forwarded-proto": "https",
            })
        );
        assert_eq!(
            event["requestContext"]["http"],
            json!({"method": "POST", "path": "/a b/c", "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": ""})
        );
    }

    #[test]
    fn a_named_stage_stands_before_the_path() {
        let event = event(Front::HttpApi, &request("dev"));
        assert_eq!(
            (&event["rawPath"], &event["requestContext"]["stage"]),
            (&json!("/dev/a b/c"), &json!("dev"))
        );
    }

    #[test]
    fn a_function_url_keeps_path_and_cookie() {
        let event = event(Front::FunctionUrl, &request("ignored"));
        assert_eq!(event["rawPath"], "/a%20b%2Fc");
        assert_eq!(event["headers"]["cookie"], "a=1; b=2,c=3");
        assert_eq!(event["cookies"], json!(["a=1", "b=2", "c=3"]));
        let domain = event["requestContext"]["domainName"].as_str().unwrap();
        assert!(domain.contains(".lambda-url."), "{domain}");
    }

    #[test]
    fn what_is_absent_is_left_out() {
        let event = event(
            Front::HttpApi,
            &sample(http::Request::get("/").body(&b""[..]).unwrap(), "$default"),
        );
        for member in ["body", "cookies", "queryStringParameters"] {
            assert!(event.get(member).is_none(), "{member}");
        }
    }

    #[tokio::test]
    async fn the_response_format_is_inferred() {
        let request = request("$default");
        for (payload, body) in [
            (r#"{"message": "hi"}"#, r#"{"message": "hi"}"#),
            ("[1]", "[1]"),
            ("\"text\"", "\"text\""),
            ("null", ""),
        ] {
            let response = response(Front::FunctionUrl, &Bytes::from(payload), &request).unwrap();
            assert_eq!(response.status(), StatusCode::OK);
            assert_eq!(response.headers()["content-type"], "application/json");
            assert_eq!(
                response.into_body().collect().await.unwrap().to_bytes(),
                body
            );
        }
        let text = response(Front::HttpApi, &Bytes::from("\"text\""), &request).unwrap();
        assert_eq!(text.into_body().collect().await.unwrap().to_bytes(), "text");
        assert!(response(Front::HttpApi, &Bytes::from("{"), &request).is_err());
    }

    #[test]
    fn a_cookie_that_is_no_ascii_is_kept() {
        let request = http::Request::get("/")
            .header("cookie", &b"a=1; b=\xe9"[..])
            .header("cookie", "c=\u{e9}")
            .body(&b""[..]);
        for front in [Front::HttpApi, Front::FunctionUrl] {
            let request = request.as_ref().unwrap().clone();
            let event = event(front, &sample(request, "$default"));
            assert_eq!(event["cookies"], json!(["a=1", "b=é", "c=é"]));
        }
    }

    #[test]
    fn hop_by_hop_headers_end_at_the_front() {
        let payload = json!({"statusCode": 200, "headers": {"Connection": "close", "Keep-Alive": "1", "x-a": "1"}});
        for front in [Front::HttpApi, Front::FunctionUrl] {
            let payload = payload.to_string().into();
            let response = response(front, &payload, &request("$default")).unwrap();
            assert_eq!(response.headers()["x-a"], "1");
            assert!(!response.headers().contains_key("connection"), "{front}");
            assert!(!response.headers().contains_key("keep-alive"), "{front}");
        }
    }

    #[test]
    fn cookies_become_headers() {
        let payload =
            json!({"statusCode": 200, "cookies": ["a=1; Path=/", "b=2"], "headers": {"X-A": 1}});
        let response = response(
            Front::HttpApi,
            &payload.to_string().into(),
            &request("$default"),
        )
        .unwrap();
        let cookies: Vec<_> = response.headers().get_all("set-cookie").iter().collect();
        assert_eq!(cookies, ["a=1; Path=/", "b=2"]);
        assert_eq!(response.headers()["x-a"], "1");
        assert_eq!(
            response.headers()["content-type"],
            "text/plain;charset=UTF-8"
        );
    }
}
