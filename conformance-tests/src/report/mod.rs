//! The report in its forms: a table for a terminal or a page, JSON and JUnit for machines.

mod json;
mod junit;
mod markdown;
mod table;

pub use json::json;
pub use junit::junit;
pub use markdown::markdown;
pub use table::table;

use crate::case_suite::SuiteCase;
use crate::event::EventCase;
use crate::process::ProcessCase;
use crate::{CaseResult, Loss, Report, Target, Verdict};

/// The sign of a verdict in a table.
fn sign(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "✓",
        Verdict::Failed(_) => "✗",
        Verdict::Excluded(_) => "–",
    }
}

/// The sign of a case on a target: all of its columns together, and nothing where the case is not
/// tried there.
fn sign_on<C: SuiteCase>(result: &CaseResult<C>, target: Target) -> &'static str {
    let signs: Vec<_> = result
        .on(target)
        .map(|(_, verdict)| sign(verdict))
        .collect();
    let found = ["✗", "✓", "–"]
        .into_iter()
        .find(|sign| signs.contains(sign));
    found.unwrap_or("")
}

/// The results of one area after the other.
fn areas<C: SuiteCase>(
    results: &[CaseResult<C>],
) -> impl Iterator<Item = (&str, &[CaseResult<C>])> {
    let areas = results.chunk_by(|a, b| a.case.area() == b.case.area());
    areas.filter_map(|results| Some((results.first()?.case.area(), results)))
}

/// Cases whose columns differ from one to the other: a table has the targets.
struct ByTarget<'a, C: SuiteCase> {
    /// What the cases are about.
    about: &'static str,
    targets: &'a [Target],
    results: &'a [CaseResult<C>],
}

fn events(report: &Report) -> ByTarget<'_, EventCase> {
    ByTarget {
        about: "events",
        targets: &report.event_targets,
        results: &report.events,
    }
}

fn processes(report: &Report) -> ByTarget<'_, ProcessCase> {
    ByTarget {
        about: "processes",
        targets: &report.process_targets,
        results: &report.processes,
    }
}

/// A loss that took effect: where, and in which cases.
struct InEffect<'a> {
    loss: &'a Loss,
    columns: Vec<String>,
    cases: Vec<&'a str>,
}

/// The losses that took effect, each once.
fn losses(report: &Report) -> Vec<InEffect<'_>> {
    let mut found: Vec<InEffect<'_>> = Vec::new();
    for (case, column, verdict) in verdicts(report) {
        let Verdict::Excluded(loss) = verdict else {
            continue;
        };
        let place = found.iter().position(|known| known.loss.name == loss.name);
        let place = place.unwrap_or_else(|| {
            found.push(InEffect {
                loss,
                columns: Vec::new(),
                cases: Vec::new(),
            });
            found.len() - 1
        });
        let known = &mut found[place];
        if !known.columns.contains(&column) {
            known.columns.push(column);
        }
        if known.cases.last() != Some(&case) {
            known.cases.push(case);
        }
    }
    found
}

/// The id of each case, each column that it was tried on, and what came of it there.
fn verdicts(report: &Report) -> impl Iterator<Item = (&str, String, &Verdict)> {
    let of_requests = report.cases.iter().flat_map(of_case);
    let of_events = report.events.iter().flat_map(of_case);
    let of_processes = report.processes.iter().flat_map(of_case);
    of_requests.chain(of_events).chain(of_processes)
}

fn of_case<C: SuiteCase>(result: &CaseResult<C>) -> impl Iterator<Item = (&str, String, &Verdict)> {
    let verdicts = result.verdicts.iter();
    verdicts.map(|(column, verdict)| (result.case.id(), column.to_string(), verdict))
}

/// The words of `items`, with commas.
fn list<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    items
        .into_iter()
        .map(|item| item.to_string())
        .collect::<Vec<_>>()
        .join(", ")
}

#[cfg(test)]
mod sample;
