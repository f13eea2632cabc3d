use super::*;

fn sample() -> serde_json::Value {
    serde_json::json!({
        "method": "PUT",
        "path": "/echo/a%2Fb",
        "query": "b=1&a=%20&b=2",
        "headers": [["x-a", "1"], ["cookie", "a=1; b=2"], ["x-a", "Ã©"]],
        "params": {"rest": "a/b", "broken": null},
        "body_base64": "AP8=",
        "context": {
            "invocation_id": "i1",
            "function": "echo",
            "target": "gcp",
            "deadline_ms": 9_999_999_999_999_u64,
            "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        },
    })
}

fn differences(expected: &str, actual: &serde_json::Value, facts: &mut EchoFacts) -> String {
    let expected: EchoExpectation = toml::from_str(expected).unwrap();
    let response = Response {
        status: 200,
        body: actual.to_string().into_bytes(),
        ..Response::default()
    };
    let found = echo(&expected, &response, facts);
    found
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn each_kind_can_hold_and_fail() {
    for (holds, fails, told) in [
        (
            "method = 'PUT'",
            "method = 'GET'",
            "echoed method: expected \"GET\", came \"PUT\"",
        ),
        ("path = '/echo/a%2Fb'", "path = '/echo/a/b'", "echoed path"),
        (
            "query = 'b=1&a=%20&b=2'",
            "query = 'b=1&b=2&a=%20'",
            "echoed query",
        ),
        (
            "no_query = false",
            "no_query = true",
            "echoed query: expected None",
        ),
        (
            "query_pairs = [['a', ' '], ['b', '1'], ['b', '2']]",
            "query_pairs = [['a', ' '], ['b', '2'], ['b', '1']]",
            "the pairs of the echoed query",
        ),
        (
            "headers = [['x-a', '1'], ['x-a', 'é']]",
            "headers = [['x-a', '1']]",
            "echoed header x-a",
        ),
        (
            "list_headers = [['x-a', ['1', 'é']]]",
            "list_headers = [['x-a', ['1']]]",
            "as a list",
        ),
        (
            "cookies = ['a=1', 'b=2']",
            "cookies = ['a=1']",
            "echoed cookies",
        ),
        (
            "absent_headers = ['x-b']",
            "absent_headers = ['x-a']",
            "echoed header x-a: expected []",
        ),
        (
            "body = { base64 = 'AP8=' }",
            "body = { text = '' }",
            "echoed body",
        ),
        ("no_body = false", "no_body = true", "echoed body"),
        (
            "context = { function = 'echo' }",
            "context = { function = 'x' }",
            "context.function",
        ),
        (
            "context = { trace_id = '0af7651916cd43dd8448eb211c80319c' }",
            "context = { trace_id = '1' }",
            "the trace id",
        ),
    ] {
        let mut facts = EchoFacts::default();
        assert_eq!(differences(holds, &sample(), &mut facts), "", "{holds}");
        let found = differences(fails, &sample(), &mut facts);
        assert!(found.contains(told), "{fails}: {found}");
    }
}

#[test]
fn params_are_compared_whole() {
    let mut actual = sample();
    let mut facts = EchoFacts::default();
    let expected = "params = { rest = 'a/b' }";
    assert!(differences(expected, &actual, &mut facts).contains("\"broken\": None"));
    actual["params"] = serde_json::json!({"rest": "a/b"});
    assert_eq!(differences(expected, &actual, &mut facts), "");
}

#[test]
fn the_target_is_the_one_under_test() {
    let expected = "context = { names_target = true }";
    for (target, holds) in [("gcp", true), ("aws", false)] {
        let mut facts = EchoFacts {
            target: target.to_owned(),
            ..EchoFacts::default()
        };
        assert_eq!(
            differences(expected, &sample(), &mut facts).is_empty(),
            holds,
            "{target}"
        );
    }
}

#[test]
fn an_id_is_fresh_once() {
    let mut facts = EchoFacts::default();
    let expected = "context = { fresh_invocation_id = true }";
    assert_eq!(differences(expected, &sample(), &mut facts), "");
    assert!(differences(expected, &sample(), &mut facts).contains("seen before"));
    let mut empty = sample();
    empty["context"]["invocation_id"] = "".into();
    assert!(differences(expected, &empty, &mut facts).contains("context.invocation_id"));
}

#[test]
fn a_deadline_lies_ahead() {
    let expected = "context = { deadline_ahead = true }";
    let mut facts = EchoFacts::default();
    assert_eq!(differences(expected, &sample(), &mut facts), "");
    for deadline in [serde_json::json!(1000), serde_json::Value::Null] {
        let mut actual = sample();
        actual["context"]["deadline_ms"] = deadline;
        assert!(differences(expected, &actual, &mut facts).contains("a time ahead"));
    }
}

#[test]
fn the_number_is_filled_in() {
    let mut actual = sample();
    actual["path"] = "/echo/7".into();
    let mut facts = EchoFacts {
        number: 7,
        ..EchoFacts::default()
    };
    assert_eq!(differences("path = '/echo/{n}'", &actual, &mut facts), "");
}

#[test]
fn what_is_no_echo_is_told() {
    let expected = EchoExpectation::default();
    let mut facts = EchoFacts::default();
    let mut response = Response {
        status: 502,
        body: b"Bad Gateway".into(),
        ..Response::default()
    };
    let found = echo(&expected, &response, &mut facts);
    assert_eq!(
        found[0].to_string(),
        "status: expected 200 and an echo, came 502 and \"Bad Gateway\""
    );
    response.status = 200;
    assert!(
        echo(&expected, &response, &mut facts)[0]
            .to_string()
            .contains("expected an echo")
    );
}

#[test]
fn a_trace_is_missed() {
    let mut actual = sample();
    let wanted = "context = { some_trace = true }";
    assert_eq!(differences(wanted, &actual, &mut EchoFacts::default()), "");
    actual["context"]["traceparent"] = serde_json::Value::Null;
    let found = differences(wanted, &actual, &mut EchoFacts::default());
    assert_eq!(found, "context.traceparent: expected a trace, came none");
}
