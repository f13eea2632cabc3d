//! Repeated names as events have them that can hold lists.

use serde_json::{Map, Value, json};

/// Each name with the list of its values, in their order.
pub(super) fn lists(pairs: impl Iterator<Item = (String, String)>) -> Map<String, Value> {
    let mut lists = Map::new();
    for (name, value) in pairs {
        if let Value::Array(values) = lists.entry(name).or_insert_with(|| json!([])) {
            values.push(value.into());
        }
    }
    lists
}
