//! API Gateway REST API, Lambda proxy integration: payload format 1.0.
//!
//! The rules are those of
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html>
//! ("Input format", "Output format") and
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html>
//! ("important notes for REST APIs").
//!
//! What is destroyed here:
//! - the order of query parameters ("the order of the request parameters is not preserved") and
//!   their encoding (the second page: REST APIs decode parameters before they pass them on), so `a`, `a=` and `%61` are one;
//! - the headers of [`DROPPED_FROM_REQUEST`] and [`DROPPED_FROM_RESPONSE`], and the names of
//!   [`REMAPPED_IN_RESPONSE`] (the table of the second page);
//! - what exceeds 10 MB (413, <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>).
//!
//! The API is set up with the proxy resource `/{proxy+}` and `binaryMediaTypes: */*`, as every
//! guide to binary bodies has it: every request body is base64 then, text or not, and
//! `isBase64Encoded` answers are decoded whatever the client's `Accept` says. Without that setting
//! the service would corrupt all bodies that are not UTF-8.
//!
//! The path goes to the function as the client wrote it; the page is silent about it.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use super::answer::{self, Answer, Malformed};
use super::event_body::EventBody;
use super::request::{ACCOUNT, FrontRequest, SOURCE_IP};
use crate::body::Body;
use crate::train_case::train_case;
use crate::{query, timestamp};

/// Column "Request, Lambda" of the known-issues table: dropped. (`Transfer-Encoding` there is an
/// exception; this front has unpicked it before.)
///
/// The table could not be opened when this was written: the three lists are from memory, the
/// remapped ones agree with what third parties' tests expect.
const DROPPED_FROM_REQUEST: [&str; 5] = [
    "content-md5",
    "expect",
    "max-forwards",
    "proxy-authenticate",
    "server",
];

