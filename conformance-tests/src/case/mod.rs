//! Cases: what is sent, and what must come of it.
//!
//! A case is data, in a TOML file that a person can read; see [`Suite`](crate::Suite) for where the
//! files are, and `cases/README.md` for how to write one.

mod exclusion;
mod expectation;
mod field_value;
mod id_pattern;
mod step;

use serde::Deserialize;

pub use exclusion::Exclusion;
pub use expectation::{
    ContextExpectation, EchoExpectation, ProblemExpectation, ResponseExpectation,
};
pub use field_value::FieldValue;
pub use id_pattern::IdPattern;
pub use step::{Reply, RequestSpec, Step};

/// One thing that must hold on every target.
#[derive(Debug, Clone)]
pub struct Case {
    /// The file's name and the case's own: `query/order`.
    pub id: String,
    /// The file's name: what the case is about.
    pub area: String,
    /// One sentence for a person.
    pub title: String,
    /// The exchanges, one after the other. There is at least one.
    pub steps: Vec<Step>,
    /// The names of the [exclusions](Exclusion) that apply to this case.
    pub exclusions: Vec<String>,
    /// The time limit of the function, in seconds, for a case that is about it: such a case gets a
    /// process of its own.
    pub time_limit_s: Option<u64>,
}

/// A case as it stands in a file: with `[[case.step]]` tables, or with the members of its only step
/// written beside its title.
#[derive(Debug, Deserialize)]
pub struct CaseTable {
    id: String,
    title: String,
    #[serde(default)]
    exclude: Vec<String>,
    time_limit_s: Option<u64>,
    #[serde(default)]
    step: Vec<Step>,
    #[serde(flatten)]
    only_step: toml::Table,
}

impl CaseTable {
    pub(crate) fn into_case(self, area: &str) -> Result<Case, String> {
        let id = format!("{area}/{}", self.id);
        let steps = match (self.step.is_empty(), self.only_step.is_empty()) {
            (true, false) => self.only_step.try_into().map(|step| vec![step]),
            (false, true) => Ok(self.step),
            _ => {
                return Err(format!(
                    "{id}: either one request beside the title or [[case.step]] tables"
                ));
            }
        };
        let steps = steps.map_err(|error| format!("{id}: {}", error.message()))?;
        if let Some(problem) = steps.iter().find_map(Step::problem) {
            return Err(format!("{id}: {problem}"));
        }
        Ok(Case {
            id,
            area: area.to_owned(),
            title: self.title,
            steps,
            exclusions: self.exclude,
            time_limit_s: self.time_limit_s,
        })
    }
}
