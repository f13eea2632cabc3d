//! API Gateway's events as AWS documents them, and the answers to them.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::Difference;

/// An [HTTP API event], payload format 2.0.
///
/// [HTTP API event]: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
pub(super) fn http_api(method: &str, path: &str, query: &str, body: Option<&str>) -> Value {
    let mut event = json!({
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {
            "accept": "*/*",
            "content-type": "application/json",
            "host": "abcdefghij.execute-api.eu-central-1.amazonaws.com",
            "x-forwarded-for": "203.0.113.7",
            "x-forwarded-port": "443",
            "x-forwarded-proto": "https",
        },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdefghij",
            "domainName": "abcdefghij.execute-api.eu-central-1.amazonaws.com",
            "domainPrefix": "abcdefghij",
            "http": {
                "method": method,
                "path": path,
                "protocol": "HTTP/1.1",
                "sourceIp": "203.0.113.7",
                "userAgent": "peer",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": "$default",
            "time": "10/Mar/2026:05:16:23 +0000",
            "timeEpoch": 1_773_119_783_310_u64,
        },
        "isBase64Encoded": false,
    });
    if let Some(body) = body {
        event["body"] = body.into();
    }
    event
}

/// A [REST API event], payload format 1.0: `GET path` with one query parameter.
///
/// [REST API event]: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
pub(super) fn rest_api_get(path: &str, (name, value): (&str, &str)) -> Value {
    json!({
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": "GET",
        "headers": {"Accept": "*/*", "Host": "abcdefghij.execute-api.eu-central-1.amazonaws.com"},
        "multiValueHeaders": {
            "Accept": ["*/*"],
            "Host": ["abcdefghij.execute-api.eu-central-1.amazonaws.com"],
        },
        "queryStringParameters": {name: value},
        "multiValueQueryStringParameters": {name: [value]},
        "pathParameters": {"proxy": path.trim_start_matches('/')},
        "stageVariables": null,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdefghij",
            "httpMethod": "GET",
            "identity": {"sourceIp": "203.0.113.7", "userAgent": "peer"},
            "path": format!("/prod{path}"),
            "protocol": "HTTP/1.1",
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "resourcePath": "/{proxy+}",
            "stage": "prod",
        },
        "body": null,
        "isBase64Encoded": false,
    })
}

/// What a function answered to either event.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u64,
    pub(super) body: Value,
    fields: Map<String, Value>,
}

impl Answer {
    /// Reads the answer; a body that is no JSON is a string.
    pub(super) fn read(payload: &[u8]) -> Result<Self, String> {
        let shown = || String::from_utf8_lossy(&payload[..payload.len().min(400)]).into_owned();
        let fields: Map<String, Value> =
            serde_json::from_slice(payload).map_err(|error| format!("{error}: {}", shown()))?;
        let status = fields
            .get("statusCode")
            .and_then(Value::as_u64)
            .ok_or_else(|| format!("there is no statusCode: {}", shown()))?;
        let body = fields.get("body").and_then(Value::as_str).unwrap_or("");
        let bytes = match fields.get("isBase64Encoded") {
            Some(Value::Bool(true)) => base64_simd::STANDARD
                .decode_to_vec(body)
                .map_err(|error| format!("the body is no base64: {error}"))?,
            _ => body.as_bytes().to_vec(),
        };
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| String::from_utf8_lossy(&bytes).into());
        Ok(Self {
            status,
            body,
            fields,
        })
    }

    /// Whether it has the status, and whether the body has all that `expected` has.
    pub(super) fn expect(&self, status: u64, expected: &Value) -> Result<(), String> {
        same("statusCode", &status, &self.status)?;
        expect_part("body", expected, &self.body)
    }

    /// The values of a header, in either payload format's form.
    pub(super) fn header(&self, name: &str) -> Vec<&str> {
        let field = |of: &str| self.fields.get(of).and_then(|headers| headers.get(name));
        match (field("multiValueHeaders"), field("headers")) {
            (Some(Value::Array(values)), _) => values.iter().filter_map(Value::as_str).collect(),
            (_, Some(Value::String(value))) => vec![value],
            _ => Vec::new(),
        }
    }
}

/// Says how the two differ, if they do.
pub(super) fn same<T: PartialEq + fmt::Debug>(
    what: &str,
    expected: &T,
    actual: &T,
) -> Result<(), String> {
    if expected == actual {
        return Ok(());
    }
    let text = |value: &T| format!("{value:?}");
    Err(Difference::new(what, text(expected), text(actual)).to_string())
}

/// Whether `actual` has all fields of `expected`; null asks for nothing.
pub(super) fn expect_part(what: &str, expected: &Value, actual: &Value) -> Result<(), String> {
    match (expected, actual) {
        (Value::Null, _) => Ok(()),
        (Value::Object(fields), Value::Object(there)) => {
            fields.iter().try_for_each(|(name, value)| {
                let found = there.get(name).unwrap_or(&Value::Null);
                expect_part(&format!("{what}.{name}"), value, found)
            })
        }
        _ => same(what, expected, actual),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_an_answer_are_read() {
        let one = br#"{"statusCode":200,"headers":{"a":"1"},"isBase64Encoded":true,"body":"e30="}"#;
        let one = Answer::read(one).unwrap();
        assert_eq!((one.header("a"), &one.body), (vec!["1"], &json!({})));
        let two = br#"{"statusCode":404,"multiValueHeaders":{"a":["1","2"]},"body":"no"}"#;
        let two = Answer::read(two).unwrap();
        assert_eq!((two.header("a"), &two.body), (vec!["1", "2"], &json!("no")));
        let error = Answer::read(br#"{"errorType":"x"}"#).unwrap_err();
        assert!(error.contains("no statusCode") && error.contains("errorType"));
    }

    #[test]
    fn what_is_missing_is_told() {
        let there = json!({"a": 1, "b": {"c": 2}});
        expect_part("body", &json!({"b": {"c": 2}}), &there).unwrap();
        expect_part("body", &Value::Null, &there).unwrap();
        let error = expect_part("body", &json!({"b": {"c": 3}}), &there).unwrap_err();
        assert!(error.starts_with("body.b.c: "), "{error}");
    }
}
