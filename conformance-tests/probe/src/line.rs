//! What a function of events saw, as a line of a file.

use std::collections::BTreeMap;
use std::time::UNIX_EPOCH;

use polyfn::prelude::*;
use serde::Serialize;

use crate::out;

/// An event as the handler sees it.
#[derive(Serialize)]
struct Line<'a, T> {
    function: &'a str,
    id: &'a str,
    source: &'a str,
    r#type: &'a str,
    subject: Option<&'a str>,
    time: Option<String>,
    datacontenttype: Option<&'a str>,
    dataschema: Option<&'a str>,
    /// In their text form, as in an HTTP header.
    extensions: BTreeMap<&'a str, String>,
    data: &'a T,
    context: LineContext<'a>,
}

#[derive(Serialize)]
struct LineContext<'a> {
    attempt: Option<u32>,
    target: &'static str,
    function: &'a str,
    invocation_id: &'a str,
    /// Since the epoch; null where the platform has none.
    deadline_ms: Option<u64>,
    traceparent: Option<String>,
}

/// Puts down what the event says.
pub(crate) fn append<T: Serialize>(event: &Event<T>) -> Result<()> {
    out::append(&of(event)?)
}

pub(crate) fn of<T: Serialize>(event: &Event<T>) -> Result<String> {
    let (attributes, context) = (&event.attributes, event.context());
    let extensions = attributes.extensions.iter();
    let deadline = context
        .deadline()
        .and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    Ok(serde_json::to_string(&Line {
        function: context.function(),
        id: event.id(),
        source: event.source(),
        r#type: event.event_type(),
        subject: event.subject(),
        time: event.time().map(|time| time.to_string()),
        datacontenttype: attributes.datacontenttype.as_deref(),
        dataschema: attributes.dataschema.as_deref(),
        extensions: extensions
            .map(|(name, value)| (name.as_str(), value.to_string()))
            .collect(),
        data: &event.data,
        context: LineContext {
            attempt: context.attempt(),
            target: context.target().name(),
            function: context.function(),
            invocation_id: context.invocation_id(),
            deadline_ms: deadline.and_then(|since| u64::try_from(since.as_millis()).ok()),
            traceparent: context.trace().map(|trace| trace.to_string()),
        },
    })?)
}
