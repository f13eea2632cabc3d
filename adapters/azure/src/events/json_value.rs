//! Values as the host writes them: .NET's strings and numbers are JSON once more within a string.
//!
//! `GetHttpScriptInvocationContextValue` in the host's `ScriptInvocationContextExtensions.cs`.
//! Published samples show the values themselves, so both are taken.

use std::collections::BTreeMap;

use polyfn_core::Timestamp;
use serde_json::value::RawValue;

/// A JSON value other than `null`, its numbers digit by digit.
#[derive(Debug, Clone)]
pub(super) struct JsonValue(Box<RawValue>);

impl JsonValue {
    /// The value itself.
    pub(super) fn new(raw: &RawValue) -> Option<Self> {
        (raw.get() != "null").then(|| Self(raw.to_owned()))
    }

    /// What stands within the string where that is JSON, and the value itself where it is not.
    pub(super) fn unwrapped(raw: &RawValue) -> Option<Self> {
        let within = string(raw).and_then(|text| serde_json::from_str::<Box<RawValue>>(&text).ok());
        Self::new(within.as_deref().unwrap_or(raw))
    }

    /// The text of a string; any other value as it is written.
    pub(super) fn text(&self) -> String {
        string(&self.0).unwrap_or_else(|| self.0.get().to_owned())
    }

    pub(super) fn parsed<T: std::str::FromStr>(&self) -> Option<T> {
        self.text().parse().ok()
    }

    /// A time that says nothing of its zone is in UTC. The year 1 is .NET's for none.
    pub(super) fn time(&self) -> Option<Timestamp> {
        let text = self.text();
        let time: Result<Timestamp, _> = text.parse().or_else(|_| format!("{text}Z").parse());
        time.ok().filter(|_| !text.starts_with("0001-"))
    }

    pub(super) fn is_true(&self) -> Option<bool> {
        self.text().to_ascii_lowercase().parse().ok()
    }

    /// The members, if it is an object.
    pub(super) fn members(&self) -> Option<Members> {
        serde_json::from_str(self.0.get()).ok().map(Members)
    }

    /// The elements, if it is an array.
    pub(super) fn elements(&self) -> Option<Vec<Box<RawValue>>> {
        serde_json::from_str(self.0.get()).ok()
    }

    pub(super) fn as_json(&self) -> &str {
        self.0.get()
    }
}

/// The members of an object.
#[derive(Debug, Clone)]
pub(super) struct Members(BTreeMap<String, Box<RawValue>>);

impl Members {
    pub(super) fn read(json: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json).map(Self)
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// The member of that name, in any case.
    pub(super) fn get(&self, name: &str) -> Option<JsonValue> {
        let member = self.0.get(name);
        let member = member.or_else(|| {
            let mut members = self.0.iter();
            Some(members.find(|(key, _)| key.eq_ignore_ascii_case(name))?.1)
        });
        JsonValue::new(member?)
    }

    /// All members as text.
    pub(super) fn texts(&self) -> BTreeMap<String, String> {
        let told = self
            .0
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), JsonValue::new(value)?.text())));
        told.collect()
    }
}

/// What stands within a JSON string.
pub(super) fn string(raw: &RawValue) -> Option<String> {
    serde_json::from_str(raw.get()).ok()
}
