//! A .NET value, and how it goes onto the wire in invocation mode:
//! `GetHttpScriptInvocationContextValue` in `ScriptInvocationContextExtensions.cs`.
//!
//! | .NET value | wire |
//! |---|---|
//! | `byte[]` | a base64 string |
//! | `DateTime` | reformatted: without its sub-second part and without a zone |
//! | `DateTimeOffset` | reformatted: without its sub-second part, with `+00:00` |
//! | object, dictionary | raw JSON |
//! | everything else | JSON text inside a JSON string |

use bytes::Bytes;
use serde_json::{Map, Value, json};

use super::date_time::DateTime;
use crate::base64;

/// A value before it is encoded.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NetValue {
    /// The .NET value of the same kind.
    Json(Value),
    /// `byte[]`.
    Bytes(Bytes),
    /// `DateTime`; `ToString()` and `Parse` lose its kind.
    DateTime(DateTime),
    /// `DateTimeOffset`.
    DateTimeOffset(DateTime),
}

impl NetValue {
    /// A `string`, or `null`.
    pub(super) fn text(text: Option<impl Into<String>>) -> Self {
        Self::Json(text.map_or(Value::Null, |text| text.into().into()))
    }

    pub(super) fn is_null(&self) -> bool {
        matches!(self, Self::Json(Value::Null))
    }

    /// As the value of `Data` or `Metadata`.
    pub(super) fn wire(&self) -> Value {
        match self {
            Self::Json(object @ Value::Object(_)) => object.clone(),
            Self::Json(other) => other.to_string().into(),
            Self::Bytes(bytes) => base64::encode(bytes).into(),
            Self::DateTime(time) => time.to_the_second().into(),
            Self::DateTimeOffset(time) => format!("{}+00:00", time.to_the_second()).into(),
        }
    }

    /// As an element of an array, or a member of an object: what Newtonsoft makes of it.
    pub(super) fn json(&self) -> Value {
        match self {
            Self::Json(value) => value.clone(),
            Self::Bytes(bytes) => base64::encode(bytes).into(),
            Self::DateTime(time) => time.exact().into(),
            Self::DateTimeOffset(time) => format!("{}+00:00", time.exact()).into(),
        }
    }
}

impl From<Value> for NetValue {
    fn from(value: Value) -> Self {
        Self::Json(value)
    }
}

impl From<Map<String, Value>> for NetValue {
    fn from(members: Map<String, Value>) -> Self {
        Self::Json(members.into())
    }
}

impl From<&str> for NetValue {
    fn from(text: &str) -> Self {
        Self::Json(text.into())
    }
}

impl From<i64> for NetValue {
    fn from(number: i64) -> Self {
        Self::Json(json!(number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_of_the_contract() {
        let wire = |value: Value| NetValue::from(value).wire();
        assert_eq!(wire(json!("{\"a\":1}")), json!("\"{\\\"a\\\":1}\""));
        assert_eq!(wire(json!(1)), json!("1"));
        assert_eq!(wire(json!(null)), json!("null"));
        assert_eq!(wire(json!(["a"])), json!("[\"a\"]"));
        assert_eq!(wire(json!({"a": 1})), json!({"a": 1}));
        assert_eq!(NetValue::Bytes(vec![0, 255].into()).wire(), json!("AP8="));
    }

    #[test]
    fn times() {
        let time = DateTime::parse("2026-11-23T15:00:00.12Z").unwrap();
        assert_eq!(NetValue::DateTime(time).wire(), "2026-11-23T15:00:00");
        assert_eq!(
            NetValue::DateTimeOffset(time).wire(),
            "2026-11-23T15:00:00+00:00"
        );
        assert_eq!(NetValue::DateTime(time).json(), "2026-11-23T15:00:00.12");
        assert_eq!(
            NetValue::DateTimeOffset(time).json(),
            "2026-11-23T15:00:00.12+00:00"
        );
    }
}
