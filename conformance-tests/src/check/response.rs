//! What the client sees.

use serde_json::Value;

use crate::case::{FieldValue, ProblemExpectation, ResponseExpectation};
use crate::check::{Difference, fields};
use crate::http::{Response, excerpt};

/// All that is not as `expected`.
pub(crate) fn response(expected: &ResponseExpectation, actual: &Response) -> Vec<Difference> {
    let mut found = Vec::new();
    if let Some(status) = expected.status {
        found.extend(Difference::between("status", &status, &actual.status));
    }
    found.extend(fields::exact(
        "response",
        &expected.headers,
        &actual.headers,
    ));
    found.extend(fields::lists(
        "response",
        &expected.list_headers,
        &actual.headers,
    ));
    found.extend(fields::absent(
        "response",
        &expected.absent_headers,
        &actual.headers,
    ));
    found.extend(fields::unordered(
        "response",
        &expected.unordered_headers,
        &actual.headers,
    ));
    for name in &expected.some_headers {
        if actual.headers.text(name).is_none() {
            found.push(Difference::new(
                format!("response header {name}"),
                "some value",
                "none",
            ));
        }
    }
    if let Some(length) = expected.length_if_told {
        let told = actual.headers.text("content-length");
        if told.is_some_and(|told| told != length.to_string()) {
            let came = told.unwrap_or_default();
            found.push(Difference::new(
                "Content-Length, if it is there",
                length.to_string(),
                came,
            ));
        }
    }
    if expected.empty {
        found.extend(Difference::between_bodies(
            "response body",
            b"",
            &actual.body,
        ));
    }
    if let Some(body) = &expected.body {
        found.extend(Difference::between_bodies(
            "response body",
            body.bytes(),
            &actual.body,
        ));
    }
    if let Some(wanted) = &expected.json {
        match serde_json::from_slice(&actual.body) {
            Ok(document) => found.extend(subset("response body", wanted, &document)),
            Err(error) => found.push(no_json(&error, actual)),
        }
    }
    if let Some(problem_expected) = &expected.problem {
        found.extend(problem(problem_expected, actual));
    }
    if expected.no_success && actual.status < 500 {
        found.push(Difference::new(
            "status",
            "5xx, or an answer that breaks off",
            format!("{} and a whole answer", actual.status),
        ));
    }
    for text in &expected.never {
        if contains(actual, text) {
            found.push(Difference::new(
                "response",
                format!("nowhere {text:?}"),
                "just that",
            ));
        }
    }
    found
}

fn problem(expected: &ProblemExpectation, actual: &Response) -> Vec<Difference> {
    let mut found = Vec::new();
    found.extend(Difference::between(
        "status",
        &expected.status,
        &actual.status,
    ));
    let content_type = [(
        "content-type".to_owned(),
        FieldValue::from("application/problem+json"),
    )];
    found.extend(fields::exact("response", &content_type, &actual.headers));
    let document: Value = match serde_json::from_slice(&actual.body) {
        Ok(document) => document,
        Err(error) => {
            found.push(no_json(&error, actual));
            return found;
        }
    };
    let status = document.get("status").and_then(Value::as_u64);
    found.extend(Difference::between(
        "the problem's status",
        &Some(expected.status.into()),
        &status,
    ));
    for member in ["title", "invocation_id"] {
        if document
            .get(member)
            .and_then(Value::as_str)
            .is_none_or(str::is_empty)
        {
            found.push(Difference::new(
                format!("the problem's {member}"),
                "text",
                document
                    .get(member)
                    .map_or("nothing".to_owned(), Value::to_string),
            ));
        }
    }
    found
}

