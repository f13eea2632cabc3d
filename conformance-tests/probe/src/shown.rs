//! Data as they came, shown so that JSON can hold them.

use std::fmt;

use serde::de::{Error, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// The bytes of a body, whatever they are, and what they say if they are JSON.
///
/// It is written as `{"text": "…"}` where the bytes are UTF-8, with `"json": …` beside it where
/// that text is JSON, and as `{"base64": "…"}` where they are not.
#[derive(Debug, Clone)]
pub(crate) struct Shown {
    bytes: Vec<u8>,
    json: Option<Value>,
}

impl Shown {
    /// The member of that name, if the bytes are a JSON object that has it.
    pub(crate) fn member(&self, name: &str) -> Option<&Value> {
        self.json.as_ref()?.get(name)
    }
}

impl From<Vec<u8>> for Shown {
    fn from(bytes: Vec<u8>) -> Self {
        let json = serde_json::from_slice(&bytes).ok();
        Self { bytes, json }
    }
}

/// By asking for bytes: data of any content type can be read so.
impl<'de> Deserialize<'de> for Shown {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_byte_buf(AnyBytes)
    }
}

struct AnyBytes;

impl Visitor<'_> for AnyBytes {
    type Value = Shown;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Shown, E> {
        Ok(bytes.to_vec().into())
    }
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match std::str::from_utf8(&self.bytes) {
            Ok(text) => map.serialize_entry("text", text)?,
            Err(_) => {
                let base64 = base64_simd::STANDARD.encode_to_string(&self.bytes);
                map.serialize_entry("base64", &base64)?;
            }
        }
        if let Some(json) = &self.json {
            map.serialize_entry("json", json)?;
        }
        map.end()
    }
}
