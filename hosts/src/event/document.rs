//! A database's document, whose values have types that JSON has not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The members of a document.
pub type Document = BTreeMap<String, Value>;

/// A value of a document, with the types that the databases know.
///
/// It is written as JSON, and what JSON lacks as an object with one member that begins with `$`:
/// `{"$number": "12345678901234567890"}` (any number, exact), `{"$bytes": "AP8="}`,
/// `{"$set": ["a", "b"]}`, `{"$timestamp": "2026-01-02T03:04:05Z"}`,
/// `{"$reference": "users/1"}`, `{"$geo": [1.5, 2.5]}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum DocumentValue {
    /// `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number, digit for digit.
    Number(String),
    /// Text.
    Text(String),
    /// Bytes, in base64.
    Bytes(String),
    /// A set of numbers, texts or bytes.
    Set(Vec<DocumentValue>),
    /// A time, in RFC 3339.
    Timestamp(String),
    /// The path of another document.
    Reference(String),
    /// Latitude and longitude, in degrees.
    Geo(f64, f64),
    /// A list.
    List(Vec<DocumentValue>),
    /// An object.
    Map(BTreeMap<String, DocumentValue>),
}

impl From<&Value> for DocumentValue {
    fn from(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Number(number) => Self::Number(number.to_string()),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Value::Object(members) => {
                let only = members.iter().next().filter(|_| members.len() == 1);
                only.and_then(|(name, value)| special(name, value))
                    .unwrap_or_else(|| {
                        let members = members.iter();
                        Self::Map(members.map(|(name, v)| (name.clone(), v.into())).collect())
                    })
            }
        }
    }
}

fn special(name: &str, value: &Value) -> Option<DocumentValue> {
    let text = || value.as_str().map(str::to_owned);
    Some(match name {
        "$number" => DocumentValue::Number(text()?),
        "$bytes" => DocumentValue::Bytes(text()?),
        "$timestamp" => DocumentValue::Timestamp(text()?),
        "$reference" => DocumentValue::Reference(text()?),
        "$set" => DocumentValue::Set(value.as_array()?.iter().map(Into::into).collect()),
        "$geo" => DocumentValue::Geo(value.get(0)?.as_f64()?, value.get(1)?.as_f64()?),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_json_lacks_is_written_with_a_dollar() {
        let value =
            json!({"n": {"$number": "1e400"}, "s": {"$set": ["a"]}, "m": {"a": 1, "$b": 2}});
        let DocumentValue::Map(members) = DocumentValue::from(&value) else {
            panic!("{value} is a map");
        };
        assert_eq!(members["n"], DocumentValue::Number("1e400".to_owned()));
        assert_eq!(
            members["s"],
            DocumentValue::Set(vec![DocumentValue::Text("a".to_owned())])
        );
        assert!(matches!(&members["m"], DocumentValue::Map(inner) if inner.len() == 2));
    }
}
