//! Comparing what was seen of a process with what must be seen.

use std::collections::BTreeSet;

use crate::process::expectation::Invocation;
use crate::process::log_line::LogLine;
use crate::process::{LogExpectation, ProcessCase, ProcessColumn};
use crate::{Difference, Target};

/// What was seen of a process, but for its answers.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// What it printed to standard output.
    pub(super) stdout: String,
    /// What it printed to standard error.
    pub(super) stderr: String,
    /// What the probe wrote.
    pub(super) written: Vec<String>,
    /// The invocation ids that clients and functions were told.
    pub(super) told_ids: BTreeSet<String>,
}

/// All that is not as it must be.
pub(super) fn check(case: &ProcessCase, seen: &Seen, column: ProcessColumn) -> Vec<Difference> {
    let target = column.target();
    let mut found = Vec::new();
    if let Some(expected) = &case.expected.written {
        let is_note = |line: &&String| !line.starts_with('{');
        let came: Vec<_> = seen.written.iter().filter(is_note).cloned().collect();
        found.extend(Difference::between("what was written", expected, &came));
    }
    let has_own_form = !case.setting.env.contains_key("POLYFN_LOG");
    if has_own_form {
        found.extend(no_json(target, &seen.stdout));
    }
    let lines = seen.stdout.lines();
    let lines: Vec<_> = lines
        .filter_map(|line| LogLine::read(target, line))
        .collect();
    let expected = case.expected.log.iter();
    for expected in expected.filter(|one| one.is_on(column)) {
        found.extend(missing(expected, &lines, &seen.told_ids));
    }
    for text in &case.expected.never_logged {
        let mut lines = seen.stdout.lines();
        if let Some(line) = lines.find(|line| line.contains(text)) {
            let expected = format!("nowhere {text:?}");
            found.push(Difference::new("the log", expected, line));
        }
    }
    found
}

/// A line that the platform can't take apart. On this machine a person reads along.
fn no_json(target: Target, stdout: &str) -> Option<Difference> {
    let mut lines = stdout.lines();
    let line = lines.find(|line| {
        let is_for_people = target == Target::Local && !line.starts_with('{');
        !is_for_people && LogLine::read(target, line).is_none()
    });
    line.map(|line| Difference::new("each line of the log", "JSON in the platform's form", line))
}

/// The line that is nowhere, or not as often as it must be.
fn missing(
    expected: &LogExpectation,
    lines: &[LogLine],
    told_ids: &BTreeSet<String>,
) -> Option<Difference> {
    let about: Vec<_> = lines
        .iter()
        .filter(|line| line.says(&expected.says))
        .collect();
    let unlike: Vec<_> = about
        .iter()
        .map(|line| unlike(expected, line, told_ids))
        .collect();
    let times = unlike.iter().filter(|unlike| unlike.is_none()).count();
    let is_as_often = match expected.times {
        Some(expected) => times == expected,
        None => times > 0,
    };
    if is_as_often {
        return None;
    }
    let often = expected
        .times
        .map_or("once or more".to_owned(), |times| format!("{times} times"));
    let near = unlike.into_iter().flatten().next();
    let near = near.unwrap_or_else(|| format!("{} lines that say so", about.len()));
    Some(Difference::new(
        format!("the log on {:?}", expected.says),
        format!("a line {often}"),
        format!("{times} times; {near}"),
    ))
}

/// Why a line is not the one.
fn unlike(
    expected: &LogExpectation,
    line: &LogLine,
    told_ids: &BTreeSet<String>,
) -> Option<String> {
    let json = &line.json;
    let is_same = |expected: &Option<String>, came: Option<&str>| {
        expected
            .as_deref()
            .is_none_or(|expected| came == Some(expected))
    };
    let is_invocation = match (expected.invocation, &line.invocation_id) {
        (None, _) | (Some(Invocation::None), None) => true,
        (Some(Invocation::Told), Some(id)) => told_ids.contains(id),
        _ => false,
    };
    let cold_start = json["cold_start"].as_bool();
    let causes = || -> Vec<&str> {
        let causes = json["error_causes"].as_array();
        let causes = causes.into_iter().flatten();
        causes.filter_map(|cause| cause.as_str()).collect()
    };
    // A price is a text, so that no digit is lost.
    let number = |name: &String| {
        let value = &json[name];
        value.as_f64().or_else(|| value.as_str()?.parse().ok())
    };
    let held = [
        ("level", is_same(&expected.level, Some(&line.level))),
        (
            "function",
            is_same(&expected.function, line.function.as_deref()),
        ),
        (
            "trace",
            is_same(&expected.trace_id, line.trace_id.as_deref()),
        ),
        ("invocation", is_invocation),
        (
            "cold start",
            expected
                .cold_start
                .is_none_or(|one| cold_start == Some(one)),
        ),
        ("error", is_same(&expected.error, json["error"].as_str())),
        (
            "causes",
            expected.causes.as_ref().is_none_or(|one| *one == causes()),
        ),
        (
            "least number",
            expected
                .at_least
                .iter()
                .all(|(name, least)| number(name).is_some_and(|is| is >= *least)),
        ),
        (
            "greatest number",
            expected
                .at_most
                .iter()
                .all(|(name, most)| number(name).is_some_and(|is| is <= *most)),
        ),
    ];
    let mut held = held.into_iter();
    let (what, _) = held.find(|(_, holds)| !holds)?;
    Some(format!("another {what} in {json}"))
}

#[cfg(test)]
mod tests;
