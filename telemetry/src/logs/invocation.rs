//! The invocation that an event belongs to.

use polyfn_core::{Context, TraceContext};
use serde_json::Value;

use super::field::Fields;

/// What a line tells of the invocation. Code that runs outside of a handler, as adapters do,
/// names it in the event's fields.
#[derive(Debug, Default)]
pub(super) struct Invocation {
    pub(super) id: Option<String>,
    pub(super) function: Option<String>,
    pub(super) attempt: Option<u64>,
    pub(super) cold_start: Option<bool>,
    pub(super) trace: Option<TraceContext>,
}

impl Invocation {
    /// The facts of the context, and of those fields that name what it does not know. A field
    /// that says the same again is taken out, one that says something else stays.
    pub(super) fn new(context: Option<&Context>, fields: &mut Fields) -> Self {
        let known = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Self {
            id: fill(
                context.and_then(|context| known(context.invocation_id())),
                fields,
                "invocation_id",
                |value| value.as_str().map(str::to_owned),
            ),
            function: fill(
                context.and_then(|context| known(context.function())),
                fields,
                "function",
                |value| value.as_str().map(str::to_owned),
            ),
            attempt: fill(
                context.and_then(Context::attempt).map(u64::from),
                fields,
                "attempt",
                Value::as_u64,
            ),
            cold_start: context.map(Context::is_cold_start),
            trace: context.and_then(Context::trace),
        }
    }
}

fn fill<T: PartialEq>(
    known: Option<T>,
    fields: &mut Fields,
    name: &str,
    read: impl Fn(&Value) -> Option<T>,
) -> Option<T> {
    let said = fields.take(name, |value| {
        let said = read(value)?;
        known
            .as_ref()
            .is_none_or(|known| *known == said)
            .then_some(said)
    });
    known.or(said)
}
