//! The function's JSON answer, read strictly; every front builds its response from this.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Map, Value};

use crate::base64;
use crate::body::{Body, full};

/// The answer is not of the form that the front expects.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// An answer object with the members that all fronts share.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
    members: Map<String, Value>,
}

impl Answer {
    pub(super) fn parse(mut members: Map<String, Value>) -> Result<Self, Malformed> {
        let status = status(members.get("statusCode"))?;
        let encoded = match members.get("isBase64Encoded") {
            None | Some(Value::Null) => false,
            Some(Value::Bool(encoded)) => *encoded,
            Some(_) => return Err(Malformed),
        };
        let body = match members.remove("body") {
            None | Some(Value::Null) => Bytes::new(),
            Some(Value::String(text)) if encoded => base64::decode(&text).ok_or(Malformed)?.into(),
            Some(Value::String(text)) => text.into(),
            Some(_) => return Err(Malformed),
        };
        Ok(Self {
            status,
            body,
            members,
        })
    }

    /// A member that maps header names to one value each.
    pub(super) fn single_headers(&self, member: &str) -> Result<Vec<(String, String)>, Malformed> {
        let Some(map) = self.object(member)? else {
            return Ok(Vec::new());
        };
        map.iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| Ok((name.clone(), scalar(value)?)))
            .collect()
    }

    /// A member that maps header names to lists of values.
    pub(super) fn multi_headers(&self, member: &str) -> Result<Vec<(String, String)>, Malformed> {
        let Some(map) = self.object(member)? else {
            return Ok(Vec::new());
        };
        let mut headers = Vec::new();
        for (name, values) in map {
            for value in values.as_array().ok_or(Malformed)? {
                headers.push((name.clone(), scalar(value)?));
            }
        }
        Ok(headers)
    }

    /// A member that is a list of strings.
    pub(super) fn strings(&self, member: &str) -> Result<Vec<String>, Malformed> {
        match self.members.get(member) {
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(Value::Array(values)) => values.iter().map(scalar).collect(),
            Some(_) => Err(Malformed),
        }
    }

    pub(super) fn object(&self, member: &str) -> Result<Option<&Map<String, Value>>, Malformed> {
        match self.members.get(member) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(map)) => Ok(Some(map)),
            Some(_) => Err(Malformed),
        }
    }
}

/// A whole number, or a string of one: the gateways take both.
fn status(value: Option<&Value>) -> Result<StatusCode, Malformed> {
    let number = match value {
        Some(Value::Number(number)) => number.as_u64().ok_or(Malformed)?,
        Some(Value::String(text)) => text.parse().map_err(|_| Malformed)?,
        _ => return Err(Malformed),
    };
    // No front lets a function send an informational status: it would end nothing.
    if !(200..=599).contains(&number) {
        return Err(Malformed);
    }
    let number = u16::try_from(number).map_err(|_| Malformed)?;
    StatusCode::from_u16(number).map_err(|_| Malformed)
}

/// A header value: text, or a number or boolean, which the gateways turn into text.
pub(super) fn scalar(value: &Value) -> Result<String, Malformed> {
    match value {
        Value::String(text) => Ok(text.clone()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(boolean) => Ok(boolean.to_string()),
        _ => Err(Malformed),
    }
}

/// The response with these headers; `Content-Length` is the front's to compute.
pub(super) fn response(
    status: StatusCode,
    headers: impl IntoIterator<Item = (String, String)>,
    body: Bytes,
) -> Result<Response<Body>, Malformed> {
    let mut response = Response::new(full(body));
    *response.status_mut() = status;
    for (name, value) in headers {
        if name.eq_ignore_ascii_case("content-length")
            || name.eq_ignore_ascii_case("transfer-encoding")
        {
            continue;
        }
        let name = HeaderName::try_from(name).map_err(|_| Malformed)?;
        let value = HeaderValue::try_from(value).map_err(|_| Malformed)?;
        response.headers_mut().append(name, value);
    }
    Ok(response)
}

/// `content-type`, where the function named none.
pub(super) fn default_content_type(response: &mut Response<Body>, content_type: &'static str) {
    response
        .headers_mut()
        .entry(http::header::CONTENT_TYPE)
        .or_insert(HeaderValue::from_static(content_type));
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parse(answer: Value) -> Result<Answer, Malformed> {
        match answer {
            Value::Object(members) => Answer::parse(members),
            _ => Err(Malformed),
        }
    }

    #[test]
    fn the_body_is_decoded() {
        let answer =
            parse(json!({"statusCode": 200, "body": "AP8=", "isBase64Encoded": true})).unwrap();
        assert_eq!(&answer.body[..], [0, 255]);
        let answer = parse(json!({"statusCode": "201", "body": "AP8="})).unwrap();
        assert_eq!(answer.status, 201);
        assert_eq!(&answer.body[..], b"AP8=");
    }

    #[test]
    fn malformed_answers() {
        for answer in [
            json!({}),
            json!({"statusCode": null}),
            json!({"statusCode": 99}),
            json!({"statusCode": 600}),
            json!({"statusCode": "ok"}),
            json!({"statusCode": 200, "body": {"a": 1}}),
            json!({"statusCode": 200, "body": "***", "isBase64Encoded": true}),
            json!({"statusCode": 200, "isBase64Encoded": "yes"}),
        ] {
            assert!(parse(answer.clone()).is_err(), "{answer}");
        }
        let answer = parse(
            json!({"statusCode": 200, "headers": {"a": ["b"]}, "multiValueHeaders": {"a": "b"}}),
        )
        .unwrap();
        assert_eq!(answer.single_headers("headers"), Err(Malformed));
        assert_eq!(answer.multi_headers("multiValueHeaders"), Err(Malformed));
    }
}
