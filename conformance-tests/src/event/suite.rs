//! The cases of events.

use serde_json::Value;

use crate::case_suite::{CaseSuite, SuiteCase, SuiteColumn, SuiteExclusion};
use crate::event::case::CaseTable;
use crate::event::{EventCase, EventColumn, EventExclusion};
use crate::{CaseResult, Loss, Target};

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../cases/events/", $name, ".toml")))),*]
    };
}

/// Cases of events, and the exclusions that they name.
pub type EventSuite = CaseSuite<EventCase>;

/// What came of one case of events everywhere.
pub type EventResult = CaseResult<EventCase>;

impl SuiteCase for EventCase {
    /// Read in a second step, so that a mistake can be told by the name of its case.
    type Table = Value;
    type Column = EventColumn;
    type Exclusion = EventExclusion;

    const FILES: &'static [(&'static str, &'static str)] = files![
        "exclusions",
        "objects",
        "messages",
        "schedules",
        "streams",
        "documents",
        "custom-events",
        "batches",
        "redelivery",
        "bad-events",
        "results",
        "event-context",
    ];

    fn from_table(table: Value, area: &str) -> Result<Self, String> {
        let name = table["id"].as_str().unwrap_or("a case").to_owned();
        let table: CaseTable =
            serde_json::from_value(table).map_err(|error| format!("{area}/{name}: {error}"))?;
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

    fn columns(&self) -> Vec<EventColumn> {
        Self::columns(self)
    }
}

impl SuiteColumn for EventColumn {
    fn target(self) -> Target {
        Self::target(self)
    }
}

impl SuiteExclusion for EventExclusion {
    type Column = EventColumn;

    fn loss(&self) -> Loss {
        Loss {
            name: self.name.clone(),
            reason: self.reason.clone(),
            link: self.link.clone(),
        }
    }

    fn covers(&self, column: EventColumn) -> bool {
        self.on.iter().any(|pattern| pattern.covers(column))
    }

    fn problem(&self) -> Option<&'static str> {
        let is_empty = self.loses.is_empty() && self.changes.is_empty();
        is_empty.then_some("neither loses nor changes anything")
    }
}

#[cfg(test)]
mod tests;
