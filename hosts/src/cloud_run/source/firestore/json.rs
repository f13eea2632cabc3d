//! The JSON of protocol buffers: 64-bit integers are texts, bytes are base64, and what is empty is
//! not there (<https://protobuf.dev/programming-guides/json/>).

use serde_json::{Map, Value, json};

use super::value::FieldValue;
use super::{Fields, Images};
use crate::base64;

pub(super) fn event_data(images: &Images) -> Value {
    let mut data = Map::new();
    let told = [("oldValue", &images.old), ("value", &images.new)];
    for (name, fields) in told {
        if let Some(fields) = fields {
            data.insert(name.to_owned(), document(fields, images));
        }
    }
    if !images.changed.is_empty() {
        let mask = json!({"fieldPaths": images.changed});
        data.insert("updateMask".to_owned(), mask);
    }
    Value::Object(data)
}

fn document(fields: &Fields, images: &Images) -> Value {
    let mut document = json!({
        "name": images.name,
        "createTime": images.time,
        "updateTime": images.time,
    });
    if let Some(fields) = map(fields) {
        document["fields"] = fields;
    }
    document
}

fn map(fields: &Fields) -> Option<Value> {
    let members = fields.iter();
    (!fields.is_empty()).then(|| members.map(|(name, v)| (name.clone(), value(v))).collect())
}

fn value(field: &FieldValue) -> Value {
    match field {
        FieldValue::Null => json!({"nullValue": null}),
        FieldValue::Boolean(truth) => json!({"booleanValue": truth}),
        FieldValue::Integer(integer) => json!({"integerValue": integer.to_string()}),
        FieldValue::Double(double) => json!({"doubleValue": double_value(*double)}),
        FieldValue::Timestamp(time) => json!({"timestampValue": time}),
        FieldValue::String(text) => json!({"stringValue": text}),
        FieldValue::Bytes(bytes) => json!({"bytesValue": base64::encode(bytes)}),
        FieldValue::Reference(name) => json!({"referenceValue": name}),
        FieldValue::GeoPoint(latitude, longitude) => {
            json!({"geoPointValue": {"latitude": latitude, "longitude": longitude}})
        }
        FieldValue::Array(values) if values.is_empty() => json!({"arrayValue": {}}),
        FieldValue::Array(values) => {
            let values: Vec<Value> = values.iter().map(value).collect();
            json!({"arrayValue": {"values": values}})
        }
        FieldValue::Map(fields) => match map(fields) {
            Some(fields) => json!({"mapValue": {"fields": fields}}),
            None => json!({"mapValue": {}}),
        },
    }
}

/// JSON has no number for these three.
fn double_value(double: f64) -> Value {
    match double {
        f64::INFINITY => json!("Infinity"),
        f64::NEG_INFINITY => json!("-Infinity"),
        double if double.is_nan() => json!("NaN"),
        double => json!(double),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::DocumentValue;

    #[test]
    fn every_type_has_its_own_member() {
        let of = |json: Value| value(&FieldValue::from(&DocumentValue::from(&json)));
        let name = "projects/my-project/databases/(default)/documents/foo/bar";
        let cases = [
            (json!(null), json!({"nullValue": null})),
            (json!(true), json!({"booleanValue": true})),
            (json!(50), json!({"integerValue": "50"})),
            (json!(5.5), json!({"doubleValue": 5.5})),
            (
                json!({"$number": "1e400"}),
                json!({"doubleValue": "Infinity"}),
            ),
            (json!({"$number": "NaN"}), json!({"doubleValue": "NaN"})),
            (json!("text"), json!({"stringValue": "text"})),
            (json!({"$bytes": "AP8="}), json!({"bytesValue": "AP8="})),
            (
                json!({"$timestamp": "2020-04-23T14:23:53.241Z"}),
                json!({"timestampValue": "2020-04-23T14:23:53.241Z"}),
            ),
            (
                json!({"$reference": "foo/bar"}),
                json!({"referenceValue": name}),
            ),
            (
                json!({"$geo": [51.4543, -0.9781]}),
                json!({"geoPointValue": {"latitude": 51.4543, "longitude": -0.9781}}),
            ),
            (json!([]), json!({"arrayValue": {}})),
            (
                json!({"$set": ["a"]}),
                json!({"arrayValue": {"values": [{"stringValue": "a"}]}}),
            ),
            (json!({}), json!({"mapValue": {}})),
            (
                json!({"x": [1]}),
                json!({"mapValue": {"fields": {"x": {"arrayValue": {"values": [{"integerValue": "1"}]}}}}}),
            ),
        ];
        for (given, expected) in cases {
            assert_eq!(of(given.clone()), expected, "{given}");
        }
    }
}
