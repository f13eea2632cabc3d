//! What a platform itself takes away.

use serde::Deserialize;

use crate::Column;

/// A loss that no adapter can prevent, with the vendor's word for it.
///
/// An excluded case runs all the same: should it pass, the exclusion has become a lie and the run
/// fails until it is removed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// The name that cases use.
    pub name: String,
    /// The columns that it is about.
    pub on: Vec<Column>,
    /// What the platform does.
    pub reason: String,
    /// The vendor's page or source that says so.
    pub link: String,
}
