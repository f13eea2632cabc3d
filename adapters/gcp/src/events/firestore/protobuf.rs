//! Documents in protobuf.

use std::collections::BTreeMap;

use base64_simd::STANDARD;
use bytes::Bytes;
use polyfn_core::Error;
use prost::{Message, Oneof};

use super::document::{self, GeoPoint};
use crate::events::malformed::malformed;

pub(super) fn read(data: &Bytes) -> Result<document::DocumentEvent, Error> {
    let read = DocumentEventData::decode(data.clone());
    let data = read.map_err(|error| malformed("data", error))?;
    Ok(document::DocumentEvent {
        value: data.value.map(TryInto::try_into).transpose()?,
        old_value: data.old_value.map(TryInto::try_into).transpose()?,
    })
}

#[derive(Clone, PartialEq, Message)]
struct DocumentEventData {
    #[prost(message, optional, tag = "1")]
    value: Option<Document>,
    #[prost(message, optional, tag = "2")]
    old_value: Option<Document>,
}

#[derive(Clone, PartialEq, Message)]
struct Document {
    #[prost(string, tag = "1")]
    name: String,
    #[prost(btree_map = "string, message", tag = "2")]
    fields: BTreeMap<String, Value>,
    #[prost(message, optional, tag = "4")]
    update_time: Option<Timestamp>,
}

#[derive(Clone, PartialEq, Message)]
struct Value {
    #[prost(oneof = "ValueType", tags = "1, 2, 3, 5, 6, 8, 9, 10, 11, 17, 18")]
    value_type: Option<ValueType>,
}

#[derive(Clone, PartialEq, Oneof)]
enum ValueType {
    #[prost(bool, tag = "1")]
    Boolean(bool),
    #[prost(int64, tag = "2")]
    Integer(i64),
    #[prost(double, tag = "3")]
    Double(f64),
    #[prost(string, tag = "5")]
    Reference(String),
    #[prost(message, tag = "6")]
    Map(MapValue),
    #[prost(message, tag = "8")]
    GeoPoint(LatLng),
    #[prost(message, tag = "9")]
    Array(ArrayValue),
    #[prost(message, tag = "10")]
    Timestamp(Timestamp),
    /// `google.protobuf.NullValue`, an enumeration of one.
    #[prost(int32, tag = "11")]
    Null(i32),
    #[prost(string, tag = "17")]
    String(String),
    #[prost(bytes = "bytes", tag = "18")]
    Bytes(Bytes),
}

#[derive(Clone, PartialEq, Message)]
struct MapValue {
    #[prost(btree_map = "string, message", tag = "1")]
    fields: BTreeMap<String, Value>,
}

#[derive(Clone, PartialEq, Message)]
struct ArrayValue {
    #[prost(message, repeated, tag = "1")]
    values: Vec<Value>,
}

#[derive(Clone, Copy, PartialEq, Message)]
struct LatLng {
    #[prost(double, tag = "1")]
    latitude: f64,
    #[prost(double, tag = "2")]
    longitude: f64,
}

#[derive(Clone, Copy, PartialEq, Message)]
struct Timestamp {
    #[prost(int64, tag = "1")]
    seconds: i64,
    #[prost(int32, tag = "2")]
    nanos: i32,
}

impl Timestamp {
    fn text(self) -> Result<String, Error> {
        let time = polyfn_core::Timestamp::new(self.seconds, self.nanos);
        time.map(|time| time.to_string())
            .map_err(|error| malformed("data", error))
    }
}

impl TryFrom<Document> for document::Document {
    type Error = Error;

    fn try_from(document: Document) -> Result<Self, Error> {
        let update_time = document.update_time.map(Timestamp::text).transpose()?;
        Ok(Self {
            name: document.name,
            fields: fields(document.fields)?,
            update_time: update_time.unwrap_or_default(),
        })
    }
}

impl TryFrom<Value> for document::Value {
    type Error = Error;

    fn try_from(value: Value) -> Result<Self, Error> {
        // A type that is newer than this would be lost otherwise.
        let no_type = || malformed("data", "it has a value of no known type");
        Ok(match value.value_type.ok_or_else(no_type)? {
            ValueType::Null(_) => Self::Null,
            ValueType::Boolean(truth) => Self::Boolean(truth),
            ValueType::Integer(number) => Self::Integer(number),
            ValueType::Double(number) => Self::Double(number),
            ValueType::Reference(text) | ValueType::String(text) => Self::Text(text),
            ValueType::Timestamp(time) => Self::Text(time.text()?),
            ValueType::Bytes(bytes) => Self::Text(STANDARD.encode_to_string(bytes)),
            ValueType::GeoPoint(LatLng {
                latitude,
                longitude,
            }) => Self::GeoPoint(GeoPoint {
                latitude,
                longitude,
            }),
            ValueType::Array(array) => {
                let values = array.values.into_iter().map(TryInto::try_into);
                let values = values.collect::<Result<_, Error>>()?;
                Self::Array(document::Array { values })
            }
            ValueType::Map(map) => Self::Map(document::Map {
                fields: fields(map.fields)?,
            }),
        })
    }
}

fn fields(fields: BTreeMap<String, Value>) -> Result<BTreeMap<String, document::Value>, Error> {
    let fields = fields.into_iter();
    fields
        .map(|(name, value)| Ok((name, value.try_into()?)))
        .collect()
}
