//! What an answer says, as far as the contract fixes it.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::Deserialize;
use serde_json::Value;

use crate::http::{Headers, Request, Response, excerpt};

/// A body up to this length is told in full.
const SHORT: usize = 200;

/// The attributes of an event that it may have besides extensions.
const ATTRIBUTES: [&str; 7] = [
    "id",
    "source",
    "type",
    "subject",
    "time",
    "datacontenttype",
    "dataschema",
];

/// How a fact tells that there is nothing.
const NONE: &str = "none";

/// The fact that every answer tells, and silence too.
pub(super) const STATUS: &str = "status";

/// Facts by name: `status`, `x-google-status`; of an echo `seen method`, `seen path`, `seen query`,
/// `seen body` and `seen NAME` for each header of the request; of any other answer what a
/// comparison asks for: `body`, `header NAME`; of events `seen events` (how many) and of the first
/// `seen NAME` for each attribute, `seen extensions` and `seen data`.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Facts(BTreeMap<String, String>);

/// What both probes tell of a request.
#[derive(Deserialize)]
struct Echo {
    method: String,
    path: String,
    query: Option<String>,
    headers: Vec<(String, String)>,
    body_base64: String,
}

impl Facts {
    /// Nothing but the status, which is text for an answer that did not come.
    pub(super) fn of_status(status: &str) -> Self {
        Self([(STATUS.to_owned(), status.to_owned())].into())
    }

    pub(super) fn of(response: &Response, request: &Request, compare: &[String]) -> Self {
        let mut facts = Self(BTreeMap::new());
        facts.add(STATUS, response.status.to_string());
        facts.add(
            "x-google-status",
            values(&response.headers, "x-google-status"),
        );
        if let Ok(echo) = serde_json::from_slice::<Echo>(&response.body) {
            facts.add_echo(&echo, request);
        }
        for name in compare {
            let fact = match name.strip_prefix("header ") {
                Some(header) => values(&response.headers, header),
                None => body(&response.body),
            };
            facts.add(name, fact);
        }
        facts
    }

    /// The same, with the events that the function told of.
    pub(super) fn with_events(mut self, events: &[Value]) -> Self {
        self.add("seen events", events.len().to_string());
        let Some(event) = events.first() else {
            return self;
        };
        for name in ATTRIBUTES {
            let value = event[name].as_str().unwrap_or(NONE);
            self.add(&format!("seen {name}"), value.to_owned());
        }
        self.add("seen extensions", event["extensions"].to_string());
        // Of a message, its body.
        let data = event["data"].get("body").unwrap_or(&event["data"]);
        let fact = match (&data["json"], &data["text"], &data["base64"]) {
            (Value::Null | Value::String(_), Value::String(text), _) => text.clone(),
            (Value::Null, _, base64) => format!("base64 {base64}"),
            (json, ..) => json.to_string(),
        };
        self.add("seen data", fact);
        self
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("not told", String::as_str)
    }

    fn add_echo(&mut self, echo: &Echo, request: &Request) {
        self.add("seen method", echo.method.clone());
        self.add("seen path", echo.path.clone());
        self.add("seen query", echo.query.clone().unwrap_or(NONE.to_owned()));
        self.add(
            "seen body",
            match base64_simd::STANDARD.decode_to_vec(&echo.body_base64) {
                Ok(bytes) => body(&bytes),
                Err(_) => format!("no base64: {}", echo.body_base64),
            },
        );
        for (name, _) in &request.headers {
            let seen = echo.headers.iter().filter(|(seen, _)| same(seen, name));
            let seen: Vec<_> = seen.map(|(_, value)| value.as_str()).collect();
            self.add(&format!("seen {}", name.to_lowercase()), joined(&seen));
        }
    }

    fn add(&mut self, name: &str, fact: String) {
        self.0.insert(name.to_owned(), fact);
    }
}

fn same(seen: &str, name: &str) -> bool {
    seen.eq_ignore_ascii_case(name)
}

fn values(headers: &Headers, name: &str) -> String {
    let values: Vec<_> = headers
        .all(name)
        .into_iter()
        .map(String::from_utf8_lossy)
        .collect();
    joined(&values)
}

/// Repeated values, kept apart.
fn joined<T: AsRef<str>>(values: &[T]) -> String {
    if values.is_empty() {
        return NONE.to_owned();
    }
    values
        .iter()
        .map(AsRef::as_ref)
        .collect::<Vec<_>>()
        .join(" | ")
}

fn body(bytes: &[u8]) -> String {
    if bytes.len() <= SHORT {
        return excerpt(bytes, SHORT);
    }
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{} bytes with the hash {:x}", bytes.len(), hasher.finish())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_echo_tells_what_was_seen() {
        let response = Response {
            status: 200,
            body: br#"{"method":"PUT","path":"/a","query":null,"headers":[["x-a","1"],["X-A","2"],["b","3"]],"body_base64":"aGk="}"#.into(),
            ..Response::default()
        };
        let request = Request {
            headers: vec![("X-a".into(), "1".into()), ("x-a".into(), "2".into())],
            ..Request::default()
        };
        let facts = Facts::of(&response, &request, &[]).0;
        let expected = [
            ("seen body", "hi"),
            ("seen method", "PUT"),
            ("seen path", "/a"),
            ("seen query", "none"),
            ("seen x-a", "1 | 2"),
            ("status", "200"),
            ("x-google-status", "none"),
        ];
        assert_eq!(
            facts,
            expected
                .map(|(name, fact)| (name.into(), fact.into()))
                .into()
        );
    }

    #[test]
    fn events_tell_their_attributes_and_data() {
        let event = |data: Value| {
            let event = json!({"id": "1", "extensions": {"b": "2"}, "data": data});
            Facts::of_status("200").with_events(&[event]).0
        };
        let facts = event(json!({"text": "{ }", "json": {}}));
        assert_eq!(
            (facts["seen id"].as_str(), facts["seen type"].as_str()),
            ("1", "none")
        );
        assert_eq!(facts["seen extensions"], r#"{"b":"2"}"#);
        assert_eq!(facts["seen data"], "{}");
        assert_eq!(event(json!({"body": {"text": "a"}}))["seen data"], "a");
        assert_eq!(
            event(json!({"text": "\"a\"", "json": "a"}))["seen data"],
            "\"a\""
        );
        assert_eq!(
            event(json!({"base64": "AP8="}))["seen data"],
            "base64 \"AP8=\""
        );
        let none = Facts::of_status("400").with_events(&[]).0;
        assert_eq!(none["seen events"], "0");
    }

    #[test]
    fn other_answers_tell_what_is_asked_for() {
        let response = Response {
            status: 500,
            headers: Headers(vec![("X-Google-Status".into(), b"crash".into())]),
            body: vec![b'x'; SHORT + 1],
        };
        let compare = ["body".to_owned(), "header x-b".to_owned()];
        let facts = Facts::of(&response, &Request::default(), &compare).0;
        assert_eq!(facts["x-google-status"], "crash");
        assert_eq!(facts["header x-b"], "none");
        assert!(facts["body"].starts_with("201 bytes with the hash "));
    }
}
