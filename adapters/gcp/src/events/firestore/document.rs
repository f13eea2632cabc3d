//! Documents, read of the JSON of protobuf and written as plain JSON.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};

use crate::events::number::{double, int64};

/// What an event has of a document: the images of after and before.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct DocumentEvent {
    pub(super) value: Option<Document>,
    pub(super) old_value: Option<Document>,
}

impl DocumentEvent {
    /// The same where an image of no document, which legacy events have, is none.
    pub(super) fn without_empty(self) -> Self {
        let is_there = |document: &Document| !document.name.is_empty();
        Self {
            value: self.value.filter(is_there),
            old_value: self.old_value.filter(is_there),
        }
    }
}

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Document {
    pub(super) name: String,
    pub(super) fields: BTreeMap<String, Value>,
    pub(super) update_time: String,
}

/// A typed value. It is read with its type, and written without it.
///
/// | type | is written as |
/// |---|---|
/// | null, boolean, string, array, map | themselves |
/// | integer | a number with each of its digits |
/// | double | a number; `"NaN"`, `"Infinity"` or `"-Infinity"`, for which JSON has no number |
/// | timestamp | RFC 3339 |
/// | bytes | base64 |
/// | reference | the name of the document |
/// | geo point | `{"latitude": …, "longitude": …}` |
#[derive(Debug, PartialEq, Deserialize)]
pub(super) enum Value {
    #[serde(rename = "nullValue")]
    Null,
    #[serde(rename = "booleanValue")]
    Boolean(bool),
    #[serde(rename = "integerValue")]
    Integer(#[serde(deserialize_with = "int64")] i64),
    #[serde(rename = "doubleValue")]
    Double(#[serde(deserialize_with = "double")] f64),
    /// All whose JSON is a text already.
    #[serde(
        rename = "stringValue",
        alias = "timestampValue",
        alias = "bytesValue",
        alias = "referenceValue"
    )]
    Text(String),
    #[serde(rename = "geoPointValue")]
    GeoPoint(GeoPoint),
    #[serde(rename = "arrayValue")]
    Array(Array),
    #[serde(rename = "mapValue")]
    Map(Map),
}

/// What is zero the JSON of protobuf may leave out.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize, Serialize)]
pub(super) struct GeoPoint {
    #[serde(default, deserialize_with = "double")]
    pub(super) latitude: f64,
    #[serde(default, deserialize_with = "double")]
    pub(super) longitude: f64,
}

#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Array {
    #[serde(default)]
    pub(super) values: Vec<Value>,
}

#[derive(Debug, PartialEq, Deserialize)]
pub(super) struct Map {
    #[serde(default)]
    pub(super) fields: BTreeMap<String, Value>,
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Boolean(truth) => serializer.serialize_bool(*truth),
            Self::Integer(number) => serializer.serialize_i64(*number),
            Self::Double(number) if number.is_nan() => serializer.serialize_str("NaN"),
            Self::Double(f64::INFINITY) => serializer.serialize_str("Infinity"),
            Self::Double(f64::NEG_INFINITY) => serializer.serialize_str("-Infinity"),
            Self::Double(number) => serializer.serialize_f64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::GeoPoint(point) => point.serialize(serializer),
            Self::Array(array) => array.values.serialize(serializer),
            Self::Map(map) => map.fields.serialize(serializer),
        }
    }
}
