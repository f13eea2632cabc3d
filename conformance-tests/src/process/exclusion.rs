//! What a platform itself takes away from a process.

use serde::Deserialize;

use crate::Difference;
use crate::process::ProcessPattern;

/// A loss that no adapter can prevent, with the vendor's word for it.
///
/// An excluded case runs all the same. Should it pass, the exclusion has become a lie and the run
/// fails until it is removed; and a difference that the exclusion does not explain is a failure.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessExclusion {
    /// The name that cases use.
    pub name: String,
    /// The columns that it is about.
    pub on: Vec<ProcessPattern>,
    /// What comes otherwise: it explains a difference whose name has one of these texts in it.
    pub changes: Vec<String>,
    /// What the platform does.
    pub reason: String,
    /// The vendor's page or source that says so.
    pub link: String,
}

impl ProcessExclusion {
    /// Whether it is a reason for the difference.
    pub fn is_reason_for(&self, difference: &Difference) -> bool {
        self.changes
            .iter()
            .any(|part| difference.what.contains(part))
    }
}
