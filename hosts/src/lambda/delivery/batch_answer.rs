//! `{"batchItemFailures": [{"itemIdentifier": …}]}`, read as Lambda reads it.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html> and
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html>,
//! "Success and failure conditions": an empty list, no list, an empty answer and `null` are a
//! complete success; what is no JSON, an identifier that is empty or `null`, and one under another
//! key are a complete failure. So is an identifier of none of the batch's items, which the pages do
//! not mention: what the function meant to name must not pass for done.

use serde_json::Value;

/// Which items of a batch failed.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Failed {
    /// Those at these places of the batch; none where there is none.
    Places(Vec<usize>),
    All,
}

impl Failed {
    pub(super) fn contains(&self, place: usize) -> bool {
        match self {
            Self::Places(places) => places.contains(&place),
            Self::All => true,
        }
    }
}

/// Reads the answer for a batch of items with these identifiers; the error says why all of them
/// count as failed.
pub(super) fn read(answer: &[u8], identifiers: &[&str]) -> Result<Failed, String> {
    if answer.trim_ascii().is_empty() {
        return Ok(Failed::Places(Vec::new()));
    }
    let answer: Value = serde_json::from_slice(answer)
        .map_err(|error| format!("the answer is no JSON: {error}"))?;
    let members = match answer {
        Value::Null => return Ok(Failed::Places(Vec::new())),
        Value::Object(members) => members,
        other => return Err(format!("the answer is no object: {other}")),
    };
    let failures = match members.get("batchItemFailures") {
        None | Some(Value::Null) => return Ok(Failed::Places(Vec::new())),
        Some(Value::Array(failures)) => failures,
        Some(other) => return Err(format!("batchItemFailures is no list: {other}")),
    };
    let mut places = Vec::new();
    for failure in failures {
        let identifier = failure.get("itemIdentifier").and_then(Value::as_str);
        let identifier = identifier
            .filter(|identifier| !identifier.is_empty())
            .ok_or_else(|| format!("{failure} has no itemIdentifier"))?;
        let named = |(place, other): (usize, &&str)| (*other == identifier).then_some(place);
        let before = places.len();
        places.extend(identifiers.iter().enumerate().filter_map(named));
        if places.len() == before {
            return Err(format!("{identifier:?} is the identifier of no item"));
        }
    }
    Ok(Failed::Places(places))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    proptest! {
        #[test]
        fn no_answer_panics(answer in proptest::collection::vec(any::<u8>(), 0..64)) {
            let _ = read(&answer, &["a", "b"]);
        }

        #[test]
        fn exactly_those_that_are_named_failed(named in proptest::collection::vec(0..3_usize, 0..5)) {
            let identifiers = ["a", "b", "c"];
            let failures = named.iter().map(|place| json!({"itemIdentifier": identifiers[*place]}));
            let answer = json!({"batchItemFailures": failures.collect::<Vec<_>>()});
            let failed = read(answer.to_string().as_bytes(), &identifiers).unwrap();
            for place in 0..3 {
                prop_assert_eq!(failed.contains(place), named.contains(&place));
            }
        }
    }

    fn read_for_ab(answer: &str) -> Result<Failed, String> {
        read(answer.as_bytes(), &["a", "b", "c"])
    }

    #[test]
    fn complete_successes() {
        for answer in [
            "",
            " \n",
            "null",
            "{}",
            r#"{"batchItemFailures":[]}"#,
            r#"{"batchItemFailures":null}"#,
            r#"{"statusCode":200}"#,
        ] {
            assert_eq!(
                read_for_ab(answer),
                Ok(Failed::Places(Vec::new())),
                "{answer:?}"
            );
        }
    }

    #[test]
    fn complete_failures() {
        for answer in [
            "{",
            "\"done\"",
            "[]",
            "true",
            r#"{"batchItemFailures":{}}"#,
            r#"{"batchItemFailures":"a"}"#,
            r#"{"batchItemFailures":["a"]}"#,
            r#"{"batchItemFailures":[null]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":""}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":null}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":7}]}"#,
            r#"{"batchItemFailures":[{"messageId":"a"}]}"#,
            r#"{"batchItemFailures":[{"itemIdentifier":"a"},{"itemIdentifier":"x"}]}"#,
        ] {
            assert!(read_for_ab(answer).is_err(), "{answer:?}");
        }
    }

    #[test]
    fn those_that_are_named() {
        let answer = r#"{"batchItemFailures":[{"itemIdentifier":"c"},{"itemIdentifier":"a","x":1},{"itemIdentifier":"c"}]}"#;
        let failed = read_for_ab(answer).unwrap();
        let contained = [0, 1, 2].map(|place| failed.contains(place));
        assert_eq!(contained, [true, false, true]);
    }
}
