//! What must come of a delivery.

use polyfn_hosts::event::Fate;
use serde::Deserialize;
use serde_json::{Map, Value};

/// What must come of a delivery. What is left out is not looked at, save that everything that a
/// function saw has to be named, and that every item has to be done unless its fate is named.
#[derive(Debug, Clone, Default)]
pub struct EventExpectation {
    /// What functions saw, one entry for each item that reached one.
    pub seen: Vec<Seen>,
    /// They saw it in this order.
    pub ordered: bool,
    /// How the delivery of each item ended.
    pub fates: Vec<Fate>,
    /// What the platform was told of why an invocation failed has to mention all of this.
    pub failures: Vec<String>,
    /// What the function returned, to those sources that hand it to somebody.
    pub returned: Option<Value>,
    /// How many invocations it took.
    pub invocations: Option<u32>,
    /// Text that must stand in nothing that the platform was told.
    pub never: Vec<String>,
}

/// One item that a function saw, as the probe tells it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// The name of the function.
    pub function: String,
    /// How often it was delivered.
    #[serde(default = "once")]
    pub times: usize,
    /// Instead of `times`: which attempt it was each time, from those sources that count them.
    pub attempts: Option<Vec<u32>>,
    /// Members of the event (`id`, `source`, `type`, `subject`, `time`, `datacontenttype`,
    /// `dataschema`, `extensions`) that must be so.
    #[serde(default)]
    pub event: Map<String, Value>,
    /// The same, where the platform tells them.
    #[serde(default)]
    pub event_if_told: Map<String, Value>,
    /// Members of the payload that must be so.
    #[serde(default)]
    pub data: Map<String, Value>,
    /// The same, where the platform tells them.
    #[serde(default)]
    pub data_if_told: Map<String, Value>,
    /// Text that must stand somewhere in it: digits that a JSON parser would round.
    #[serde(default)]
    pub mentions: Vec<String>,
    /// Text that must stand nowhere in it.
    #[serde(default)]
    pub without: Vec<String>,
    /// There must be a deadline, and it must lie ahead.
    #[serde(default)]
    pub deadline_ahead: bool,
    /// There must be a trace, whoever began it.
    #[serde(default)]
    pub some_trace: bool,
}

fn once() -> usize {
    1
}

impl Seen {
    /// How often it was delivered.
    pub(super) fn deliveries(&self) -> usize {
        self.attempts.as_ref().map_or(self.times, Vec::len)
    }
}

/// How the delivery of an item ended, as case files write it.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum FateName {
    Done,
    DeadLettered,
}

impl From<FateName> for Fate {
    fn from(name: FateName) -> Self {
        match name {
            FateName::Done => Self::Done,
            FateName::DeadLettered => Self::DeadLettered,
        }
    }
}
