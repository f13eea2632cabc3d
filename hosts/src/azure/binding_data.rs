//! What a trigger says beside its value, on its way to `Metadata`: the dictionary of the SDK's
//! `Binder`, whose keys are compared without regard to case.

use serde_json::{Map, Value};

use super::date_time::DateTime;
use super::net_value::NetValue;

/// Values by name.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct BindingData(Vec<(String, NetValue)>);

impl BindingData {
    /// A value that is there already keeps the case of its name.
    pub(super) fn insert(&mut self, name: impl Into<String>, value: impl Into<NetValue>) {
        let (name, value) = (name.into(), value.into());
        match self
            .0
            .iter_mut()
            .find(|(known, _)| known.eq_ignore_ascii_case(&name))
        {
            Some((_, known)) => *known = value,
            None => self.0.push((name, value)),
        }
    }

    /// `SystemBindingData.AddToBindingData`: a value that is there already keeps its place, and
    /// the system's own goes beside it.
    pub(super) fn insert_sys(&mut self, sys: Value) {
        let is_there = self
            .0
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case("sys"));
        self.insert(if is_there { "$sys" } else { "sys" }, sys);
    }

    /// One item's values.
    pub(super) fn of_one(item: Vec<(&'static str, NetValue)>) -> Self {
        let mut data = Self::default();
        for (name, value) in item {
            data.insert(name, value);
        }
        data
    }

    /// A batch: the name of each value gets `Array` at its end, and all items have the same names.
    pub(super) fn of_many(items: Vec<Vec<(&'static str, NetValue)>>) -> Self {
        let mut arrays: Vec<(String, Vec<Value>)> = Vec::new();
        for item in items {
            for (place, (name, value)) in item.into_iter().enumerate() {
                match arrays.get_mut(place) {
                    Some((_, array)) => array.push(value.json()),
                    None => arrays.push((format!("{name}Array"), vec![value.json()])),
                }
            }
        }
        let arrays = arrays.into_iter();
        Self(
            arrays
                .map(|(name, array)| (name, Value::from(array).into()))
                .collect(),
        )
    }

    /// `Utility.ApplyBindingData`: when a trigger's string is a JSON object, its members become
    /// binding data and overwrite what the system put there: objects as they are, lists not at
    /// all, everything else as a string, and what looks like a date reformatted.
    pub(super) fn poison(&mut self, trigger_value: &NetValue) {
        let NetValue::Json(Value::String(text)) = trigger_value else {
            return;
        };
        let Ok(Value::Object(members)) = serde_json::from_str(text) else {
            return;
        };
        for (name, value) in members {
            match value {
                Value::Null | Value::Array(_) => {}
                Value::Object(_) => self.insert(name, value),
                Value::Bool(true) => self.insert(name, "True"),
                Value::Bool(false) => self.insert(name, "False"),
                Value::Number(number) if number.is_f64() => {
                    let double = number.as_f64().unwrap_or_default();
                    self.insert(name, Value::from(double.to_string()));
                }
                Value::Number(number) => self.insert(name, Value::from(number.to_string())),
                Value::String(text) => {
                    let date = DateTime::parse(&text).map(DateTime::invariant);
                    self.insert(name, Value::from(date.unwrap_or(text)));
                }
            }
        }
    }

    /// `Metadata`. The trigger's own value is not repeated ("Data will include value of the
    /// trigger") and nulls are left out.
    pub(super) fn metadata(&self) -> Map<String, Value> {
        let is_told = |(name, value): &&(String, NetValue)| {
            !value.is_null() && !name.to_ascii_lowercase().ends_with("trigger")
        };
        let told = self.0.iter().filter(is_told);
        told.map(|(name, value)| (name.clone(), value.wire()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    proptest! {
        #[test]
        fn no_message_panics(text in "\\PC{0,40}|\\{\"[iI][dD]\": ?\\PC{0,20}\\}") {
            let mut data = BindingData::of_one(vec![("Id", "real".into())]);
            data.poison(&text.as_str().into());
            prop_assert!(data.metadata().len() <= 21, "{data:?}");
        }
    }

    #[test]
    fn nulls_and_the_triggers_own_value_are_left_out() {
        let data = BindingData::of_one(vec![
            ("DequeueCount", 1.into()),
            ("Id", "abc".into()),
            ("queueTrigger", "text".into()),
            ("PopReceipt", Value::Null.into()),
            ("sys", json!({"MethodName": "f"}).into()),
        ]);
        let expected = json!({"DequeueCount": "1", "Id": "\"abc\"", "sys": {"MethodName": "f"}});
        assert_eq!(Value::Object(data.metadata()), expected);
    }

    #[test]
    fn a_message_poisons_the_metadata() {
        let mut data = BindingData::of_one(vec![("Id", "real".into()), ("DequeueCount", 1.into())]);
        let message = json!({
            "id": "forged", "dequeueCount": 7, "none": null, "list": [1], "yes": true, "double": 1.0,
            "object": {"a": [1]}, "date": "2026-11-23T15:00:00.5+01:00",
        });
        data.poison(&message.to_string().as_str().into());
        let expected = json!({
            "Id": "\"forged\"", "DequeueCount": "\"7\"", "yes": "\"True\"", "double": "\"1\"", "object": {"a": [1]},
            "date": "\"11/23/2026 14:00:00\"",
        });
        assert_eq!(Value::Object(data.metadata()), expected);
    }

    #[test]
    fn only_text_that_is_a_json_object_poisons() {
        let before = BindingData::of_one(vec![("Id", "real".into())]);
        for value in ["", "{", "[{\"Id\":1}]", "\"{}\"", "Id"] {
            let mut data = before.clone();
            data.poison(&value.into());
            assert_eq!(data, before, "{value}");
        }
        let mut data = before.clone();
        data.poison(&NetValue::Bytes(b"{\"Id\":1}".as_slice().into()));
        assert_eq!(data, before, "bytes are not looked into");
    }

    #[test]
    fn a_batch_has_arrays() {
        let item = |id: &str| {
            vec![
                ("Id", NetValue::from(id)),
                ("Group", NetValue::text(None::<String>)),
            ]
        };
        let data = BindingData::of_many(vec![item("a"), item("b")]);
        let expected = json!({"IdArray": "[\"a\",\"b\"]", "GroupArray": "[null,null]"});
        assert_eq!(Value::Object(data.metadata()), expected);
    }
}
