//! The binary form (<https://protobuf.dev/programming-guides/encoding/>), with the field numbers of
//! <https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/firestore/v1/data.proto>.

use super::timestamp::Timestamp;
use super::value::FieldValue;
use super::{Fields, Images};

/// `DocumentEventData`.
pub(super) fn event_data(images: &Images) -> Vec<u8> {
    let mut data = Message::default();
    if let Some(fields) = &images.new {
        data.bytes(1, &document(fields, images));
    }
    if let Some(fields) = &images.old {
        data.bytes(2, &document(fields, images));
    }
    if !images.changed.is_empty() {
        let mut mask = Message::default();
        for path in &images.changed {
            mask.bytes(1, path.as_bytes());
        }
        data.bytes(3, &mask.0);
    }
    data.0
}

fn document(fields: &Fields, images: &Images) -> Vec<u8> {
    let time = timestamp(&images.time);
    let mut document = Message::default();
    document.bytes(1, images.name.as_bytes());
    document.map(2, fields);
    document.bytes(3, &time);
    document.bytes(4, &time);
    document.0
}

/// `Value`: the one member of it that is set is written even when it is zero.
fn value(field: &FieldValue) -> Vec<u8> {
    let mut value = Message::default();
    match field {
        FieldValue::Null => value.varint(11, 0),
        FieldValue::Boolean(truth) => value.varint(1, u64::from(*truth)),
        // Two's complement, as int64 is written.
        FieldValue::Integer(integer) => value.varint(2, *integer as u64),
        FieldValue::Double(double) => value.double(3, *double),
        FieldValue::Timestamp(time) => value.bytes(10, &timestamp(time)),
        FieldValue::String(text) => value.bytes(17, text.as_bytes()),
        FieldValue::Bytes(bytes) => value.bytes(18, bytes),
        FieldValue::Reference(name) => value.bytes(5, name.as_bytes()),
        FieldValue::GeoPoint(latitude, longitude) => {
            let mut point = Message::default();
            point.double(1, *latitude);
            point.double(2, *longitude);
            value.bytes(8, &point.0);
        }
        FieldValue::Array(values) => {
            let mut array = Message::default();
            for element in values {
                array.bytes(1, &self::value(element));
            }
            value.bytes(9, &array.0);
        }
        FieldValue::Map(fields) => {
            let mut map = Message::default();
            map.map(1, fields);
            value.bytes(6, &map.0);
        }
    }
    value.0
}

fn timestamp(text: &str) -> Vec<u8> {
    let Timestamp { seconds, nanos } = Timestamp::parse(text);
    let mut timestamp = Message::default();
    timestamp.varint(1, seconds as u64);
    timestamp.varint(2, nanos as u64);
    timestamp.0
}

