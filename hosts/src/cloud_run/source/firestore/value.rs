//! The types that a field of a Firestore document can have.

use std::collections::BTreeMap;

use super::documents;
use crate::base64;
use crate::event::DocumentValue;

/// `google.events.cloud.firestore.v1.Value`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum FieldValue {
    Null,
    Boolean(bool),
    Integer(i64),
    Double(f64),
    /// In RFC 3339.
    Timestamp(String),
    String(String),
    Bytes(Vec<u8>),
    /// The full name of a document.
    Reference(String),
    GeoPoint(f64, f64),
    Array(Vec<FieldValue>),
    Map(BTreeMap<String, FieldValue>),
}

impl From<&DocumentValue> for FieldValue {
    /// A set is an array here, a number that is no 64-bit integer the nearest double, and one that
    /// is none at all the text that it is.
    fn from(value: &DocumentValue) -> Self {
        match value {
            DocumentValue::Null => Self::Null,
            DocumentValue::Bool(truth) => Self::Boolean(*truth),
            DocumentValue::Number(digits) => number(digits),
            DocumentValue::Text(text) => Self::String(text.clone()),
            DocumentValue::Bytes(text) => Self::Bytes(base64::decode(text).unwrap_or_default()),
            DocumentValue::Timestamp(time) => Self::Timestamp(time.clone()),
            DocumentValue::Reference(path) => Self::Reference(format!("{}/{path}", documents())),
            DocumentValue::Geo(latitude, longitude) => Self::GeoPoint(*latitude, *longitude),
            DocumentValue::List(values) | DocumentValue::Set(values) => {
                Self::Array(values.iter().map(Self::from).collect())
            }
            DocumentValue::Map(members) => {
                let members = members.iter();
                Self::Map(members.map(|(name, v)| (name.clone(), v.into())).collect())
            }
        }
    }
}

fn number(digits: &str) -> FieldValue {
    let integer = digits.parse().ok().map(FieldValue::Integer);
    let double = || digits.parse().ok().map(FieldValue::Double);
    integer
        .or_else(double)
        .unwrap_or_else(|| FieldValue::String(digits.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn field(value: &Value) -> FieldValue {
        FieldValue::from(&DocumentValue::from(value))
    }

    #[test]
    fn numbers_are_integers_while_they_fit() {
        assert_eq!(field(&json!(i64::MIN)), FieldValue::Integer(i64::MIN));
        assert_eq!(field(&json!(1.5)), FieldValue::Double(1.5));
        let large = field(&json!({"$number": "9223372036854775808"}));
        assert_eq!(large, FieldValue::Double(9_223_372_036_854_775_808.0));
    }

    #[test]
    fn references_are_full_names() {
        let name = "projects/my-project/databases/(default)/documents/users/1";
        let reference = field(&json!({"$reference": "users/1"}));
        assert_eq!(reference, FieldValue::Reference(name.to_owned()));
    }
}
