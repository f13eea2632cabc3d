//! The report in its forms: a table for a terminal or a page, JSON and JUnit for machines.

mod json;
mod junit;
mod markdown;
mod table;

pub use json::json;
pub use junit::junit;
pub use markdown::markdown;
pub use table::table;

use crate::{CaseResult, EventResult, Loss, Report, Target, Verdict};

/// The sign of a verdict in a table.
fn sign(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "✓",
        Verdict::Failed(_) => "✗",
        Verdict::Excluded(_) => "–",
    }
}

/// The sign of a case of events on a target: all of its sources together, and nothing where none
/// can tell of what happens in the case.
fn event_sign(result: &EventResult, target: Target) -> &'static str {
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
fn areas(report: &Report) -> impl Iterator<Item = (&str, &[CaseResult])> {
    let areas = report.cases.chunk_by(|a, b| a.case.area == b.case.area);
    areas.filter_map(|results| Some((results.first()?.case.area.as_str(), results)))
}

/// The results of one area of events after the other.
fn event_areas(report: &Report) -> impl Iterator<Item = (&str, &[EventResult])> {
    let areas = report.events.chunk_by(|a, b| a.case.area == b.case.area);
    areas.filter_map(|results| Some((results.first()?.case.area.as_str(), results)))
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
    let of_requests = report.cases.iter().flat_map(|result| {
        let verdicts = result.verdicts.iter();
        verdicts.map(|(column, verdict)| (result.case.id.as_str(), column.to_string(), verdict))
    });
    let of_events = report.events.iter().flat_map(|result| {
        let verdicts = result.verdicts.iter();
        verdicts.map(|(column, verdict)| (result.case.id.as_str(), column.to_string(), verdict))
    });
    of_requests.chain(of_events)
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
