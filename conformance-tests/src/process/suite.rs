//! The cases of a process's life.

use crate::case_suite::{CaseSuite, SuiteCase, SuiteColumn, SuiteExclusion};
use crate::process::case::CaseTable;
use crate::process::{ProcessCase, ProcessColumn, ProcessExclusion};
use crate::{CaseResult, Loss, Target};

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../cases/process/", $name, ".toml")))),*]
    };
}

/// Cases of a process's life, and the exclusions that they name.
pub type ProcessSuite = CaseSuite<ProcessCase>;

/// What came of one case of a process's life everywhere.
pub type ProcessResult = CaseResult<ProcessCase>;

impl SuiteCase for ProcessCase {
    /// Read in a second step, so that a mistake can be told by the name of its case.
    type Table = toml::Table;
    type Column = ProcessColumn;
    type Exclusion = ProcessExclusion;

    const FILES: &'static [(&'static str, &'static str)] = files![
        "start",
        "warm-up",
        "death",
        "health",
        "deadlines",
        "drain",
        "parallel",
        "streaming",
        "logs",
        "traces",
        "cost",
        "cache"
    ];

    fn from_table(table: toml::Table, area: &str) -> Result<Self, String> {
        let name = table.get("id").and_then(toml::Value::as_str);
        let name = name.unwrap_or("a case").to_owned();
        let table: CaseTable = table
            .try_into()
            .map_err(|error| format!("{area}/{name}: {}", error.message()))?;
        table.into_case(area)
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn area(&self) -> &str {
        &self.area
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn because(&self) -> Option<&str> {
        self.because.as_deref()
    }

    fn exclusions(&self) -> &[String] {
        &self.exclusions
    }

    fn columns(&self) -> Vec<ProcessColumn> {
        Self::columns(self)
    }
}

impl SuiteColumn for ProcessColumn {
    fn target(self) -> Target {
        Self::target(self)
    }
}

impl SuiteExclusion for ProcessExclusion {
    type Column = ProcessColumn;

    fn loss(&self) -> Loss {
        Loss {
            name: self.name.clone(),
            reason: self.reason.clone(),
            link: self.link.clone(),
        }
    }

    fn covers(&self, column: ProcessColumn) -> bool {
        self.on.iter().any(|pattern| pattern.covers(column))
    }

    fn problem(&self) -> Option<&'static str> {
        self.changes.is_empty().then_some("changes nothing")
    }
}

#[cfg(test)]
mod tests;
