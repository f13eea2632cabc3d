//! How a .NET value goes onto the wire in invocation mode:
//! `GetHttpScriptInvocationContextValue` in `ScriptInvocationContextExtensions.cs`.
//!
//! | .NET value | wire |
//! |---|---|
//! | `byte[]` | a base64 string |
//! | `DateTime`, `DateTimeOffset` | reformatted, without its sub-second part |
//! | object, dictionary | raw JSON |
//! | everything else | JSON text inside a JSON string |

use serde_json::{Map, Value};

/// `Data`: a JSON value stands for the .NET value of the same kind. A string of a binding with
/// `dataType: binary` stands for the bytes that it encodes as base64.
pub(super) fn datum(value: &Value, is_binary: bool) -> Value {
    match value {
        Value::Object(_) => value.clone(),
        Value::String(_) if is_binary => value.clone(),
        other => other.to_string().into(),
    }
}

/// `Metadata`. The trigger's own value is not repeated ("Data will include value of the trigger"),
/// nulls are left out, and a string in RFC 3339 stands for a `DateTimeOffset`.
pub(super) fn metadata(values: &Map<String, Value>) -> Map<String, Value> {
    values
        .iter()
        .filter(|(name, value)| !value.is_null() && !name.to_ascii_lowercase().ends_with("trigger"))
        .map(|(name, value)| (name.clone(), metadatum(value)))
        .collect()
}

fn metadatum(value: &Value) -> Value {
    match value {
        Value::String(text) => match date_time(text) {
            Some(reformatted) => reformatted.into(),
            None => datum(value, false),
        },
        other => datum(other, false),
    }
}

/// `Utility.ApplyBindingData`: when a trigger's string is a JSON object, its members become binding
/// data and overwrite what the system put there.
pub(super) fn poison(binding_data: &mut Map<String, Value>, trigger_value: &Value) {
    let Some(text) = trigger_value
        .as_str()
        .filter(|text| text.trim_start().starts_with('{'))
    else {
        return;
    };
    if let Ok(Value::Object(members)) = serde_json::from_str(text) {
        binding_data.extend(members.into_iter().filter(|(_, value)| !value.is_null()));
    }
}

/// `2026-11-23T15:00:00.1234567Z` → `2026-11-23T15:00:00+00:00`; `None` if it is no such time.
fn date_time(text: &str) -> Option<String> {
    let (seconds, rest) = text.split_at_checked("2026-11-23T15:00:00".len())?;
    let shape =
        seconds
            .bytes()
            .zip(b"0000-00-00T00:00:00".iter())
            .all(|(byte, &shape)| match shape {
                b'0' => byte.is_ascii_digit(),
                literal => byte == literal,
            });
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => fraction.trim_start_matches(|digit: char| digit.is_ascii_digit()),
        None => rest,
    };
    let zone = if zone == "Z" { "+00:00" } else { zone };
    let is_zone = zone.len() == 6 && zone.starts_with(['+', '-']) && zone.as_bytes()[3] == b':';
    (shape && is_zone).then(|| format!("{seconds}{zone}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_table_of_the_contract() {
        assert_eq!(
            datum(&json!("{\"a\":1}"), false),
            json!("\"{\\\"a\\\":1}\"")
        );
        assert_eq!(datum(&json!(1), false), json!("1"));
        assert_eq!(datum(&json!(null), false), json!("null"));
        assert_eq!(datum(&json!(["a"]), false), json!("[\"a\"]"));
        assert_eq!(datum(&json!({"a": 1}), false), json!({"a": 1}));
        assert_eq!(datum(&json!("AP8="), true), json!("AP8="));
    }

    #[test]
    fn metadata_rules() {
        let values = json!({
            "DequeueCount": 1,
            "Id": "abc",
            "InsertionTime": "2026-11-23T15:00:00.1234567Z",
            "queueTrigger": "text",
            "PopReceipt": null,
            "sys": {"MethodName": "f"},
        });
        assert_eq!(
            Value::Object(metadata(values.as_object().unwrap())),
            json!({
                "DequeueCount": "1",
                "Id": "\"abc\"",
                "InsertionTime": "2026-11-23T15:00:00+00:00",
                "sys": {"MethodName": "f"},
            })
        );
    }

    #[test]
    fn a_message_poisons_the_metadata() {
        let mut data = json!({"Id": "real", "DequeueCount": 1})
            .as_object()
            .unwrap()
            .clone();
        poison(&mut data, &json!("{\"Id\": \"forged\", \"x\": null}"));
        assert_eq!(
            Value::Object(data),
            json!({"Id": "forged", "DequeueCount": 1})
        );
    }
}
