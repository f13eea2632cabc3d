//! VPC Lattice with a Lambda target, event structure version 2.
//!
//! The rules are those of <https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html>
//! and the fixtures `vpc_lattice_v2_request*.json` of AWS's `lambda_http` crate.
//!
//! What is destroyed here: the order of query parameters (an object holds them; their encoding
//! survives), the difference between `a` and `a=`, hop-by-hop headers of the answer, and a request
//! body or answer over 6 MB.
//!
//! An answer may give a header one value ("an example response") or a list of them: "VPC Lattice
//! supports requests from a client or responses from a Lambda function that contain headers with
//! multiple values or contain the same header multiple times". The page shows the list in a
//! request only; that an answer's looks the same, and that a failure is a 502, are assumptions.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::{Value, json};

use super::answer::{self, Answer, Malformed, scalar};
use super::event_body::EventBody;
use super::lists::lists;
use super::request::{FrontRequest, REGION};
use crate::body::Body;
use crate::hop_by_hop::is_hop_by_hop;
use crate::query;

pub(super) fn event(request: &FrontRequest) -> Value {
    let body = EventBody::by_content_type(&request.parts.headers, &request.body, Value::Null);
    let headers = lists(request.headers("https", 443).into_iter());
    let parameters = query::raw_pairs(request.raw_query())
        .map(|(name, value)| (name.to_owned(), value.to_owned()));
    let parameters = lists(parameters);
    let mut event = json!({
        "version": "2.0",
        "path": request.raw_path(),
        "method": request.parts.method.as_str(),
        "headers": headers,
        "isBase64Encoded": body.is_base64_encoded,
        "requestContext": {
            "serviceNetworkArn": "arn:aws:vpc-lattice:us-east-1:123456789012:servicenetwork/sn-0bf3f2882e9cc805a",
            "serviceArn": "arn:aws:vpc-lattice:us-east-1:123456789012:service/svc-0a40eebed65f8d69c",
            "targetGroupArn": "arn:aws:vpc-lattice:us-east-1:123456789012:targetgroup/tg-6d0ecf831eec9f09",
            "identity": {
                "sourceVpcArn": "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-0b8276c84697e7339",
            },
            "region": REGION,
            "timeEpoch": request.time.as_micros().to_string(),
        },
    });
    if let Value::Object(members) = &mut event {
        if !parameters.is_empty() {
            members.insert("queryStringParameters".to_owned(), parameters.into());
        }
        if !body.body.is_null() {
            members.insert("body".to_owned(), body.body);
        }
    }
    event
}

pub(super) fn response(payload: &Bytes) -> Result<Response<Body>, Malformed> {
    let Ok(Value::Object(members)) = serde_json::from_slice(payload) else {
        return Err(Malformed);
    };
    let parsed = Answer::parse(members)?;
    let mut headers = Vec::new();
    for (name, value) in parsed.object("headers")?.into_iter().flatten() {
        match value {
            Value::Null => {}
            Value::Array(values) => {
                for value in values {
                    headers.push((name.clone(), scalar(value)?));
                }
            }
            single => headers.push((name.clone(), scalar(single)?)),
        }
    }
    let honoured = headers.into_iter().filter(|(name, _)| !is_hop_by_hop(name));
    answer::response(parsed.status, honoured, parsed.body.clone())
}

/// The page names no status for a function that fails; 502 is what its siblings send.
pub(super) fn failure() -> (StatusCode, &'static str, &'static str) {
    (StatusCode::BAD_GATEWAY, "text/plain", "Bad Gateway")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lambda::request::sample;

    #[test]
    fn a_golden_event() {
        let request = http::Request::get("/search?q=hello%20world&q=2&flag")
            .header("multi", "x")
            .header("multi", "y");
        let event = event(&sample(request.body(&b""[..]).unwrap(), ""));
        assert_eq!(
            (&event["version"], &event["path"], &event["method"]),
            (&json!("2.0"), &json!("/search"), &json!("GET"))
        );
        assert_eq!(event["headers"]["multi"], json!(["x", "y"]));
        assert_eq!(
            event["queryStringParameters"],
            json!({"q": ["hello%20world", "2"], "flag": [""]})
        );
        assert_eq!(event["requestContext"]["timeEpoch"], "1584039838390000");
        assert!(event.get("body").is_none());
    }

    #[test]
    fn answers_have_one_value_or_several() {
        let answer = json!({"statusCode": 200, "headers": {"a": "1", "set-cookie": ["x=1", "y=2"]}, "body": "AP8=", "isBase64Encoded": true});
        let response = response(&answer.to_string().into()).unwrap();
        assert_eq!(response.headers()["a"], "1");
        assert_eq!(response.headers().get_all("set-cookie").iter().count(), 2);
    }
}
