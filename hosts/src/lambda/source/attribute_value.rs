//! A document's value with DynamoDB's types.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html>. What
//! DynamoDB has not is written as an application would: times and references as text, places as a
//! map, and a set of several types as a list.

use serde_json::{Map, Value, json};

use crate::event::DocumentValue;

pub(super) fn attribute_value(value: &DocumentValue) -> Value {
    match value {
        DocumentValue::Null => json!({"NULL": true}),
        DocumentValue::Bool(truth) => json!({"BOOL": truth}),
        DocumentValue::Number(number) => json!({"N": number}),
        DocumentValue::Text(text)
        | DocumentValue::Timestamp(text)
        | DocumentValue::Reference(text) => json!({"S": text}),
        DocumentValue::Bytes(base64) => json!({"B": base64}),
        DocumentValue::Set(items) => set(items),
        DocumentValue::Geo(latitude, longitude) => json!({"M": {
            "latitude": {"N": latitude.to_string()},
            "longitude": {"N": longitude.to_string()},
        }}),
        DocumentValue::List(items) => list(items),
        DocumentValue::Map(members) => {
            let members = members.iter();
            let members: Map<String, Value> = members
                .map(|(name, value)| (name.clone(), attribute_value(value)))
                .collect();
            json!({"M": members})
        }
    }
}

fn set(items: &[DocumentValue]) -> Value {
    let texts = members(items, |item| match item {
        DocumentValue::Text(text) => Some(text),
        _ => None,
    });
    let numbers = members(items, |item| match item {
        DocumentValue::Number(number) => Some(number),
        _ => None,
    });
    let bytes = members(items, |item| match item {
        DocumentValue::Bytes(base64) => Some(base64),
        _ => None,
    });
    match (texts, numbers, bytes) {
        (Some(texts), ..) => json!({"SS": texts}),
        (_, Some(numbers), _) => json!({"NS": numbers}),
        (.., Some(bytes)) => json!({"BS": bytes}),
        _ => list(items),
    }
}

/// The members of a set of one type; DynamoDB has no empty sets.
fn members<'a>(
    items: &'a [DocumentValue],
    member: impl Fn(&'a DocumentValue) -> Option<&'a String>,
) -> Option<Vec<&'a String>> {
    let members: Option<Vec<_>> = items.iter().map(member).collect();
    members.filter(|members| !members.is_empty())
}

fn list(items: &[DocumentValue]) -> Value {
    let items: Vec<Value> = items.iter().map(attribute_value).collect();
    json!({"L": items})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type() {
        for (value, written) in [
            (json!(null), json!({"NULL": true})),
            (json!(true), json!({"BOOL": true})),
            (json!("a"), json!({"S": "a"})),
            (json!(1.50), json!({"N": "1.5"})),
            (
                json!({"$number": "12345678901234567890.1"}),
                json!({"N": "12345678901234567890.1"}),
            ),
            (json!({"$bytes": "AP8="}), json!({"B": "AP8="})),
            (json!({"$set": ["a", "b"]}), json!({"SS": ["a", "b"]})),
            (
                json!({"$set": [1, {"$number": "2e100"}]}),
                json!({"NS": ["1", "2e100"]}),
            ),
            (
                json!({"$set": [{"$bytes": "AA=="}]}),
                json!({"BS": ["AA=="]}),
            ),
            (json!({"$set": []}), json!({"L": []})),
            (
                json!({"$set": [1, "a"]}),
                json!({"L": [{"N": "1"}, {"S": "a"}]}),
            ),
            (
                json!({"$timestamp": "2026-01-02T03:04:05Z"}),
                json!({"S": "2026-01-02T03:04:05Z"}),
            ),
            (json!({"$reference": "users/1"}), json!({"S": "users/1"})),
            (
                json!({"$geo": [1.5, -2]}),
                json!({"M": {"latitude": {"N": "1.5"}, "longitude": {"N": "-2"}}}),
            ),
            (
                json!([1, [null]]),
                json!({"L": [{"N": "1"}, {"L": [{"NULL": true}]}]}),
            ),
            (
                json!({"a": {"b": false}}),
                json!({"M": {"a": {"M": {"b": {"BOOL": false}}}}}),
            ),
        ] {
            assert_eq!(
                attribute_value(&DocumentValue::from(&value)),
                written,
                "{value}"
            );
        }
    }
}
