//! One event, with all that a line tells of it.

use jiff::Timestamp;
use polyfn_core::TraceContext;
use serde_json::Value;
use tracing::{Level, Metadata};

use super::field::Fields;
use super::invocation::Invocation;

#[derive(Debug)]
pub(super) struct Record<'a> {
    pub(super) time: Timestamp,
    pub(super) metadata: &'static Metadata<'static>,
    pub(super) message: String,
    pub(super) fields: Fields,
    /// The spans around the event and their fields, from the outermost.
    pub(super) spans: Vec<(&'static str, &'a Fields)>,
    pub(super) invocation: Invocation,
}

impl Record<'_> {
    pub(super) fn level(&self) -> Level {
        *self.metadata.level()
    }
}

/// Takes the message out of an event's fields. An event need not have one.
pub(super) fn message(fields: &mut Fields) -> String {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    fields.take("message", text).unwrap_or_default()
}

pub(super) fn trace_id(trace: TraceContext) -> String {
    format!("{:032x}", trace.trace_id())
}

pub(super) fn span_id(trace: TraceContext) -> String {
    format!("{:016x}", trace.parent_id())
}