/// Column "Response, Lambda": dropped.
const DROPPED_FROM_RESPONSE: [&str; 8] = [
    "expect",
    "host",
    "proxy-authenticate",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

/// Column "Response, Lambda": `X-Amzn-Remapped-…` (for `Date` and `Server` the service then sets a
/// value of its own as well).
const REMAPPED_IN_RESPONSE: [&str; 8] = [
    "authorization",
    "connection",
    "content-md5",
    "date",
    "max-forwards",
    "server",
    "user-agent",
    "www-authenticate",
];

pub(super) fn event(request: &FrontRequest) -> Value {
    let path = request.raw_path();
    let headers = request
        .headers("https", 443)
        .into_iter()
        .filter(|(name, _)| !DROPPED_FROM_REQUEST.contains(&name.as_str()))
        // The page's example events have names in this form; a function must not depend on it.
        .map(|(name, value)| (train_case(&name), value));
    let (headers, multi_value_headers) = collect(headers);
    let (parameters, multi_value_parameters) = collect(query::decoded_pairs(request.raw_query()));
    let body = if request.body.is_empty() {
        EventBody::text(Value::Null)
    } else {
        EventBody::binary(&request.body)
    };
    // `/` itself is not matched by `/{proxy+}`: an API that serves it has a root resource too.
    let proxy = path.trim_start_matches('/');
    let (resource, path_parameters) = match proxy {
        "" => ("/", Value::Null),
        proxy => ("/{proxy+}", json!({ "proxy": proxy })),
    };
    json!({
        "resource": resource,
        "path": path,
        "httpMethod": request.parts.method.as_str(),
        "headers": headers,
        "multiValueHeaders": multi_value_headers,
        "queryStringParameters": null_if_empty(parameters),
        "multiValueQueryStringParameters": null_if_empty(multi_value_parameters),
        "pathParameters": path_parameters,
        "stageVariables": null,
        "requestContext": {
            "accountId": ACCOUNT,
            "apiId": "wt6mne2s9k",
            "domainName": "wt6mne2s9k.execute-api.us-east-1.amazonaws.com",
            "domainPrefix": "wt6mne2s9k",
            "extendedRequestId": request.request_id,
            "httpMethod": request.parts.method.as_str(),
            "identity": {
                "accessKey": null,
                "accountId": null,
                "caller": null,
                "cognitoAuthenticationProvider": null,
                "cognitoAuthenticationType": null,
                "cognitoIdentityId": null,
                "cognitoIdentityPoolId": null,
                "principalOrgId": null,
                "sourceIp": SOURCE_IP,
                "user": null,
                "userAgent": request.user_agent(),
                "userArn": null,
            },
            "path": format!("/{}{path}", request.stage),
            "protocol": request.protocol(),
            "requestId": request.request_id,
            "requestTime": timestamp::common_log(request.time),
            "requestTimeEpoch": request.time.as_millis() as u64,
            "resourceId": "us4z18",
            "resourcePath": resource,
            "stage": request.stage,
        },
        "body": body.body,
        "isBase64Encoded": body.is_base64_encoded,
    })
}

pub(super) fn response(
    payload: &Bytes,
    request: &FrontRequest,
) -> Result<Response<Body>, Malformed> {
    let Ok(Value::Object(members)) = serde_json::from_slice(payload) else {
        return Err(Malformed);
    };
    let parsed = Answer::parse(members)?;
    let multi = parsed.multi_headers("multiValueHeaders")?;
    // "merges them into a single list. If the same key-value pair is specified in both, only the
    // values from multiValueHeaders will appear".
    let single = parsed
        .single_headers("headers")?
        .into_iter()
        .filter(|(name, _)| {
            !multi
                .iter()
                .any(|(other, _)| other.eq_ignore_ascii_case(name))
        })
        .collect::<Vec<_>>();
    let headers = single
        .into_iter()
        .chain(multi.iter().cloned())
        .filter_map(|(name, value)| {
            let lower = name.to_ascii_lowercase();
            if DROPPED_FROM_RESPONSE.contains(&lower.as_str()) {
                None
            } else if REMAPPED_IN_RESPONSE.contains(&lower.as_str()) {
                Some((format!("x-amzn-remapped-{lower}"), value))
            } else {
                Some((name, value))
            }
        });
    let mut response = answer::response(parsed.status, headers, parsed.body.clone())?;
    answer::default_content_type(&mut response, "application/json");
    if let Ok(id) = request.request_id.parse() {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    Ok(response)
}

/// Lambda's failures and malformed answers:
/// "If the function output is of a different format, API Gateway returns a 502 Bad Gateway".
pub(super) fn failure() -> (StatusCode, &'static str, &'static str) {
    (
        StatusCode::BAD_GATEWAY,
        "application/json",
        r#"{"message": "Internal server error"}"#,
    )
}

/// The last value of each name, and all of them.
fn collect(
    pairs: impl Iterator<Item = (String, String)>,
) -> (Map<String, Value>, Map<String, Value>) {
    let mut last = Map::new();
    let mut all = Map::new();
    for (name, value) in pairs {
        if let Value::Array(values) = all.entry(name.clone()).or_insert_with(|| json!([])) {
            values.push(value.clone().into());
        }
        last.insert(name, value.into());
    }
    (last, all)
}

fn null_if_empty(map: Map<String, Value>) -> Value {
    if map.is_empty() {
        Value::Null
    } else {
        map.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lambda::request::sample;

    fn get(target: &str) -> FrontRequest {
        sample(http::Request::get(target).body(&b""[..]).unwrap(), "prod")
    }

    fn answered(answer: &Value) -> Result<Response<Body>, Malformed> {
        response(&answer.to_string().into(), &get("/"))
    }

    #[test]
    fn a_golden_event() {
        let request = http::Request::post("/a%20b/c?q=1&q=%202&flag")
            .header("host", "example.test")
            .header("x-multi", "a")
            .header("x-multi", "b")
            .header("te", "trailers")
            .header("max-forwards", "3")
            .header("content-length", "2")
            .body(&b"hi"[..])
            .unwrap();
        let event = event(&sample(request, "prod"));
        let golden = json!({
            "resource": "/{proxy+}",
            "path": "/a%20b/c",
            "httpMethod": "POST",
            "headers": {
                "Host": "example.test",
                "X-Multi": "b",
                "Content-Length": "2",
                "X-Amzn-Trace-Id": "Root=1-5db31bde-f102927a851f3aaa17ebd23a",
                "X-Forwarded-For": "127.0.0.1",
                "X-Forwarded-Port": "443",
                "X-Forwarded-Proto": "https",
            },
            "multiValueHeaders": {
                "Host": ["example.test"],
                "X-Multi": ["a", "b"],
                "Content-Length": ["2"],
                "X-Amzn-Trace-Id": ["Root=1-5db31bde-f102927a851f3aaa17ebd23a"],
                "X-Forwarded-For": ["127.0.0.1"],
                "X-Forwarded-Port": ["443"],
                "X-Forwarded-Proto": ["https"],
            },
            "queryStringParameters": {"q": " 2", "flag": ""},
            "multiValueQueryStringParameters": {"q": ["1", " 2"], "flag": [""]},
            "pathParameters": {"proxy": "a%20b/c"},
            "stageVariables": null,
            "body": "aGk=",
            "isBase64Encoded": true,
        });
        for (member, expected) in golden.as_object().unwrap() {
            assert_eq!(&event[member], expected, "{member}");
        }
        let context = &event["requestContext"];
        assert_eq!(context["path"], "/prod/a%20b/c");
        assert_eq!(
            (&context["stage"], &context["resourcePath"]),
            (&json!("prod"), &json!("/{proxy+}"))
        );
        assert_eq!(context["requestTime"], "12/Mar/2020:19:03:58 +0000");
    }

    #[test]
    fn what_is_absent_is_null() {
        let event = event(&get("/"));
        assert_eq!(event["resource"], "/");
        for member in [
            "body",
            "pathParameters",
            "queryStringParameters",
            "multiValueQueryStringParameters",
        ] {
            assert_eq!(event[member], Value::Null, "{member}");
        }
        assert_eq!(event["isBase64Encoded"], false);
    }

    #[test]
    fn header_lists_are_merged() {
        let response = answered(&json!({
            "statusCode": 200,
            "headers": {"X-A": "single", "x-b": "only"},
            "multiValueHeaders": {"x-a": ["1", "2"], "Set-Cookie": ["a=1", "b=2"]},
            "body": "",
        }))
        .unwrap();
        let all = |name: &str| {
            response
                .headers()
                .get_all(name)
                .iter()
                .map(|value| value.to_str().unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(all("x-a"), ["1", "2"]);
        assert_eq!(all("x-b"), ["only"]);
        assert_eq!(all("set-cookie"), ["a=1", "b=2"]);
        assert_eq!(all("content-type"), ["application/json"]);
    }

    #[test]
    fn header_names_are_remapped_and_dropped() {
        let response = answered(&json!({
            "statusCode": 401,
            "headers": {"WWW-Authenticate": "Basic", "Server": "mine", "Via": "1.1 me", "ETag": "e"},
        }))
        .unwrap();
        let headers = response.headers();
        assert_eq!(headers["x-amzn-remapped-www-authenticate"], "Basic");
        assert_eq!(headers["x-amzn-remapped-server"], "mine");
        assert_eq!(headers["etag"], "e");
        assert!(!headers.contains_key("www-authenticate") && !headers.contains_key("via"));
    }

    #[test]
    fn another_form_is_malformed() {
        for answer in [
            json!("text"),
            json!(null),
            json!({"body": "no status"}),
            json!({"statusCode": 200, "headers": {"a b": "c"}}),
        ] {
            assert!(answered(&answer).is_err(), "{answer}");
        }
    }
}
