//! Lines as a form writes them, and their fields.

use std::fmt;
use std::sync::{Arc, Mutex};

use polyfn_core::Target;
use polyfn_telemetry::logs::{Form, Levels, subscriber};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;
use tracing::Dispatch;

/// A log that keeps its lines.
pub struct Log {
    lines: Arc<Mutex<Vec<String>>>,
    pub dispatch: Dispatch,
}

impl Log {
    pub fn new(target: Target, variables: &[(&str, &str)]) -> Self {
        let variables: Vec<_> = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let variable = |name: &str| {
            let set = variables.iter().find(|(known, _)| known == name);
            set.map(|(_, value)| value.clone())
        };
        let form = Form::from_env(target, variable).expect("the variables are valid");
        let lines = Arc::<Mutex<Vec<String>>>::default();
        let written = Arc::clone(&lines);
        let write = move |line: &[u8]| {
            let line = String::from_utf8(line.to_vec()).expect("a line is UTF-8");
            written.lock().unwrap().push(line);
        };
        let dispatch = Dispatch::new(subscriber(write, form, Levels::from_env(variable)));
        Self { lines, dispatch }
    }

    /// The lines, without their line feeds.
    pub fn lines(&self) -> Vec<String> {
        let lines = self.lines.lock().unwrap();
        let text = |line: &String| {
            let text = line.strip_suffix('\n');
            text.unwrap_or_else(|| panic!("no line feed: {line:?}"))
                .to_owned()
        };
        lines.iter().map(text).collect()
    }
}

/// What `code` logs in the target's form.
pub fn logged(target: Target, variables: &[(&str, &str)], code: impl FnOnce()) -> Vec<String> {
    let log = Log::new(target, variables);
    tracing::dispatcher::with_default(&log.dispatch, code);
    log.lines()
}

/// The one line that `code` logs, in plain JSON.
pub fn json(code: impl FnOnce()) -> Object {
    let lines = logged(Target::Local, &[("POLYFN_LOG", "json")], code);
    let [line] = &*lines else {
        panic!("not one line: {lines:#?}");
    };
    Object::parse(line)
}

/// A JSON object, each key of which is there once.
#[derive(Debug)]
pub struct Object(Vec<(String, Value)>);

impl Object {
    pub fn parse(line: &str) -> Self {
        assert!(!line.contains('\n'), "an event is one line: {line:?}");
        let object: Self = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        let mut keys: Vec<_> = object.0.iter().map(|(key, _)| key).collect();
        keys.sort();
        let all = keys.len();
        keys.dedup();
        assert_eq!(keys.len(), all, "each key is there once: {line}");
        object
    }

    #[track_caller]
    pub fn get(&self, key: &str) -> &Value {
        self.find(key)
            .unwrap_or_else(|| panic!("no `{key}` in {self:#?}"))
    }

    pub fn find(&self, key: &str) -> Option<&Value> {
        let pair = self.0.iter().find(|(known, _)| known == key);
        pair.map(|(_, value)| value)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Object;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Object(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

/// The line with its time, which is checked to be one, taken out.
#[track_caller]
pub fn timeless(line: &str, time: impl Fn(&str) -> Option<&str>) -> String {
    let time = time(line).unwrap_or_else(|| panic!("no time in {line}"));
    let parsed: Result<jiff::Timestamp, _> = time.parse();
    assert!(parsed.is_ok(), "{time:?} is no time: {line}");
    line.replacen(time, "TIME", 1)
}

/// The time of a line in JSON.
pub fn timestamp(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once(r#""timestamp":""#)?;
    Some(rest.split_once('"')?.0)
}

/// An error with causes.
#[derive(Debug)]
pub struct Layered(pub &'static str, pub Option<Box<Layered>>);

impl fmt::Display for Layered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl std::error::Error for Layered {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.1.as_deref().map(|cause| cause as _)
    }
}

/// `lost: no route: cable cut`, one of which says the same as its cause.
pub fn layered() -> Layered {
    let cut = || Some(Box::new(Layered("cable cut", None)));
    let route = Layered("no route", Some(Box::new(Layered("cable cut", cut()))));
    Layered("lost", Some(Box::new(route)))
}
