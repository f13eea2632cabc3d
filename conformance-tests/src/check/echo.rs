//! What the function saw, as it tells it itself.

use std::collections::{BTreeMap, HashSet};
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Deserialize;

use crate::case::{ContextExpectation, EchoExpectation};
use crate::check::{Difference, fields};
use crate::http::{Headers, Response, excerpt};

/// What a comparison needs to know beyond the case.
#[derive(Debug, Default)]
pub(crate) struct EchoFacts {
    /// The name of the target under test.
    pub(crate) target: String,
    /// The number of the request, for `{n}`.
    pub(crate) number: u32,
    /// The invocation ids that this case has seen so far.
    pub(crate) seen_ids: HashSet<String>,
}

/// The probe's answer; a header's value has one character (U+0000 to U+00FF) for each byte.
#[derive(Debug, Deserialize)]
struct Echo {
    method: String,
    path: String,
    query: Option<String>,
    headers: Vec<(String, String)>,
    params: BTreeMap<String, Option<String>>,
    body_base64: String,
    context: EchoedContext,
}

#[derive(Debug, Deserialize)]
struct EchoedContext {
    invocation_id: String,
    function: String,
    target: String,
    deadline_ms: Option<u64>,
    traceparent: Option<String>,
}

/// All that is not as `expected`.
pub(crate) fn echo(
    expected: &EchoExpectation,
    actual: &Response,
    facts: &mut EchoFacts,
) -> Vec<Difference> {
    if actual.status != 200 {
        return vec![Difference::new(
            "status",
            "200 and an echo",
            format!("{} and {:?}", actual.status, excerpt(&actual.body, 200)),
        )];
    }
    let echo: Echo = match serde_json::from_slice(&actual.body) {
        Ok(echo) => echo,
        Err(error) => {
            let came = format!("{:?} ({error})", excerpt(&actual.body, 200));
            return vec![Difference::new("response body", "an echo", came)];
        }
    };
    let mut found = request_line(expected, &echo, facts.number);
    let headers = bytes_of(&echo.headers);
    found.extend(fields::exact("echoed", &expected.headers, &headers));
    found.extend(fields::lists("echoed", &expected.list_headers, &headers));
    found.extend(fields::absent("echoed", &expected.absent_headers, &headers));
    if let Some(cookies) = &expected.cookies {
        found.extend(Difference::between(
            "echoed cookies",
            cookies,
            &cookies_of(&headers),
        ));
    }
    if let Some(params) = &expected.params {
        let expected = params
            .iter()
            .map(|(name, value)| (name.clone(), Some(numbered(value, facts.number))));
        found.extend(Difference::between(
            "echoed params",
            &expected.collect(),
            &echo.params,
        ));
    }
    match base64_simd::STANDARD.decode_to_vec(&echo.body_base64) {
        Ok(body) => {
            let wanted = expected.body.as_ref().map(|body| &body.bytes()[..]);
            if let Some(wanted) = wanted.or(expected.no_body.then_some(&[])) {
                found.extend(Difference::between_bodies("echoed body", wanted, &body));
            }
        }
        Err(_) => found.push(Difference::new(
            "echoed body_base64",
            "base64",
            format!("{:?}", echo.body_base64),
        )),
    }
    if let Some(expected) = &expected.context {
        found.extend(context(expected, &echo.context, facts));
    }
    found
}

fn request_line(expected: &EchoExpectation, echo: &Echo, number: u32) -> Vec<Difference> {
    let mut found = Vec::new();
    if let Some(method) = &expected.method {
        found.extend(Difference::between("echoed method", method, &echo.method));
    }
    if let Some(path) = &expected.path {
        found.extend(Difference::between(
            "echoed path",
            &numbered(path, number),
            &echo.path,
        ));
    }
    if let Some(query) = &expected.query {
        found.extend(Difference::between(
            "echoed query",
            &Some(query.clone()),
            &echo.query,
        ));
    }
    if expected.no_query {
        found.extend(Difference::between("echoed query", &None, &echo.query));
    }
    if let Some(pairs) = &expected.query_pairs {
        let query = echo.query.as_deref().unwrap_or_default();
        let actual = form_urlencoded::parse(query.as_bytes()).into_owned();
        found.extend(Difference::between(
            "the pairs of the echoed query",
            &by_name(pairs.iter().cloned()),
            &by_name(actual),
        ));
    }
    found
}

fn context(
    expected: &ContextExpectation,
    actual: &EchoedContext,
    facts: &mut EchoFacts,
) -> Vec<Difference> {
    let mut found = Vec::new();
    if let Some(function) = &expected.function {
        found.extend(Difference::between(
            "context.function",
            function,
            &actual.function,
        ));
    }
    if expected.names_target {
        found.extend(Difference::between(
            "context.target",
            &facts.target,
            &actual.target,
        ));
    }
    let fresh =
        !actual.invocation_id.is_empty() && facts.seen_ids.insert(actual.invocation_id.clone());
    if expected.fresh_invocation_id && !fresh {
        let came = format!("{:?} (empty or seen before)", actual.invocation_id);
        found.push(Difference::new(
            "context.invocation_id",
            "an id of its own",
            came,
        ));
    }
    if expected.deadline_ahead {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_millis();
        if actual
            .deadline_ms
            .is_none_or(|deadline| u128::from(deadline) <= now)
        {
            let came = format!("{:?} (it is {now} now)", actual.deadline_ms);
            found.push(Difference::new("context.deadline_ms", "a time ahead", came));
        }
    }
    if let Some(id) = &expected.trace_id {
        let actual = actual
            .traceparent
            .as_deref()
            .and_then(|text| text.split('-').nth(1));
        found.extend(Difference::between(
            "the trace id of context.traceparent",
            &Some(id.as_str()),
            &actual,
        ));
    }
    if expected.some_trace && actual.traceparent.is_none() {
        found.push(Difference::new("context.traceparent", "a trace", "none"));
    }
    found
}

fn numbered(text: &str, number: u32) -> String {
    text.replace("{n}", &number.to_string())
}

/// The values of each name, in order.
fn by_name(pairs: impl Iterator<Item = (String, String)>) -> BTreeMap<String, Vec<String>> {
    let mut values = BTreeMap::<_, Vec<_>>::new();
    for (name, value) in pairs {
        values.entry(name).or_default().push(value);
    }
    values
}

fn bytes_of(headers: &[(String, String)]) -> Headers {
    let bytes = |value: &str| {
        value
            .chars()
            .map(|c| u8::try_from(c).unwrap_or(b'?'))
            .collect()
    };
    Headers(
        headers
            .iter()
            .map(|(name, value)| (name.clone(), bytes(value)))
            .collect(),
    )
}

fn cookies_of(headers: &Headers) -> Vec<String> {
    headers
        .all("cookie")
        .into_iter()
        .flat_map(|value| {
            String::from_utf8_lossy(value)
                .split(';')
                .map(|c| c.trim().to_owned())
                .collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests;
