//! One line of text.

use std::fmt::Write;

use serde_json::Value;

use super::field::{FieldValue, Fields};
use super::object::cut;
use super::record::{Record, trace_id};

/// What the mark of a cut and the line feed take.
const END_BYTES: usize = 64;

/// Time, invocation id, level and message between tabs, as Lambda's managed runtimes have it in
/// its text format, then what else there is as `key=value`; cut where an entry may not be so long.
pub(super) fn text_line(record: &Record<'_>, limit_bytes: usize) -> Vec<u8> {
    let invocation = &record.invocation;
    let id = invocation.id.as_deref().unwrap_or("-");
    let mut line = format!("{:.3}\t", record.time);
    escape(&mut line, id, "\\n");
    line.push('\t');
    line.push_str(record.level().as_str());
    line.push('\t');
    escape(&mut line, &record.message, "\\n");
    if let Some(function) = &invocation.function {
        pair(&mut line, "function", &Value::from(function.as_str()));
    }
    if let Some(attempt) = invocation.attempt {
        pair(&mut line, "attempt", &attempt.into());
    }
    if let Some(cold_start) = invocation.cold_start {
        pair(&mut line, "cold_start", &cold_start.into());
    }
    if let Some(trace) = invocation.trace {
        pair(&mut line, "trace_id", &trace_id(trace).into());
    }
    pair(&mut line, "target", &record.metadata.target().into());
    pairs(&mut line, &record.fields);
    for (_, fields) in record.spans.iter().rev() {
        pairs(&mut line, fields);
    }
    let mut line = cut(&line, limit_bytes - END_BYTES).into_owned();
    line.push('\n');
    line.into_bytes()
}

fn pairs(line: &mut String, fields: &Fields) {
    for (name, value) in fields.iter() {
        match value {
            FieldValue::Plain(value) => pair(line, name, value),
            FieldValue::Error(itself, causes) => {
                pair(line, name, &itself.as_str().into());
                if !causes.is_empty() {
                    pair(line, &format!("{name}_causes"), &causes.as_slice().into());
                }
            }
        }
    }
}

/// ` key=value`, a text in quotes where it would not be seen where it ends.
pub(super) fn pair(line: &mut String, name: &str, value: &Value) {
    let is_bare = |text: &str| {
        let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !"\"=\\".contains(c);
        !text.is_empty() && text.chars().all(is_plain)
    };
    let value = match value {
        Value::String(text) if is_bare(text) => text.clone(),
        other => other.to_string(),
    };
    // Writing to a String can't fail.
    let _ = write!(line, " {name}=");
    escape(line, &value, "\\n");
}

/// The text without control characters, by which it could draw on a terminal or begin a line
/// of its own.
pub(super) fn escape(line: &mut String, text: &str, line_feed: &str) {
    for c in text.chars() {
        match c {
            '\n' => line.push_str(line_feed),
            c if c.is_control() => line.extend(c.escape_default()),
            c => line.push(c),
        }
    }
}
