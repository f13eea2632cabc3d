//! The one error of this crate.

/// The suite could not be run. A case that fails is no `Error`: it is a [`Verdict`](crate::Verdict).
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] Kind);

#[derive(Debug, thiserror::Error)]
pub(crate) enum Kind {
    #[error("cases/{file}.toml: {problem}")]
    CaseFile { file: String, problem: String },
    #[error("{0:?} is no column; there are: {1}")]
    UnknownColumn(String, String),
    #[error("{0:?} is no target and no column; there are: {1}")]
    UnknownSelector(String, String),
    #[error("the probe could not be built for {target}: {problem}")]
    Build {
        target: &'static str,
        problem: String,
    },
    #[error("the report could not be written: {0}")]
    Report(String),
}
