//! One event that a function saw, as the probe's line tells it.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::Difference;
use crate::event::observed::shortened;
use crate::event::{EventColumn, Seen};

/// A line of the probe's.
pub(super) struct Line {
    pub(super) text: String,
    pub(super) value: Value,
}

impl Line {
    pub(super) fn read(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            // What is no JSON has none of the members that are asked for.
            value: serde_json::from_str(text).unwrap_or_default(),
        }
    }
}

/// What tells the line from delivery number `delivery` of what had to be seen.
pub(super) fn check(
    expected: &Seen,
    delivery: usize,
    line: &Line,
    column: EventColumn,
) -> Vec<Difference> {
    let mut differences = Vec::new();
    let value = &line.value;
    let context = &value["context"];
    let target = column.target().name();
    for (what, expected, came) in [
        ("function", expected.function.as_str(), &value["function"]),
        ("context.function", &expected.function, &context["function"]),
        ("context.target", target, &context["target"]),
    ] {
        compare(what, &expected.into(), came, &mut differences);
    }
    for (what, came) in [
        ("id", &value["id"]),
        ("source", &value["source"]),
        ("context.invocation_id", &context["invocation_id"]),
    ] {
        if came.as_str().is_none_or(str::is_empty) {
            differences.push(Difference::new(what, "some text", came.to_string()));
        }
    }
    // A plain invocation says of itself no type.
    if !value["type"].is_string() {
        let came = value["type"].to_string();
        differences.push(Difference::new("type", "some text, maybe empty", came));
    }
    for (name, expected) in &expected.event {
        compare(name, expected, &value[name], &mut differences);
    }
    for (name, expected) in &expected.event_if_told {
        compare_if_told(name, expected, &value[name], &mut differences);
    }
    let data = &value["data"];
    let members = Value::Object(expected.data.clone());
    compare("data", &members, data, &mut differences);
    for (name, expected) in &expected.data_if_told {
        compare_if_told(
            &format!("data.{name}"),
            expected,
            &data[name],
            &mut differences,
        );
    }
    let missing = expected
        .mentions
        .iter()
        .filter(|text| !line.text.contains(*text));
    differences.extend(missing.map(|text| {
        Difference::new(
            "the event",
            format!("to mention {text:?}"),
            shortened(&line.text),
        )
    }));
    let unwanted = expected.without.iter();
    let unwanted = unwanted.filter(|text| line.text.contains(*text));
    differences.extend(unwanted.map(|text| {
        let hidden = format!("not to mention {text:?}");
        Difference::new("the event", hidden, shortened(&line.text))
    }));
    differences.extend(attempt(expected, delivery, &context["attempt"], column));
    differences.extend(deadline(expected, &context["deadline_ms"]));
    if expected.some_trace && context["traceparent"].is_null() {
        differences.push(Difference::new(
            "context.traceparent",
            "some trace",
            context["traceparent"].to_string(),
        ));
    }
    differences
}

fn attempt(
    expected: &Seen,
    delivery: usize,
    came: &Value,
    column: EventColumn,
) -> Option<Difference> {
    let attempt = *expected.attempts.as_ref()?.get(delivery)?;
    if came.is_null() && !column.counts_attempts() {
        return None;
    }
    (came != attempt)
        .then(|| Difference::new("context.attempt", attempt.to_string(), came.to_string()))
}

fn deadline(expected: &Seen, came: &Value) -> Option<Difference> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let now = now.map_or(0, |since| since.as_millis());
    let is_ahead = came.as_u64().is_some_and(|at| u128::from(at) > now);
    (expected.deadline_ahead && !is_ahead)
        .then(|| Difference::new("context.deadline_ms", "a time ahead", came.to_string()))
}

/// Compares the members that are named, and all that is below `json`. `json_has` stands for
/// members of `json`, beside which there may be others.
pub(super) fn compare(
    what: &str,
    expected: &Value,
    actual: &Value,
    differences: &mut Vec<Difference>,
) {
    let Value::Object(members) = expected else {
        if expected != actual {
            let (expected, actual) = (expected.to_string(), actual.to_string());
            let difference = Difference::new(what, shortened(&expected), shortened(&actual));
            differences.push(difference);
        }
        return;
    };
    for (name, expected) in members {
        let what = format!("{what}.{name}");
        match name.as_str() {
            "json" if expected == &actual[name] => {}
            "json" => differences.push(Difference::new(
                what,
                shortened(&expected.to_string()),
                shortened(&actual[name].to_string()),
            )),
            "json_has" => compare(&what, expected, &actual["json"], differences),
            _ => compare(&what, expected, &actual[name], differences),
        }
    }
}

fn compare_if_told(
    what: &str,
    expected: &Value,
    actual: &Value,
    differences: &mut Vec<Difference>,
) {
    if !actual.is_null() {
        compare(what, expected, actual, differences);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(expected: Value, actual: Value) -> Vec<String> {
        let mut differences = Vec::new();
        compare("x", &expected, &actual, &mut differences);
        differences.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn named_members_and_all_of_json() {
        let actual = json!({"a": 1, "b": {"json": {"c": 1, "d": 2}, "text": "…"}});
        let none: [&str; 0] = [];
        assert_eq!(found(json!({"a": 1}), actual.clone()), none);
        assert_eq!(
            found(json!({"b": {"json_has": {"c": 1}}}), actual.clone()),
            none
        );
        assert_eq!(
            found(json!({"b": {"json": {"c": 1}}}), actual.clone()),
            [r#"x.b.json: expected {"c":1}, came {"c":1,"d":2}"#]
        );
        assert_eq!(
            found(json!({"a": null}), actual),
            ["x.a: expected null, came 1"]
        );
    }

    #[test]
    fn a_context_is_looked_at_in_each_line() {
        let seen: Seen = serde_json::from_value(json!({"function": "queue"})).unwrap();
        let column = "gcp/pubsub-push".parse().unwrap();
        let line = Line::read(r#"{"function": "queue", "context": {"target": "aws"}}"#);
        let differences = check(&seen, 0, &line, column);
        let whats: Vec<_> = differences.iter().map(|one| one.what.as_str()).collect();
        let expected = [
            "context.function",
            "context.target",
            "id",
            "source",
            "context.invocation_id",
            "type",
        ];
        assert_eq!(whats, expected);
    }

    #[test]
    fn text_that_must_stand_in_a_line_and_text_that_must_not() {
        let seen = json!({"function": "queue", "mentions": ["12345"], "without": ["fake"]});
        let seen: Seen = serde_json::from_value(seen).unwrap();
        let column = "gcp/pubsub-push".parse().unwrap();
        let about = |text: &str| {
            let differences = check(&seen, 0, &Line::read(text), column).into_iter();
            differences.filter(|one| one.what == "the event").count()
        };
        assert_eq!(about(r#"{"n": 12345}"#), 0);
        assert_eq!(about(r#"{"n": 1234}"#), 1);
        assert_eq!(about(r#"{"n": 12345, "id": "fake"}"#), 1);
    }

    #[test]
    fn a_source_may_be_unable_to_count() {
        let seen = json!({"function": "queue", "attempts": [1]});
        let seen: Seen = serde_json::from_value(seen).unwrap();
        let on = |column: &str| attempt(&seen, 0, &Value::Null, column.parse().unwrap());
        assert_eq!(on("aws/s3"), None);
        let difference = on("aws/sqs").unwrap().to_string();
        assert_eq!(difference, "context.attempt: expected 1, came null");
    }
}
