//! What a source of events itself takes away.

use serde::Deserialize;

use crate::Difference;
use crate::event::{ColumnPattern, EventColumn};

/// A loss that no adapter can prevent, with the vendor's word for it.
///
/// An excluded case runs all the same. Should it pass, the exclusion has become a lie and the run
/// fails until it is removed; and a difference that the exclusion does not explain is a failure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventExclusion {
    /// The name that cases use.
    pub name: String,
    /// The columns that it is about.
    pub on: Vec<ColumnPattern>,
    /// What it explains: the differences whose names have one of these texts in them
    /// (`data.attributes`, `fates`).
    pub explains: Vec<String>,
    /// What the platform does.
    pub reason: String,
    /// The vendor's page or source that says so.
    pub link: String,
}

impl EventExclusion {
    /// Whether it is a reason for the difference.
    pub fn is_reason_for(&self, difference: &Difference) -> bool {
        let mut explained = self.explains.iter();
        explained.any(|part| difference.what.contains(part))
    }

    /// Whether it is about `column`.
    pub fn covers(&self, column: EventColumn) -> bool {
        self.on.iter().any(|pattern| pattern.covers(column))
    }
}
