//! The fields of events and spans.

use std::error::Error;
use std::fmt::{self, Write};

use serde_json::{Number, Value};
use tracing::field::{Field, Visit};

/// Fields with their values as JSON has them, in the order in which they were recorded.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(&'static str, FieldValue)>);

#[derive(Debug)]
pub(super) enum FieldValue {
    Plain(Value),
    /// What the error itself says, then its causes, each said once.
    Error(String, Vec<String>),
}

impl Fields {
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'static str, &FieldValue)> {
        self.0.iter().map(|(name, value)| (*name, value))
    }

    /// Takes out the first field of that name for which `wanted` has a use.
    pub(super) fn take<T>(
        &mut self,
        name: &str,
        wanted: impl Fn(&Value) -> Option<T>,
    ) -> Option<T> {
        let (place, found) = self
            .0
            .iter()
            .enumerate()
            .find_map(|(place, field)| match field {
                (known, FieldValue::Plain(value)) if *known == name => {
                    Some((place, wanted(value)?))
                }
                _ => None,
            })?;
        self.0.remove(place);
        Some(found)
    }

    /// What a span records later stands in place of what it recorded before.
    pub(super) fn replace_with(&mut self, later: Self) {
        for (name, value) in later.0 {
            match self.0.iter_mut().find(|(known, _)| *known == name) {
                Some(earlier) => earlier.1 = value,
                None => self.0.push((name, value)),
            }
        }
    }

    fn plain(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.push((field.name(), FieldValue::Plain(value.into())));
    }
}

impl Visit for Fields {
    fn record_f64(&mut self, field: &Field, value: f64) {
        // JSON has no word for what is no number, and none for infinity.
        let value = Number::from_f64(value).map_or_else(|| value.to_string().into(), Value::Number);
        self.plain(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.plain(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.plain(field, value);
    }

    fn record_i128(&mut self, field: &Field, value: i128) {
        // Beyond 64 bits readers of JSON lose digits; text keeps them.
        let value =
            Number::from_i128(value).map_or_else(|| value.to_string().into(), Value::Number);
        self.plain(field, value);
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        let value =
            Number::from_u128(value).map_or_else(|| value.to_string().into(), Value::Number);
        self.plain(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.plain(field, value);
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.plain(field, value);
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        let itself = said(format_args!("{value}"));
        let mut causes = Vec::new();
        let mut last = itself.clone();
        let mut cause = value.source();
        while let Some(current) = cause {
            let text = said(format_args!("{current}"));
            // A transparent error says what its cause says.
            if text != last {
                causes.push(text.clone());
                last = text;
            }
            cause = current.source();
        }
        self.0
            .push((field.name(), FieldValue::Error(itself, causes)));
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.plain(field, said(format_args!("{value:?}")));
    }
}

/// The text, as far as it goes: `to_string` would panic where an implementation says that it
/// failed.
fn said(text: fmt::Arguments<'_>) -> String {
    let mut said = String::new();
    let _ = said.write_fmt(text);
    said
}