/// A message that is being written.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    const VARINT: u64 = 0;
    const EIGHT_BYTES: u64 = 1;
    const LENGTH_DELIMITED: u64 = 2;

    fn varint(&mut self, field: u64, value: u64) {
        self.raw(field << 3 | Self::VARINT);
        self.raw(value);
    }

    fn double(&mut self, field: u64, value: f64) {
        self.raw(field << 3 | Self::EIGHT_BYTES);
        self.0.extend(value.to_le_bytes());
    }

    fn bytes(&mut self, field: u64, bytes: &[u8]) {
        self.raw(field << 3 | Self::LENGTH_DELIMITED);
        self.raw(bytes.len() as u64);
        self.0.extend(bytes);
    }

    /// A map is a list of entries, each a message of key and value.
    fn map(&mut self, field: u64, fields: &Fields) {
        for (name, field_value) in fields {
            let mut entry = Self::default();
            entry.bytes(1, name.as_bytes());
            entry.bytes(2, &value(field_value));
            self.bytes(field, &entry.0);
        }
    }

    /// Seven bits a byte, the lowest first; the eighth says that there is more.
    fn raw(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;
    use prost::Message as _;

    use super::*;

    /// What another encoder of the same schema reads.
    mod schema {
        use std::collections::HashMap;

        #[derive(Clone, PartialEq, prost::Message)]
        pub(super) struct DocumentEventData {
            #[prost(message, optional, tag = "1")]
            pub(super) value: Option<Document>,
            #[prost(message, optional, tag = "2")]
            pub(super) old_value: Option<Document>,
            #[prost(message, optional, tag = "3")]
            pub(super) update_mask: Option<DocumentMask>,
        }

        #[derive(Clone, PartialEq, prost::Message)]
        pub(super) struct DocumentMask {
            #[prost(string, repeated, tag = "1")]
            pub(super) field_paths: Vec<String>,
        }

        #[derive(Clone, PartialEq, prost::Message)]
        pub(super) struct Document {
            #[prost(string, tag = "1")]
            pub(super) name: String,
            #[prost(map = "string, message", tag = "2")]
            pub(super) fields: HashMap<String, Value>,
            #[prost(message, optional, tag = "3")]
            pub(super) create_time: Option<Timestamp>,
            #[prost(message, optional, tag = "4")]
            pub(super) update_time: Option<Timestamp>,
        }

        #[derive(Clone, PartialEq, prost::Message)]
        pub(super) struct Value {
            #[prost(oneof = "Kind", tags = "1, 2, 3, 5, 6, 8, 9, 10, 11, 17, 18")]
            pub(super) kind: Option<Kind>,
        }

        #[derive(Clone, PartialEq, prost::Oneof)]
        pub(super) enum Kind {
            #[prost(bool, tag = "1")]
            Boolean(bool),
            #[prost(int64, tag = "2")]
            Integer(i64),
            #[prost(double, tag = "3")]
            Double(f64),
            #[prost(string, tag = "5")]
            Reference(String),
            #[prost(message, tag = "6")]
            Map(Map),
            #[prost(message, tag = "8")]
            GeoPoint(LatLng),
            #[prost(message, tag = "9")]
            Array(Array),
            #[prost(message, tag = "10")]
            Timestamp(Timestamp),
            #[prost(int32, tag = "11")]
            Null(i32),
            #[prost(string, tag = "17")]
            String(String),
            #[prost(bytes = "vec", tag = "18")]
            Bytes(Vec<u8>),
        }

        #[derive(Clone, PartialEq, prost::Message)]
        pub(super) struct Map {
            #[prost(map = "string, message", tag = "1")]
            pub(super) fields: HashMap<String, Value>,
        }

        #[derive(Clone, PartialEq, prost::Message)]
        pub(super) struct Array {
            #[prost(message, repeated, tag = "1")]
            pub(super) values: Vec<Value>,
        }

        #[derive(Clone, PartialEq, prost::Message)]
        pub(super) struct LatLng {
            #[prost(double, tag = "1")]
            pub(super) latitude: f64,
            #[prost(double, tag = "2")]
            pub(super) longitude: f64,
        }

        #[derive(Clone, PartialEq, prost::Message)]
        pub(super) struct Timestamp {
            #[prost(int64, tag = "1")]
            pub(super) seconds: i64,
            #[prost(int32, tag = "2")]
            pub(super) nanos: i32,
        }
    }

    fn expected(field: &FieldValue) -> schema::Value {
        use schema::Kind;
        let kind = match field {
            FieldValue::Null => Kind::Null(0),
            FieldValue::Boolean(truth) => Kind::Boolean(*truth),
            FieldValue::Integer(integer) => Kind::Integer(*integer),
            FieldValue::Double(double) => Kind::Double(*double),
            FieldValue::Timestamp(time) => Kind::Timestamp(expected_time(time)),
            FieldValue::String(text) => Kind::String(text.clone()),
            FieldValue::Bytes(bytes) => Kind::Bytes(bytes.clone()),
            FieldValue::Reference(name) => Kind::Reference(name.clone()),
            FieldValue::GeoPoint(latitude, longitude) => Kind::GeoPoint(schema::LatLng {
                latitude: *latitude,
                longitude: *longitude,
            }),
            FieldValue::Array(values) => Kind::Array(schema::Array {
                values: values.iter().map(expected).collect(),
            }),
            FieldValue::Map(fields) => Kind::Map(schema::Map {
                fields: expected_fields(fields),
            }),
        };
        schema::Value { kind: Some(kind) }
    }

    fn expected_fields(fields: &Fields) -> HashMap<String, schema::Value> {
        let fields = fields.iter();
        fields
            .map(|(name, value)| (name.clone(), expected(value)))
            .collect()
    }

    fn expected_time(text: &str) -> schema::Timestamp {
        let Timestamp { seconds, nanos } = Timestamp::parse(text);
        schema::Timestamp { seconds, nanos }
    }

    fn any_value() -> impl Strategy<Value = FieldValue> {
        let time = Just("1960-04-23T14:23:53.241Z".to_owned());
        let leaf = prop_oneof![
            Just(FieldValue::Null),
            any::<bool>().prop_map(FieldValue::Boolean),
            any::<i64>().prop_map(FieldValue::Integer),
            any::<f64>().prop_map(FieldValue::Double),
            time.prop_map(FieldValue::Timestamp),
            any::<String>().prop_map(FieldValue::String),
            any::<Vec<u8>>().prop_map(FieldValue::Bytes),
            any::<String>().prop_map(FieldValue::Reference),
            any::<(f64, f64)>().prop_map(|(n, e)| FieldValue::GeoPoint(n, e)),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            let name = any::<String>();
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(FieldValue::Array),
                prop::collection::btree_map(name, inner, 0..4).prop_map(FieldValue::Map),
            ]
        })
    }

    proptest! {
        #[test]
        fn another_decoder_reads_every_value(field in any_value()) {
            let read = schema::Value::decode(value(&field).as_slice()).unwrap();
            prop_assert_eq!(read, expected(&field));
        }
    }

    #[test]
    fn another_decoder_reads_the_whole_event() {
        let fields = |count| {
            Some(Fields::from([(
                "count".to_owned(),
                FieldValue::Integer(count),
            )]))
        };
        let images = Images {
            name: "projects/p/databases/(default)/documents/c/d".to_owned(),
            old: fields(3),
            new: fields(-4),
            changed: vec!["count".to_owned()],
            time: "2020-04-23T12:00:27.247187Z".to_owned(),
        };
        let document = |fields: &Option<Fields>| schema::Document {
            name: images.name.clone(),
            fields: fields.as_ref().map(expected_fields).unwrap_or_default(),
            create_time: Some(expected_time(&images.time)),
            update_time: Some(expected_time(&images.time)),
        };
        let read = schema::DocumentEventData::decode(event_data(&images).as_slice()).unwrap();
        let expected = schema::DocumentEventData {
            value: Some(document(&images.new)),
            old_value: Some(document(&images.old)),
            update_mask: Some(schema::DocumentMask {
                field_paths: vec!["count".to_owned()],
            }),
        };
        assert_eq!(read, expected);
    }
}
