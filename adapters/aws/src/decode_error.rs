//! Events that are no request.

use std::str::Utf8Error;

use serde_json::Value;

use crate::events::{EventSource, Flaw};
use crate::shape::Shape;

/// Why an event could not be read. It fails its invocation and no other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DecodeError(Reason);

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
enum Reason {
    #[error("the event is malformed: {0}")]
    Malformed(String),
    #[error(
        "the event is of no known shape: {saw}; supported: {}; where there are functions for \
         them: {}",
        Shape::SUPPORTED,
        EventSource::SUPPORTED
    )]
    Unknown { saw: String },
}

impl DecodeError {
    pub(crate) fn not_utf8(error: Utf8Error) -> Self {
        Self(Reason::Malformed(error.to_string()))
    }

    /// It is known whose event it is, and it is not what they send.
    pub(crate) fn flawed(flaw: &Flaw) -> Self {
        Self(Reason::Malformed(flaw.to_string()))
    }

    pub(crate) fn not_json(error: &serde_json::Error) -> Self {
        Self(Reason::Malformed(error.to_string()))
    }

    /// The event is JSON, but none of the shapes.
    pub(crate) fn unknown(event: &str) -> Self {
        match serde_json::from_str(event) {
            Ok(event) => Self(Reason::Unknown {
                saw: outline(&event),
            }),
            Err(error) => Self(Reason::Malformed(error.to_string())),
        }
    }

    /// The event could not be read as a request because of `error`. A field of a wrong type
    /// is only worth naming where the event is a request; a queue's message may call anything
    /// `body`.
    pub(crate) fn explain(event: &str, error: &serde_json::Error) -> Self {
        match serde_json::from_str(event) {
            Ok(value) if !looks_like_http(&value) => Self(Reason::Unknown {
                saw: outline(&value),
            }),
            _ => Self(Reason::Malformed(error.to_string())),
        }
    }

    /// Whether the event is JSON of no known shape, rather than malformed.
    pub fn is_unknown(&self) -> bool {
        matches!(self.0, Reason::Unknown { .. })
    }

    /// The stable name that Lambda is told, and that its metrics and destinations show.
    pub fn error_type(&self) -> &'static str {
        match self.0 {
            Reason::Malformed(_) => "polyfn.MalformedEvent",
            Reason::Unknown { .. } => "polyfn.UnknownEvent",
        }
    }
}

fn looks_like_http(event: &Value) -> bool {
    let context = &event["requestContext"];
    event["httpMethod"].is_string()
        || ["http", "elb", "serviceArn", "serviceNetworkArn"]
            .iter()
            .any(|field| !context[field].is_null())
}

/// The most keys, and the longest text, that a message quotes.
const QUOTED_KEYS: usize = 20;
const QUOTED_CHARS: usize = 64;

/// What the event says of itself, in a line.
fn outline(event: &Value) -> String {
    let Value::Object(fields) = event else {
        let kind = match event {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::String(_) => "a string",
            _ => "an array",
        };
        return format!("it is {kind}");
    };
    let mut keys: Vec<_> = fields
        .keys()
        .take(QUOTED_KEYS)
        .map(|key| short(key))
        .collect();
    if fields.len() > QUOTED_KEYS {
        keys.push("…".to_owned());
    }
    let mut saw = format!("its keys are [{}]", keys.join(", "));
    let record = &event["Records"][0];
    for (name, value) in [
        ("source", &event["source"]),
        ("detail-type", &event["detail-type"]),
        ("Records[0].eventSource", &record["eventSource"]),
        ("Records[0].EventSource", &record["EventSource"]),
        (
            "requestContext.eventType",
            &event["requestContext"]["eventType"],
        ),
        ("type", &event["type"]),
    ] {
        if let Some(text) = value.as_str() {
            saw.push_str(&format!(", {name} is {}", short(text)));
        }
    }
    if event["raw_path"].is_string() {
        saw.push_str(" (VPC Lattice with event structure version 1: set version 2)");
    }
    saw
}

fn short(text: &str) -> String {
    let mut quoted: String = text.chars().take(QUOTED_CHARS).collect();
    if quoted.len() < text.len() {
        quoted.push('…');
    }
    format!("{quoted:?}")
}
