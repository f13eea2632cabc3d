//! An answer's HTTP output as a response: `GetHttpOutputBindingResponse` in
//! `HttpScriptInvocationResultExtensions.cs`, `HttpBinding.cs` and `RawScriptResult.cs`.
//!
//! What is destroyed here: a header has one value (an array becomes its JSON text), there are no
//! cookies, and a body is text.

use http::header::CONTENT_TYPE;
use http::{HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Map, Value};

use super::function_json::Function;
use super::invocation::Answer;
use crate::base64;
use crate::body::{Body, empty, full};

/// The response to the client, or why the invocation fails after all.
pub(super) fn response(function: &Function, answer: &Answer) -> Result<Response<Body>, String> {
    let Some(output) = function.outputs().find(|binding| binding.is("http")) else {
        // No result was set: `OkResult`.
        return Ok(Response::new(empty()));
    };
    if output.name == "$return" {
        return match &answer.return_value {
            Value::Null => Ok(Response::new(empty())),
            value => returned(value),
        };
    }
    if !answer.has_outputs {
        return Ok(Response::new(empty()));
    }
    match answer.outputs.get(&output.name) {
        // An `ExpandoObject` without members is written as JSON.
        None => Ok(text_response("{}".to_owned())),
        Some(output) => named(output),
    }
}

/// `JsonConvert.DeserializeObject<HttpOutputBindingResponse>(output.ToString())`.
fn named(output: &Value) -> Result<Response<Body>, String> {
    const PROBLEM: &str = "Failed while trying to Deserialize to httpOutputBindingResponse. Output is not in expected format";
    let members = match output {
        Value::Object(members) => members.clone(),
        Value::String(text) => serde_json::from_str(text).map_err(|_| PROBLEM.to_owned())?,
        _ => return Err(PROBLEM.to_owned()),
    };
    built(&members)
}

/// `HttpBinding.CreateResult` of a return value: a response object if it has a body.
fn returned(value: &Value) -> Result<Response<Body>, String> {
    let value = match value {
        Value::String(text) => {
            // A string that happens to be base64 has been decoded before it gets here.
            if let Some(bytes) = base64::decode(text).filter(|_| !text.is_empty()) {
                return Ok(Response::new(full(bytes)));
            }
            serde_json::from_str(text).unwrap_or_else(|_| value.clone())
        }
        other => other.clone(),
    };
    match &value {
        Value::Object(members) if member(members, "body").is_some() => built(members),
        content => Ok(text_response(text(content))),
    }
}

/// `statusCode`, `headers` and `body`. `status` is read and never used: the sniffing finds the
/// (empty) `StatusCode` first.
fn built(members: &Map<String, Value>) -> Result<Response<Body>, String> {
    let body = member(members, "body").map(text).unwrap_or_default();
    let mut response = text_response(body);
    if let Some(status) = member(members, "statusCode").and_then(status) {
        *response.status_mut() = StatusCode::from_u16(status).map_err(|error| error.to_string())?;
    }
    if let Some(Value::Object(headers)) = member(members, "headers") {
        for (name, value) in headers {
            if value.is_null() {
                return Err(format!("header {name:?} cannot be null"));
            }
            let name = HeaderName::try_from(name).map_err(|error| error.to_string())?;
            let value = HeaderValue::try_from(text(value)).map_err(|error| error.to_string())?;
            // A second spelling of a name is dropped (`AccumulateDuplicateHeader`).
            if name == CONTENT_TYPE || !response.headers().contains_key(&name) {
                response.headers_mut().insert(name, value);
            }
        }
    }
    // The server computes them.
    response.headers_mut().remove(http::header::CONTENT_LENGTH);
    response
        .headers_mut()
        .remove(http::header::TRANSFER_ENCODING);
    Ok(response)
}

fn status(value: &Value) -> Option<u16> {
    match value {
        Value::Number(number) => u16::try_from(number.as_u64()?).ok(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// Member names without regard to case.
fn member<'a>(members: &'a Map<String, Value>, wanted: &str) -> Option<&'a Value> {
    let found = members
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    found.map(|(_, value)| value)
}

/// `ToString()` of a Newtonsoft value: JSON is indented, `true` is `True`.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Number(number) => number.to_string(),
        json => format!("{json:#}"),
    }
}

/// What `StringOutputFormatter` writes.
fn text_response(body: String) -> Response<Body> {
    let mut response = Response::new(full(body));
    response.headers_mut().insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}

#[cfg(test)]
mod tests {
    use http_body_util::BodyExt;
    use serde_json::json;

    use super::*;

    async fn body(response: Response<Body>) -> String {
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    #[tokio::test]
    async fn a_named_output() {
        let output = json!({"statusCode": "201", "headers": {"X-A": "1", "x-a": "2", "Content-Type": "application/json"}, "body": {"a": 1}});
        let response = named(&output).unwrap();
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers()["x-a"], "1");
        assert_eq!(response.headers()["content-type"], "application/json");
        assert_eq!(body(response).await, "{\n  \"a\": 1\n}");
    }

    #[tokio::test]
    async fn status_alone_is_not_read() {
        assert_eq!(named(&json!({"status": 404})).unwrap().status(), 200);
        let from_text = named(&json!(r#"{"statusCode": 404, "body": "no"}"#)).unwrap();
        assert_eq!(from_text.status(), 404);
        assert_eq!(body(from_text).await, "no");
    }

    #[tokio::test]
    async fn return_values() {
        assert_eq!(
            body(returned(&json!({"statusCode": 404})).unwrap()).await,
            "{\n  \"statusCode\": 404\n}"
        );
        assert_eq!(
            returned(&json!({"statusCode": 404, "body": ""}))
                .unwrap()
                .status(),
            404
        );
        // "test" is valid base64.
        assert_ne!(
            returned(&json!("test"))
                .unwrap()
                .into_body()
                .collect()
                .await
                .unwrap()
                .to_bytes(),
            "test"
        );
    }

    #[test]
    fn what_is_no_output_fails() {
        assert!(named(&json!("plain")).is_err());
        assert!(named(&json!([1])).is_err());
        assert!(named(&json!({"headers": {"a": null}})).is_err());
    }
}
