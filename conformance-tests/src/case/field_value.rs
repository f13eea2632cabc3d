//! Header values as case files write them.

use serde::Deserialize;
use serde_json::{Value, json};

/// The bytes of a header's value: text (`"é"` is two bytes), or `{ latin1 = "é" }` with one
/// character for each byte, which can be no UTF-8.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Spelling")]
pub struct FieldValue(Vec<u8>);

#[derive(Deserialize)]
#[serde(untagged, expecting = "a header's value is text or { latin1 }")]
enum Spelling {
    Text(String),
    Latin1(Latin1),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Latin1 {
    latin1: String,
}

impl TryFrom<Spelling> for FieldValue {
    type Error = String;

    fn try_from(spelling: Spelling) -> Result<Self, String> {
        match spelling {
            Spelling::Text(text) => Ok(Self(text.into_bytes())),
            Spelling::Latin1(Latin1 { latin1 }) => {
                let bytes: Result<_, _> = latin1.chars().map(u8::try_from).collect();
                let no_byte = |_| format!("{latin1:?} has characters beyond ISO 8859-1");
                bytes.map(Self).map_err(no_byte)
            }
        }
    }
}

impl From<&str> for FieldValue {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl FieldValue {
    /// The bytes themselves.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As the probe's `reply` function takes it.
    pub(super) fn wish(&self) -> Value {
        match std::str::from_utf8(&self.0) {
            Ok(text) => text.into(),
            Err(_) => {
                let latin1: String = self.0.iter().copied().map(char::from).collect();
                json!({ "latin1": latin1 })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(value: &str) -> Result<FieldValue, toml::de::Error> {
        #[derive(Deserialize)]
        struct Holder {
            value: FieldValue,
        }
        toml::from_str::<Holder>(&format!("value = {value}")).map(|holder| holder.value)
    }

    #[test]
    fn every_spelling() {
        assert_eq!(parse("'é'").unwrap().bytes(), "é".as_bytes());
        let byte = parse("{ latin1 = 'é' }").unwrap();
        assert_eq!(byte.bytes(), [0xe9]);
        assert_eq!(byte.wish(), json!({ "latin1": "é" }));
        assert_eq!(parse("'a'").unwrap().wish(), json!("a"));
    }

    #[test]
    fn mistakes_are_named() {
        for wrong in ["{ latin1 = '☕' }", "{ bytes = 'a' }", "1"] {
            let error = parse(wrong).unwrap_err().to_string();
            assert!(
                error.contains("8859-1") || error.contains("header's value"),
                "{error}"
            );
        }
    }
}