/// What of `wanted` is missing or other in `actual`; members that are not wanted may be there.
fn subset(place: &str, wanted: &Value, actual: &Value) -> Vec<Difference> {
    match (wanted, actual) {
        (Value::Object(wanted), Value::Object(actual)) => wanted
            .iter()
            .flat_map(|(name, value)| {
                subset(
                    &format!("{place}.{name}"),
                    value,
                    actual.get(name).unwrap_or(&Value::Null),
                )
            })
            .collect(),
        _ if wanted == actual => Vec::new(),
        _ => vec![Difference::new(
            place,
            wanted.to_string(),
            actual.to_string(),
        )],
    }
}

fn no_json(error: &serde_json::Error, actual: &Response) -> Difference {
    Difference::new(
        "response body",
        "JSON",
        format!("{:?} ({error})", excerpt(&actual.body, 120)),
    )
}

fn contains(response: &Response, text: &str) -> bool {
    let within = |bytes: &[u8]| String::from_utf8_lossy(bytes).contains(text);
    within(&response.body) || response.headers.0.iter().any(|(_, value)| within(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Headers;

    fn differences(expected: &str, actual: &Response) -> Vec<String> {
        let expected: ResponseExpectation = toml::from_str(expected).unwrap();
        response(&expected, actual)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    fn sample(body: &str) -> Response {
        Response {
            status: 404,
            headers: Headers(vec![
                ("Content-Type".into(), b"application/problem+json".into()),
                ("Content-Length".into(), b"7".into()),
            ]),
            body: body.into(),
        }
    }

    #[test]
    fn each_kind_can_hold_and_fail() {
        let actual = sample(
            r#"{"title":"Not Found","status":404,"invocation_id":"1","more":{"a":1,"b":2}}"#,
        );
        for (holds, fails, told) in [
            (
                "status = 404",
                "status = 200",
                "status: expected 200, came 404",
            ),
            (
                "headers = [['content-type', 'application/problem+json']]",
                "headers = [['content-type', 'text/plain']]",
                "response header content-type",
            ),
            (
                "list_headers = [['content-type', ['application/problem+json']]]",
                "list_headers = [['content-type', ['a']]]",
                "as a list",
            ),
            (
                "unordered_headers = [['content-type', ['application/problem+json']]]",
                "unordered_headers = [['content-type', ['a', 'b']]]",
                "in any order",
            ),
            (
                "some_headers = ['content-length']",
                "some_headers = ['age']",
                "expected some value, came none",
            ),
            (
                "length_if_told = 7",
                "length_if_told = 8",
                "expected 8, came 7",
            ),
            (
                "absent_headers = ['x']",
                "absent_headers = ['content-TYPE']",
                "expected [], came",
            ),
            (
                "empty = false",
                "empty = true",
                "response body (first difference at byte 0)",
            ),
            (
                "json = { more = { b = 2 } }",
                "json = { more = { b = 3 } }",
                "response body.more.b: expected 3, came 2",
            ),
            (
                "problem = { status = 404 }",
                "problem = { status = 500 }",
                "the problem's status",
            ),
            (
                "no_success = false",
                "no_success = true",
                "expected 5xx, or an answer that breaks off, came 404",
            ),
            (
                "never = ['secret']",
                "never = ['Found']",
                "nowhere \"Found\"",
            ),
        ] {
            assert_eq!(differences(holds, &actual), [""; 0], "{holds}");
            let found = differences(fails, &actual).join("\n");
            assert!(found.contains(told), "{fails}: {found}");
        }
        assert_eq!(differences("body = { text = 'x' }", &sample("x")), [""; 0]);
        assert_eq!(differences("body = { text = 'x' }", &sample("y")).len(), 1);
    }

    #[test]
    fn a_problem_without_an_id_is_none() {
        let found = differences(
            "problem = { status = 404 }",
            &sample(r#"{"title":"Not Found","status":404}"#),
        );
        assert_eq!(
            found,
            ["the problem's invocation_id: expected text, came nothing"]
        );
        let found = differences("problem = { status = 404 }", &sample("<html>"));
        assert!(
            found[0].contains("expected JSON, came \"<html>\""),
            "{found:?}"
        );
    }
}
