//! Application Load Balancer with a Lambda target, without and with multi-value headers.
//!
//! The rules are those of
//! <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html>.
//!
//! What is destroyed here:
//! - without multi-value headers, all but the last of a repeated header or query parameter ("the
//!   load balancer uses the last value that it receives"), and all but one header of a name in the
//!   response. "With the default format, you can specify a single cookie": spellings of a name
//!   that differ in case are different names to it, which AWS's support has seen to work and does
//!   not promise (<https://github.com/Kludex/mangum/pull/189>);
//! - with them, the order of the values of a name in the response: the load balancer "might send
//!   the headers to the client in a different order". What it does is to reverse them
//!   (<https://github.com/dougmoscrop/serverless-http/issues/244>,
//!   <https://github.com/aws/aws-lambda-dotnet/issues/1414>; "intended":
//!   <https://github.com/awsdocs/elb-application-load-balancers-user-guide/pull/50>);
//! - the headers of an answer in the other form;
//! - the order of query parameters, since the event holds them in an object; `a` and `a=` are one.
//!   Their encoding survives ("the load balancer does not decode them");
//! - hop-by-hop headers of the answer ("does not honor hop-by-hop headers");
//! - a request body or an answer over 1 MB ("The maximum size of the request body … is 1 MB",
//!   "of the response JSON … 1 MB").

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use super::answer::{self, Answer, Malformed};
use super::event_body::EventBody;
use super::front::Front;
use super::lists::lists;
use super::request::FrontRequest;
use crate::body::Body;
use crate::hop_by_hop::is_hop_by_hop;
use crate::query;

/// Of a request body, and of the answer's JSON.
pub(super) const LIMIT: usize = 1024 * 1024;

pub(super) fn event(front: Front, request: &FrontRequest) -> Value {
    let body = EventBody::by_content_type(&request.parts.headers, &request.body, "".into());
    let headers = request.headers("http", 80).into_iter();
    let parameters = query::raw_pairs(request.raw_query())
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut event = json!({
        "requestContext": {
            "elb": {
                "targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/my-target-group/6d0ecf831eec9f09",
            },
        },
        "httpMethod": request.parts.method.as_str(),
        "path": request.raw_path(),
        "body": body.body,
        "isBase64Encoded": body.is_base64_encoded,
    });
    if let Value::Object(members) = &mut event {
        if front == Front::AlbMultiValue {
            members.insert("multiValueHeaders".to_owned(), lists(headers).into());
            members.insert(
                "multiValueQueryStringParameters".to_owned(),
                lists(parameters).into(),
            );
        } else {
            members.insert("headers".to_owned(), last(headers).into());
            members.insert("queryStringParameters".to_owned(), last(parameters).into());
        }
    }
    event
}

pub(super) fn response(front: Front, payload: &Bytes) -> Result<Response<Body>, Malformed> {
    if payload.len() > LIMIT {
        return Err(Malformed);
    }
    let Ok(Value::Object(members)) = serde_json::from_slice(payload) else {
        return Err(Malformed);
    };
    let parsed = Answer::parse(members)?;
    // "You must use `multiValueHeaders` if you have enabled multi-value headers and `headers`
    // otherwise."
    let headers = match front {
        Front::AlbMultiValue => {
            let mut headers = parsed.multi_headers("multiValueHeaders")?;
            headers.reverse();
            headers
        }
        _ => parsed.single_headers("headers")?,
    };
    let honoured = headers.into_iter().filter(|(name, _)| !is_hop_by_hop(name));
    answer::response(parsed.status, honoured, parsed.body.clone())
}

pub(super) fn failure() -> (StatusCode, &'static str, &'static str) {
    // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
    // ("HTTP 502: Bad gateway": the Lambda function did not respond before its timeout, its answer
    // is malformed or over 1 MB)
    (
        StatusCode::BAD_GATEWAY,
        "text/html",
        "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n",
    )
}

fn last(pairs: impl Iterator<Item = (String, String)>) -> Map<String, Value> {
    pairs.map(|(name, value)| (name, value.into())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lambda::request::sample;

    fn request() -> FrontRequest {
        let request = http::Request::put("/a%20b?myKey=val1&myKey=val%202&flag")
            .header("cookie", "name1=value1")
            .header("cookie", "name2=value2")
            .header("content-type", "image/png")
            .body(&b"\x00\xff"[..]);
        sample(request.unwrap(), "")
    }

    #[test]
    fn a_golden_event_with_the_last_of_each() {
        let event = event(Front::Alb, &request());
        assert_eq!(
            event,
            json!({
                "requestContext": {"elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/my-target-group/6d0ecf831eec9f09"}},
                "httpMethod": "PUT",
                "path": "/a%20b",
                "queryStringParameters": {"myKey": "val%202", "flag": ""},
                "headers": {
                    "cookie": "name2=value2",
                    "content-type": "image/png",
                    "content-length": "2",
                    "x-amzn-trace-id": "Root=1-5db31bde-f102927a851f3aaa17ebd23a",
                    "x-forwarded-for": "127.0.0.1",
                    "x-forwarded-port": "80",
                    "x-forwarded-proto": "http",
                },
                "body": "AP8=",
                "isBase64Encoded": true,
            })
        );
    }

    #[test]
    fn multi_value_headers_replace_the_single_ones() {
        let event = event(Front::AlbMultiValue, &request());
        assert_eq!(
            event["multiValueHeaders"]["cookie"],
            json!(["name1=value1", "name2=value2"])
        );
        assert_eq!(
            event["multiValueQueryStringParameters"],
            json!({"myKey": ["val1", "val%202"], "flag": [""]})
        );
        assert!(event.get("headers").is_none() && event.get("queryStringParameters").is_none());
    }

    #[test]
    fn an_answer_must_be_in_the_form_of_the_request() {
        let answer = json!({
            "statusCode": 200,
            "headers": {"x-form": "single", "Set-Cookie": "a=1", "set-cookie": "b=2", "Connection": "close"},
            "multiValueHeaders": {"x-form": ["multi", "value"]},
        });
        let payload = Bytes::from(answer.to_string());
        let single = response(Front::Alb, &payload).unwrap();
        assert_eq!(single.headers()["x-form"], "single");
        // Two spellings are two names.
        assert_eq!(single.headers().get_all("set-cookie").iter().count(), 2);
        assert!(!single.headers().contains_key("connection"));
        let multi = response(Front::AlbMultiValue, &payload).unwrap();
        assert_eq!(
            multi.headers().get_all("x-form").iter().collect::<Vec<_>>(),
            ["value", "multi"],
            "in another order"
        );
        assert!(!multi.headers().contains_key("set-cookie"));
    }

    #[test]
    fn an_answer_over_a_megabyte_is_refused() {
        let payload = json!({"statusCode": 200, "body": "x".repeat(LIMIT)}).to_string();
        assert!(response(Front::Alb, &payload.into()).is_err());
    }
}
