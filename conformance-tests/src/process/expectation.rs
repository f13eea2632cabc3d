//! What must be seen of a process, apart from its answers.

use serde::Deserialize;

use crate::process::{ProcessColumn, ProcessPattern};

/// What must be seen of a process in the end. What is left out is not looked at, save that a
/// cloud's log is JSON, line for line.
#[derive(Debug, Clone, Default)]
pub struct ProcessExpectation {
    /// It never serves.
    pub never_starts: Option<StartFailure>,
    /// What its hooks and functions have written, line by line, beside the events that were seen.
    pub written: Option<Vec<String>>,
    /// Lines that must stand in its log.
    pub log: Vec<LogExpectation>,
    /// Text that must stand nowhere in its log.
    pub never_logged: Vec<String>,
}

/// A process that never serves: it ends, and not with 0.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartFailure {
    /// Text that the platform or the log must tell.
    pub mentions: Vec<String>,
}

/// A line that must stand in the log, whichever form the platform wants it in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogExpectation {
    /// Text in the message, or in the error that the line tells.
    pub says: String,
    /// `error`, `warn`, `info` or `debug`.
    pub level: Option<String>,
    /// The function that it is about.
    pub function: Option<String>,
    /// Whose invocation it is about.
    pub invocation: Option<Invocation>,
    /// Whether its invocation is the process's first.
    pub cold_start: Option<bool>,
    /// The trace that its invocation belongs to.
    pub trace_id: Option<String>,
    /// The error that it tells.
    pub error: Option<String>,
    /// The causes of that error, in order.
    pub causes: Option<Vec<String>>,
    /// The least that these numbers are.
    pub at_least: std::collections::BTreeMap<String, f64>,
    /// The most that they are.
    pub at_most: std::collections::BTreeMap<String, f64>,
    /// How many such lines there are; at least one where it is left out.
    pub times: Option<usize>,
    on: Option<Vec<ProcessPattern>>,
}

/// Whose invocation a line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Invocation {
    /// One whose id a client or a function was told.
    Told,
    /// Nobody's.
    None,
}

impl LogExpectation {
    /// Whether it is looked for on `column`.
    pub(super) fn is_on(&self, column: ProcessColumn) -> bool {
        let covers = |only: &[ProcessPattern]| only.iter().any(|one| one.covers(column));
        self.on.as_deref().is_none_or(covers)
    }
}
