//! What a platform itself takes away.

use serde::Deserialize;

use crate::{Column, ResponseExpectation};

/// A loss that no adapter can prevent, with the vendor's word for it.
///
/// An excluded case runs all the same. Should it pass, the exclusion has become a lie and the run
/// fails until it is removed; and what the exclusion does not explain is a failure: no answer at all,
/// or one with another status.
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
    /// What the client sees instead; where it is left out, an answer with the status that the case
    /// asks for.
    pub instead: Option<Box<ResponseExpectation>>,
}
