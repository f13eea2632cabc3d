//! The report in its forms: a table for a terminal or a page, JSON and JUnit for machines.

mod json;
mod junit;
mod markdown;
mod table;

pub use json::json;
pub use junit::junit;
pub use markdown::markdown;
pub use table::table;

use crate::{Case, CaseResult, Column, Exclusion, Report, Verdict};

/// The sign of a verdict in a table.
fn sign(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "✓",
        Verdict::Failed(_) => "✗",
        Verdict::Excluded(_) => "–",
    }
}

/// The results of one area after the other.
fn areas(report: &Report) -> impl Iterator<Item = (&str, &[CaseResult])> {
    report
        .cases
        .chunk_by(|a, b| a.case.area == b.case.area)
        .map(|results| {
            (
                results
                    .first()
                    .map_or("", |result| result.case.area.as_str()),
                results,
            )
        })
}

/// An exclusion that took effect: where, and in which cases.
struct InEffect<'a> {
    exclusion: &'a Exclusion,
    columns: Vec<Column>,
    cases: Vec<&'a Case>,
}

/// The exclusions that took effect, each once.
fn exclusions(report: &Report) -> Vec<InEffect<'_>> {
    let mut found: Vec<InEffect<'_>> = Vec::new();
    for result in &report.cases {
        for (column, verdict) in &result.verdicts {
            let Verdict::Excluded(exclusion) = verdict else {
                continue;
            };
            let place = found
                .iter()
                .position(|known| known.exclusion.name == exclusion.name)
                .unwrap_or_else(|| {
                    found.push(InEffect {
                        exclusion,
                        columns: Vec::new(),
                        cases: Vec::new(),
                    });
                    found.len() - 1
                });
            let known = &mut found[place];
            if !known.columns.contains(column) {
                known.columns.push(*column);
            }
            if known
                .cases
                .last()
                .is_none_or(|case| case.id != result.case.id)
            {
                known.cases.push(&result.case);
            }
        }
    }
    found
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
