//! What the text of a case file stands for.

use serde_json::Value;

/// The value with what its texts stand for: `{n}` is `number`, `{fill:1000}` as many times the
/// letter `x`, and a text that is `{null}` is null, which TOML has not.
pub(super) fn fill(value: Value, number: usize) -> Value {
    match value {
        Value::String(text) if text == "{null}" => Value::Null,
        Value::String(text) => filled(&text, number).into(),
        Value::Array(items) => items.into_iter().map(|item| fill(item, number)).collect(),
        Value::Object(members) => members
            .into_iter()
            .map(|(name, value)| (filled(&name, number), fill(value, number)))
            .collect(),
        other => other,
    }
}

fn filled(text: &str, number: usize) -> String {
    let text = text.replace("{n}", &number.to_string());
    let Some((before, after)) = text.split_once("{fill:") else {
        return text;
    };
    let parted = after.split_once('}');
    match parted.and_then(|(count, rest)| Some((count.parse().ok()?, rest))) {
        Some((count, rest)) => format!("{before}{}{}", "x".repeat(count), filled(rest, number)),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_spelling() {
        let value = json!({"k{n}": ["a{n}-{n}", "{null}", 1], "x": "<{fill:3}|{fill:1}>"});
        let expected = json!({"k7": ["a7-7", null, 1], "x": "<xxx|x>"});
        assert_eq!(fill(value, 7), expected);
        assert_eq!(fill(json!("{fill:much} {a}"), 0), "{fill:much} {a}");
    }
}
