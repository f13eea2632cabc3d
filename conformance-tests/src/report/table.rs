//! The table for a terminal.

use std::fmt::Write;

use crate::case_suite::SuiteCase;
use crate::report::{ByTarget, areas, events, list, losses, processes, sign, sign_on};
use crate::{CaseResult, Column, Failure, PeerRun, Report, Verdict};

/// The table of cases and columns, what is behind each ✗ and each –, the real peers, and the totals
/// in the last line.
pub fn table(report: &Report) -> String {
    let mut text = String::new();
    // Writing into a string can't fail.
    if !report.columns.is_empty() {
        let _ = write_table(&mut text, report);
    }
    let _ = write_by_target(&mut text, &events(report));
    let _ = write_by_target(&mut text, &processes(report));
    let _ = write_failures(&mut text, report);
    let _ = write_losses(&mut text, report);
    let _ = write_peers(&mut text, report);
    text.push_str(&format!("{}\n", report.totals()));
    text
}

fn write_table(text: &mut String, report: &Report) -> std::fmt::Result {
    let targets: Vec<_> = columns(report, |column| column.target().name());
    let variants: Vec<_> = columns(report, |column| column.variant().unwrap_or(""));
    let ids = report.cases.iter().map(|result| result.case.id.len());
    let width = ids.max().unwrap_or_default() + 2;
    let widths: Vec<_> = targets
        .iter()
        .zip(&variants)
        .map(|(target, variant)| target.len().max(variant.len()) + 2)
        .collect();
    let mut line = |first: &str, cells: &[&str]| {
        let mut line = format!("{first:<width$}");
        for (cell, width) in cells.iter().zip(&widths) {
            write!(line, "{cell:<width$}")?;
        }
        writeln!(text, "{}", line.trim_end())
    };
    line("", &targets)?;
    if variants.iter().any(|variant| !variant.is_empty()) {
        line("", &variants)?;
    }
    for (area, results) in areas(&report.cases) {
        line(area, &[])?;
        for CaseResult { case, verdicts } in results {
            let name = case.id.strip_prefix(area).unwrap_or(&case.id);
            let signs: Vec<_> = verdicts.iter().map(|(_, verdict)| sign(verdict)).collect();
            line(&format!("  {}", name.trim_start_matches('/')), &signs)?;
        }
    }
    writeln!(text)
}

fn write_by_target<C: SuiteCase>(text: &mut String, cases: &ByTarget<'_, C>) -> std::fmt::Result {
    if cases.results.is_empty() {
        return Ok(());
    }
    let ids = cases.results.iter().map(|result| result.case.id().len());
    let width = ids.max().unwrap_or_default() + 2;
    let mut line = |first: &str, cells: &mut dyn Iterator<Item = &str>| {
        let mut line = format!("{first:<width$}");
        for cell in cells {
            write!(line, "{cell:<7}")?;
        }
        writeln!(text, "{}", line.trim_end())
    };
    line(
        cases.about,
        &mut cases.targets.iter().map(|target| target.name()),
    )?;
    for (area, results) in areas(cases.results) {
        line(area, &mut std::iter::empty())?;
        for result in results {
            let id = result.case.id();
            let name = id.strip_prefix(area).unwrap_or(id).trim_start_matches('/');
            let targets = cases.targets.iter();
            let mut signs = targets.map(|target| sign_on(result, *target));
            line(&format!("  {name}"), &mut signs)?;
        }
    }
    writeln!(text)
}

fn columns(report: &Report, name: impl Fn(&Column) -> &'static str) -> Vec<&'static str> {
    report.columns.iter().map(name).collect()
}

fn write_failures(text: &mut String, report: &Report) -> std::fmt::Result {
    write_failures_of(text, &report.cases)?;
    write_failures_of(text, &report.events)?;
    write_failures_of(text, &report.processes)
}

fn write_failures_of<C: SuiteCase>(
    text: &mut String,
    results: &[CaseResult<C>],
) -> std::fmt::Result {
    for result in results {
        for (column, verdict) in &result.verdicts {
            if let Verdict::Failed(failure) = verdict {
                let (id, title) = (result.case.id(), result.case.title());
                write_failure(text, &format!("{id} on {column}: {title}"), failure)?;
            }
        }
    }
    Ok(())
}

fn write_failure(text: &mut String, about: &str, failure: &Failure) -> std::fmt::Result {
    writeln!(text, "✗ {about}")?;
    for difference in &failure.differences {
        writeln!(text, "    {difference}")?;
    }
    let transcript = failure.transcript.iter();
    for line in transcript.flat_map(|transcript| transcript.lines()) {
        writeln!(text, "      {line}")?;
    }
    writeln!(text)
}

fn write_losses(text: &mut String, report: &Report) -> std::fmt::Result {
    for known in losses(report) {
        let (loss, columns) = (known.loss, list(&known.columns));
        writeln!(text, "– {} on {columns}: {}", loss.name, loss.reason)?;
        writeln!(text, "    {}", loss.link)?;
        writeln!(text, "    in {}\n", list(&known.cases))?;
    }
    Ok(())
}

/// Each peer, then again what could not be checked: nobody shall overlook it.
fn write_peers(text: &mut String, report: &Report) -> std::fmt::Result {
    for run in &report.peers {
        writeln!(text, "{run}")?;
    }
    for skip in report.peers.iter().flat_map(PeerRun::skips) {
        writeln!(text, "{skip}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_table_and_what_is_behind_it() {
        let actual = table(&sample::report());
        assert_eq!(actual, include_str!("sample.txt"));
    }

    #[test]
    fn events_tell_the_source_that_fails() {
        let text = table(&sample::events());
        let lines = "events        gcp    aws\nqueues\n  text        ✓      ✗\n  bytes       ✓\n";
        assert!(text.starts_with(lines), "{text}");
        let failure = "✗ queues/text on aws/sqs: A text\n    data.body.text: expected \"a\", came \"b\"\n      < a line\n";
        assert!(text.contains(failure), "{text}");
        assert!(
            text.contains("– wrapped on aws/sns-sqs-raw: SNS <wraps>\n"),
            "{text}"
        );
        assert!(text.ends_with(", 1 failed, 1 skipped\n"), "{text}");
    }

    #[test]
    fn what_is_skipped_stands_right_before_the_totals() {
        let report = Report {
            peers: vec![sample::peer()],
            ..Report::default()
        };
        let text = table(&report);
        assert!(
            text.starts_with("A peer\n  ✓ answers\n      late\n"),
            "{text}"
        );
        let end = "\nskipped: A peer: refused\n1 passed, 0 failed, 1 skipped\n";
        assert!(text.ends_with(end), "{text}");
    }
}
