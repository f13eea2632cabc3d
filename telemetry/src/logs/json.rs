//! JSON for no platform in particular.

use super::form::JsonForm;
use super::object::Object;
use super::record::{Record, span_id, trace_id};

#[derive(Debug)]
pub(super) struct Json;

impl JsonForm for Json {
    const LIMIT_BYTES: usize = usize::MAX;

    fn head(&self, record: &Record<'_>, object: &mut Object<'_>) {
        head(record, object, ["trace_id", "span_id"]);
    }
}

/// The head with these names for the trace and for the caller's span in it.
pub(super) fn head(record: &Record<'_>, object: &mut Object<'_>, ids: [&'static str; 2]) {
    let invocation = &record.invocation;
    object.text("timestamp", &format!("{:.6}", record.time));
    object.text("level", record.level().as_str());
    object.text("message", &record.message);
    if let Some(id) = &invocation.id {
        object.text("invocation_id", id);
    }
    if let Some(function) = &invocation.function {
        object.text("function", function);
    }
    if let Some(trace) = invocation.trace {
        let [trace_name, span_name] = ids;
        object.text(trace_name, &trace_id(trace));
        object.text(span_name, &span_id(trace));
    }
}
