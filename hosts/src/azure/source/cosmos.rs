//! The change feed of Cosmos DB: the documents as they are now, as JSON text in a string, and
//! nothing beside them (`Trigger/CosmosDBTriggerBinding.cs` and `CosmosdbTriggerValueBinder.cs` of
//! Azure/azure-webjobs-sdk-extensions).
//!
//! The feed destroys what a document was before, whether it is new, and that it was deleted. A
//! document is JSON: bytes become base64 text, sets become lists, times and references become text,
//! and places become GeoJSON.

use serde_json::{Map, Number, Value, json};

use super::{Arrival, Delivery};
use crate::azure::binding_data::BindingData;
use crate::azure::net_value::NetValue;
use crate::event::{Change, DocumentValue};

pub(super) fn delivery(items: &[Arrival<'_>]) -> Delivery {
    let changes = items.iter().filter_map(|item| Some((item, item.change()?)));
    let documents: Value = changes
        .map(|(item, change)| document(item, change))
        .collect();
    Delivery {
        value: NetValue::text(Some(documents.to_string())),
        binding_data: BindingData::default(),
    }
}

/// The document with the members that the database adds
/// (<https://learn.microsoft.com/azure/cosmos-db/resource-model#properties-of-an-item>).
fn document(item: &Arrival<'_>, change: &Change) -> Value {
    let members = change.new.iter().flatten();
    let mut document: Map<String, Value> = members
        .map(|(name, value)| (name.clone(), plain(&DocumentValue::from(value))))
        .collect();
    document.insert("id".to_owned(), change.id.as_str().into());
    let number = item.sequence_number;
    let system = json!({
        "_rid": format!("{number:016x}"),
        "_self": format!("dbs/db/colls/{}/docs/{number:016x}/", change.collection),
        "_etag": format!("\"{}\"", item.id),
        "_attachments": "attachments/",
        "_ts": item.time.unix(),
        "_lsn": number,
    });
    if let Value::Object(system) = system {
        document.extend(system);
    }
    document.into()
}

/// As JSON. A number is a double in this database; what is none is left out as null.
fn plain(value: &DocumentValue) -> Value {
    match value {
        DocumentValue::Null => Value::Null,
        DocumentValue::Bool(truth) => (*truth).into(),
        DocumentValue::Number(digits) => number(digits),
        DocumentValue::Text(text)
        | DocumentValue::Bytes(text)
        | DocumentValue::Timestamp(text)
        | DocumentValue::Reference(text) => text.as_str().into(),
        DocumentValue::Set(items) | DocumentValue::List(items) => items.iter().map(plain).collect(),
        DocumentValue::Geo(latitude, longitude) => {
            json!({"type": "Point", "coordinates": [longitude, latitude]})
        }
        DocumentValue::Map(members) => {
            let members = members.iter();
            members
                .map(|(name, value)| (name.clone(), plain(value)))
                .collect()
        }
    }
}

/// Integers stay integers as far as a double holds them.
fn number(digits: &str) -> Value {
    const EXACT: i64 = 1 << f64::MANTISSA_DIGITS;
    match digits.parse::<i64>() {
        Ok(integer) if (-EXACT..=EXACT).contains(&integer) => integer.into(),
        _ => {
            let double = digits.parse().ok().and_then(Number::from_f64);
            double.map_or(Value::Null, Value::Number)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_text_in_a_string() {
        let change = json!({
            "kind": "document-change", "collection": "c", "id": "1", "time": "2026-11-23T15:00:00Z",
            "old": {"n": 0},
            "new": {
                "n": {"$number": "12345678901234567890"}, "small": {"$number": "12"},
                "s": {"$set": ["a", {"$bytes": "AP8="}]}, "t": {"$timestamp": "2026-01-02T03:04:05Z"},
                "g": {"$geo": [1.5, 2.5]}, "big": {"$number": "1e400"}, "m": {"x": [null, true]},
            },
        });
        let happening = serde_json::from_value(change).unwrap();
        let delivery = delivery(&[Arrival::new(&happening, 7)]);
        assert_eq!(delivery.binding_data, BindingData::default());
        let wire = delivery.value.wire();
        let text: String = serde_json::from_str(wire.as_str().unwrap()).unwrap();
        let documents: Value = serde_json::from_str(&text).unwrap();
        let expected = json!([{
            "id": "1", "n": 12345678901234567000.0, "small": 12, "s": ["a", "AP8="],
            "t": "2026-01-02T03:04:05Z", "g": {"type": "Point", "coordinates": [2.5, 1.5]},
            "big": null, "m": {"x": [null, true]},
            "_rid": "0000000000000007", "_self": "dbs/db/colls/c/docs/0000000000000007/",
            "_etag": documents[0]["_etag"], "_attachments": "attachments/", "_ts": 1_795_446_000, "_lsn": 7,
        }]);
        assert_eq!(documents, expected);
        assert!(documents[0]["_etag"].as_str().unwrap().starts_with('"'));
    }
}
