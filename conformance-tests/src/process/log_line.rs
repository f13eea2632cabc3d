//! A line of a log, whichever form its platform wants it in.

use serde_json::Value;

use crate::Target;

/// A line of a log.
#[derive(Debug)]
pub(super) struct LogLine {
    /// In lower case, in the words of `tracing`.
    pub(super) level: String,
    pub(super) message: String,
    pub(super) invocation_id: Option<String>,
    pub(super) function: Option<String>,
    /// The 32 digits of W3C's trace context.
    pub(super) trace_id: Option<String>,
    pub(super) json: Value,
}

impl LogLine {
    /// The line, or `None` where it is none of the form of `target`.
    pub(super) fn read(target: Target, text: &str) -> Option<Self> {
        let json: Value = serde_json::from_str(text).ok()?;
        let text = |place: &str| json.pointer(place)?.as_str().map(str::to_owned);
        let level = match target {
            Target::Gcp => "/severity",
            _ => "/level",
        };
        let level = text(level)?.to_lowercase();
        let labels = "/logging.googleapis.com~1labels";
        let (invocation_id, function, trace_id) = match target {
            Target::Gcp => (
                text(&format!("{labels}/execution_id")),
                text(&format!("{labels}/function")),
                text("/logging.googleapis.com~1trace"),
            ),
            Target::Aws => (
                text("/requestId"),
                text("/function"),
                text("/xray_trace_id"),
            ),
            Target::Azure => (
                text("/invocation_id"),
                text("/function"),
                text("/operation_Id"),
            ),
            Target::Local => (text("/invocation_id"), text("/function"), text("/trace_id")),
        };
        Some(Self {
            level: match level.as_str() {
                "warning" => "warn".to_owned(),
                _ => level,
            },
            message: text("/message")?,
            invocation_id,
            function,
            trace_id: trace_id.map(|name| trace_id_in(target, &name)),
            json,
        })
    }

    /// Whether the text stands in the message, or in the error that the line tells.
    pub(super) fn says(&self, text: &str) -> bool {
        let error = self.json["error"].as_str();
        self.message.contains(text) || error.is_some_and(|error| error.contains(text))
    }
}

/// X-Ray parts the digits, Google may put a project before them.
fn trace_id_in(target: Target, name: &str) -> String {
    match target {
        Target::Aws => name.strip_prefix("1-").unwrap_or(name).replace('-', ""),
        _ => name.rsplit('/').next().unwrap_or(name).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACE_ID: &str = "0af7651916cd43dd8448eb211c80319c";

    #[test]
    fn each_form_says_the_same() {
        for (target, text) in [
            (
                Target::Local,
                r#"{"level":"WARN","message":"a","invocation_id":"7","function":"f","trace_id":"0af7651916cd43dd8448eb211c80319c"}"#,
            ),
            (
                Target::Gcp,
                r#"{"severity":"WARNING","message":"a","logging.googleapis.com/labels":{"execution_id":"7","function":"f"},"logging.googleapis.com/trace":"projects/p/traces/0af7651916cd43dd8448eb211c80319c"}"#,
            ),
            (
                Target::Aws,
                r#"{"level":"WARN","message":"a","requestId":"7","function":"f","xray_trace_id":"1-0af76519-16cd43dd8448eb211c80319c"}"#,
            ),
            (
                Target::Azure,
                r#"{"level":"WARN","message":"a","invocation_id":"7","function":"f","operation_Id":"0af7651916cd43dd8448eb211c80319c"}"#,
            ),
        ] {
            let line = LogLine::read(target, text).unwrap();
            assert_eq!((line.level.as_str(), line.message.as_str()), ("warn", "a"));
            assert_eq!(line.invocation_id.as_deref(), Some("7"), "{target}");
            assert_eq!(line.function.as_deref(), Some("f"), "{target}");
            assert_eq!(line.trace_id.as_deref(), Some(TRACE_ID), "{target}");
        }
    }

    #[test]
    fn another_form_is_none() {
        let azure = r#"{"level":"WARN","message":"a"}"#;
        for text in ["polyfn serves on http://127.0.0.1:1", "{}", azure] {
            assert!(LogLine::read(Target::Gcp, text).is_none(), "{text}");
        }
    }
}
