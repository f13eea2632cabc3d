//! Cases of a process's life.

use serde::Deserialize;
use std::collections::BTreeMap;

use crate::process::{
    LogExpectation, ProcessColumn, ProcessExpectation, ProcessPattern, ProcessStep, Setting,
    StartFailure, StepKind,
};

/// One thing that must hold of a process's life.
///
/// It is tried in a process of its own on each of its [columns](Self::columns).
#[derive(Debug, Clone)]
pub struct ProcessCase {
    /// The file's name and the case's own: `drain/in-flight`.
    pub id: String,
    /// The file's name: what the case is about.
    pub area: String,
    /// One sentence for a person.
    pub title: String,
    /// What the process is started with.
    pub setting: Setting,
    /// What is done with it.
    pub steps: Vec<ProcessStep>,
    /// What must be seen of it in the end.
    pub expected: ProcessExpectation,
    /// The names of the [exclusions](crate::process::ProcessExclusion) that apply to this case.
    pub exclusions: Vec<String>,
    /// Why it is tried on some columns alone, if it is.
    pub because: Option<String>,
    only: Option<Vec<ProcessPattern>>,
    except: Vec<ProcessPattern>,
}

impl ProcessCase {
    /// The columns on which the case is tried: those that it names, or all but those that it makes
    /// an exception of.
    pub fn columns(&self) -> Vec<ProcessColumn> {
        let is_meant = |only: &[ProcessPattern], column| only.iter().any(|one| one.covers(column));
        let mut columns = ProcessColumn::all();
        columns.retain(|column| {
            let only = self.only.as_deref();
            only.is_none_or(|only| is_meant(only, *column)) && !is_meant(&self.except, *column)
        });
        columns
    }

    /// The steps that are taken on `column`.
    pub(super) fn steps_on(&self, column: ProcessColumn) -> impl Iterator<Item = &StepKind> {
        let steps = self.steps.iter().filter(move |step| step.is_on(column));
        steps.map(|step| &step.kind)
    }
}

/// A case as it stands in a file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseTable {
    id: String,
    title: String,
    #[serde(default)]
    env: BTreeMap<String, String>,
    time_limit_s: Option<u64>,
    function: Option<String>,
    memory_mb: Option<u32>,
    on: Option<Vec<ProcessPattern>>,
    #[serde(default)]
    except: Vec<ProcessPattern>,
    because: Option<String>,
    #[serde(default)]
    exclude: Vec<String>,
    #[serde(default)]
    step: Vec<toml::Table>,
    never_starts: Option<StartFailure>,
    written: Option<Vec<String>>,
    #[serde(default)]
    log: Vec<LogExpectation>,
    #[serde(default)]
    never_logged: Vec<String>,
}

impl CaseTable {
    pub(super) fn into_case(self, area: &str) -> Result<ProcessCase, String> {
        let id = format!("{area}/{}", self.id);
        let named = |problem: &str| format!("{id}: {problem}");
        let is_chosen = self.on.is_some() || !self.except.is_empty();
        if is_chosen != self.because.is_some() {
            let problem = "`on` or `except` says where it is tried, and `because` why";
            return Err(named(problem));
        }
        let steps: Result<Vec<_>, _> = self.step.into_iter().map(ProcessStep::from_table).collect();
        let steps = steps.map_err(|problem| named(&problem))?;
        if steps.is_empty() == self.never_starts.is_none() {
            return Err(named("either it has steps, or it never starts"));
        }
        Ok(ProcessCase {
            area: area.to_owned(),
            title: self.title,
            setting: Setting {
                env: self.env,
                time_limit_s: self.time_limit_s,
                function: self.function,
                memory_mb: self.memory_mb,
            },
            steps,
            expected: ProcessExpectation {
                never_starts: self.never_starts,
                written: self.written,
                log: self.log,
                never_logged: self.never_logged,
            },
            exclusions: self.exclude,
            because: self.because,
            only: self.on,
            except: self.except,
            id,
        })
    }
}
