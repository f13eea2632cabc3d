//! Invocation mode: one POST for one invocation, with JSON both ways
//! (`ProcessDefaultInvocationRequest` in `DefaultHttpWorkerService.cs`).

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use http::{HeaderMap, Request};
use http_body::{Body as HttpBody, Frame};
use http_body_util::BodyExt;
use serde_json::{Map, Value, json};

use super::host_headers::{
    HOST_VERSION, HOST_VERSION_HEADER, INVOCATION_ID_HEADER, new_traceparent, user_agent,
};
use crate::body::{BoxError, read};
use crate::http_client;

/// The answers of .NET's `HttpClient` are buffered up to 2 GiB; no test needs that.
const ANSWER_LIMIT: usize = 256 * 1024 * 1024;

/// What came of one invocation of a function that HTTP does not trigger.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Invocation {
    /// The worker answered 2xx with JSON.
    Completed(Answer),
    /// The invocation failed: no 2xx, no JSON, no connection.
    Failed {
        /// What the host logs.
        reason: String,
    },
    /// `functionTimeout` passed and the worker has been killed. An answer that is empty, `null` or
    /// 204 ends here too: the host never takes it for an answer.
    TimedOut {
        /// The limit.
        after: Duration,
    },
}

/// A worker's answer, as it sent it.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Answer {
    /// `Outputs`, by the name of the output binding.
    pub outputs: Map<String, Value>,
    /// `ReturnValue`, or `null`.
    pub return_value: Value,
    /// `Logs`.
    pub logs: Vec<String>,
    /// Whether `Outputs` was there at all.
    pub(super) has_outputs: bool,
}

/// Why there is no answer.
#[derive(Debug)]
pub(super) enum NoAnswer {
    /// The invocation has failed.
    Failed(String),
    /// The host goes on waiting, for ever.
    Hangs,
}

/// Calls `POST /<function>`.
pub(super) async fn call(
    port: u16,
    function: &str,
    invocation_id: &str,
    data: Map<String, Value>,
    metadata: Map<String, Value>,
) -> Result<Answer, NoAnswer> {
    let failed = |error: BoxError| NoAnswer::Failed(error.to_string());
    let payload = json!({"Data": data, "Metadata": metadata}).to_string();
    let request = Request::post(format!("/{function}"))
        .header(HOST, format!("127.0.0.1:{port}"))
        .header(HOST_VERSION_HEADER, HOST_VERSION)
        .header(INVOCATION_ID_HEADER, invocation_id)
        .header(USER_AGENT, user_agent())
        .header("traceparent", new_traceparent())
        .header(CONTENT_TYPE, "application/json; charset=utf-8")
        .body(Chunked(Some(payload.into())).boxed_unsync())
        .map_err(|error| failed(error.into()))?;
    let response = http_client::send(port, request).await.map_err(failed)?;
    let (head, body) = response.into_parts();
    let body = read(body, ANSWER_LIMIT)
        .await
        .map_err(|error| NoAnswer::Failed(format!("the answer's body is unreadable: {error:?}")))?;
    if !head.status.is_success() {
        // `EnsureSuccessStatusCode`.
        let reason = format!(
            "Response status code does not indicate success: {}; body: {}",
            head.status,
            String::from_utf8_lossy(&body)
        );
        return Err(NoAnswer::Failed(reason));
    }
    parse(&head.headers, &body)
}

/// `ReadAsAsync<HttpScriptInvocationResult>`: nothing at all is `null`, whatever the content type,
/// and `null` leaves the invocation without a result.
fn parse(headers: &HeaderMap, body: &Bytes) -> Result<Answer, NoAnswer> {
    if body.is_empty() {
        return Err(NoAnswer::Hangs);
    }
    let text = String::from_utf8_lossy(body);
    let invalid = |problem: String| {
        NoAnswer::Failed(format!("Invalid HttpResponseMessage: {problem}\n {text}"))
    };
    if !is_json(headers) {
        return Err(invalid(format!(
            "no formatter for content type {:?}",
            headers.get(CONTENT_TYPE)
        )));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Null) => Err(NoAnswer::Hangs),
        Ok(Value::Object(members)) => {
            answer(members).map_err(|problem| invalid(problem.to_owned()))
        }
        Ok(_) => Err(invalid("it is no object".to_owned())),
        Err(error) => Err(invalid(error.to_string())),
    }
}

/// The content types that `JsonMediaTypeFormatter` takes.
fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let essence = content_type.split(';').next().unwrap_or("").trim();
    essence.eq_ignore_ascii_case("application/json") || essence.eq_ignore_ascii_case("text/json")
}

/// Newtonsoft reads member names without regard to case.
fn answer(members: Map<String, Value>) -> Result<Answer, &'static str> {
    let mut answer = Answer::default();
    for (name, value) in members {
        match (name.to_ascii_lowercase().as_str(), value) {
            ("outputs", Value::Object(outputs)) => {
                answer.outputs = outputs;
                answer.has_outputs = true;
            }
            ("logs", Value::Array(logs)) => {
                let lines = logs.into_iter().map(|line| match line {
                    Value::String(line) => Ok(line),
                    Value::Array(_) | Value::Object(_) => Err("Logs is no list of strings"),
                    other => Ok(other.to_string()),
                });
                answer.logs = lines.collect::<Result<_, _>>()?;
            }
            ("outputs" | "logs", Value::Null) => {}
            ("outputs", _) => return Err("Outputs is no object"),
            ("logs", _) => return Err("Logs is no list"),
            ("returnvalue", value) => answer.return_value = value,
            _ => {}
        }
    }
    Ok(answer)
}

/// `ObjectContent` does not know its length: no `Content-Length`.
struct Chunked(Option<Bytes>);

impl HttpBody for Chunked {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Poll::Ready(self.0.take().map(|bytes| Ok(Frame::data(bytes))))
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn parsed(content_type: &'static str, body: &'static str) -> Result<Answer, NoAnswer> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        parse(&headers, &Bytes::from_static(body.as_bytes()))
    }

    #[test]
    fn answers() {
        let answer = parsed(
            "application/json; charset=utf-8",
            r#"{"outputs":{"q":"a"},"Logs":["x"],"ReturnValue":1}"#,
        )
        .unwrap();
        assert_eq!(answer.outputs["q"], "a");
        assert_eq!(
            (answer.return_value, answer.logs),
            (json!(1), vec!["x".to_owned()])
        );
        assert!(!parsed("application/json", "{}").unwrap().has_outputs);
    }

    #[test]
    fn nothing_and_null_hang() {
        assert!(matches!(
            parsed("application/json", ""),
            Err(NoAnswer::Hangs)
        ));
        assert!(matches!(parsed("text/plain", ""), Err(NoAnswer::Hangs)));
        assert!(matches!(
            parsed("application/json", "null"),
            Err(NoAnswer::Hangs)
        ));
    }

    #[test]
    fn anything_else_fails() {
        for (content_type, body) in [
            ("text/plain", "{}"),
            ("application/json", "[]"),
            ("application/json", "{"),
            ("application/json", r#"{"Outputs":1}"#),
            ("application/json", r#"{"Logs":"x"}"#),
        ] {
            assert!(
                matches!(parsed(content_type, body), Err(NoAnswer::Failed(_))),
                "{body}"
            );
        }
    }
}
