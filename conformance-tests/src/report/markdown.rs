//! The table for a page.

use crate::case_suite::SuiteCase;
use crate::report::{ByTarget, areas, events, list, losses, processes, sign, sign_on};
use crate::{Column, Report};

/// The result as GitHub's Markdown: a summary by area, every case, and the exclusions; requests
/// first, then events and processes in tables of their own.
pub fn markdown(report: &Report) -> String {
    let has_requests = !report.columns.is_empty();
    let (events, processes) = (events(report), processes(report));
    let mut tables = Vec::new();
    if has_requests {
        tables.push(request_areas(report));
    }
    tables.extend(areas_by_target(&events));
    tables.extend(areas_by_target(&processes));
    if has_requests {
        tables.push(request_cases(report));
    }
    tables.extend(cases_by_target(&events));
    tables.extend(cases_by_target(&processes));
    tables.extend(untried(report));
    tables.extend(exclusions(report));
    tables.join("\n")
}

fn request_areas(report: &Report) -> String {
    let mut text = head("area", report.columns.iter().map(heading));
    for (area, results) in areas(&report.cases) {
        let cells = (0..report.columns.len()).map(|column| {
            let signs = results.iter().filter_map(|result| {
                let (_, verdict) = result.verdicts.get(column)?;
                Some(sign(verdict))
            });
            tally(signs)
        });
        text += &row(&escape(area), cells);
    }
    text
}

fn areas_by_target<C: SuiteCase>(cases: &ByTarget<'_, C>) -> Option<String> {
    let heading = format!("area of {}", cases.about);
    let mut text = head(&heading, cases.targets.iter().map(ToString::to_string));
    for (area, results) in areas(cases.results) {
        let cells = cases.targets.iter().map(|target| {
            let signs = results.iter().map(|result| sign_on(result, *target));
            tally(signs.filter(|sign| !sign.is_empty()))
        });
        text += &row(&escape(area), cells);
    }
    (!cases.results.is_empty()).then_some(text)
}

fn request_cases(report: &Report) -> String {
    let mut text = head("case", report.columns.iter().map(heading));
    for (area, results) in areas(&report.cases) {
        let empty = report.columns.iter().map(|_| String::new());
        text += &row(&format!("**{area}**"), empty);
        for result in results {
            let signs = result
                .verdicts
                .iter()
                .map(|(_, verdict)| sign(verdict).to_owned());
            text += &row(&escape(&result.case.title), signs);
        }
    }
    text
}

fn cases_by_target<C: SuiteCase>(cases: &ByTarget<'_, C>) -> Option<String> {
    let heading = format!("case of {}", cases.about);
    let mut text = head(&heading, cases.targets.iter().map(ToString::to_string));
    for (area, results) in areas(cases.results) {
        text += &row(
            &format!("**{area}**"),
            cases.targets.iter().map(|_| String::new()),
        );
        for result in results {
            let signs = cases.targets.iter();
            let signs = signs.map(|target| sign_on(result, *target).to_owned());
            text += &row(&escape(result.case.title()), signs);
        }
    }
    (!cases.results.is_empty()).then_some(text)
}

/// Why cells are empty.
fn untried(report: &Report) -> Option<String> {
    let text = untried_of(&events(report)) + &untried_of(&processes(report));
    let intro = "Where a cell is empty, no source of the platform tells of such a thing, or:\n\n";
    (!text.is_empty()).then(|| format!("{intro}{text}"))
}

fn untried_of<C: SuiteCase>(cases: &ByTarget<'_, C>) -> String {
    let mut text = String::new();
    for result in cases.results {
        let is_empty = |target| sign_on(result, target).is_empty();
        let targets = cases.targets.iter();
        let empty: Vec<_> = targets.filter(|one| is_empty(**one)).collect();
        if let (Some(because), false) = (result.case.because(), empty.is_empty()) {
            let id = result.case.id();
            text += &format!("- `{id}` on {}: {}.\n", list(empty), escape(because));
        }
    }
    text
}

fn exclusions(report: &Report) -> Option<String> {
    let losses = losses(report);
    let mut text = "Where a platform itself stands in the way (–):\n\n".to_owned();
    for known in &losses {
        text += &format!(
            "- `{}` on {}: {} ([source]({})). In {}.\n",
            known.loss.name,
            list(&known.columns),
            escape(&known.loss.reason),
            known.loss.link,
            list(known.cases.iter().map(|case| format!("`{case}`"))),
        );
    }
    (!losses.is_empty()).then_some(text)
}

fn heading(column: &Column) -> String {
    match column.variant() {
        Some(variant) => format!("{}<br>{variant}", column.target()),
        None => column.target().to_string(),
    }
}

fn head(first: &str, columns: impl Iterator<Item = String>) -> String {
    let columns: Vec<_> = columns.collect();
    let rule = row("---", columns.iter().map(|_| ":-:".to_owned()));
    row(first, columns.into_iter()) + &rule
}

/// How many of each sign: `17 ✓, 5 –`.
fn tally<'a>(signs: impl Iterator<Item = &'a str>) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for sign in signs {
        match counts.iter_mut().find(|(known, _)| *known == sign) {
            Some((_, count)) => *count += 1,
            None => counts.push((sign, 1)),
        }
    }
    // The sign of most cases first.
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let counts: Vec<_> = counts
        .iter()
        .map(|(sign, n)| format!("{n} {sign}"))
        .collect();
    counts.join(", ")
}

fn row(first: &str, cells: impl Iterator<Item = String>) -> String {
    let cells: String = cells.map(|cell| format!(" {cell} |")).collect();
    format!("| {first} |{cells}\n")
}

/// Text that means itself in a cell.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '~' => escaped.extend(['\\', character]),
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_table_and_its_exclusions() {
        let text = markdown(&sample::report());
        let columns = "gcp | aws<br>alb | aws<br>lattice |\n| --- | :-: | :-: | :-: |\n";
        assert!(text.starts_with(&format!("| area | {columns}")), "{text}");
        assert!(text.contains("| paths | 1 ✓ | 1 – | 1 ✓ |\n"), "{text}");
        assert!(text.contains(&format!("| case | {columns}")), "{text}");
        assert!(
            text.contains("| **paths** |  |  |  |\n| A slash | ✓ | – | ✓ |\n"),
            "{text}"
        );
        let exclusion = "- `decoded` on aws/alb: ALB &lt;decodes> \\| all ([source](https://example.com/alb)). In `paths/slash`.\n";
        assert!(text.ends_with(exclusion), "{text}");
    }

    #[test]
    fn events_have_tables_of_their_own() {
        let events = sample::events();
        let text = markdown(&events);
        let areas = "| area of events | gcp | aws |\n| --- | :-: | :-: |\n| queues | 2 ✓ | 1 ✗ |\n";
        assert!(text.starts_with(areas), "{text}");
        let cases = "| **queues** |  |  |\n| A text | ✓ | ✗ |\n| Some bytes | ✓ |  |\n";
        assert!(text.contains(cases), "{text}");
        let untried = "- `queues/bytes` on aws: AWS has text alone.\n";
        assert!(text.contains(untried), "{text}");
        let loss = "- `wrapped` on aws/sns-sqs-raw: SNS &lt;wraps>";
        assert!(text.contains(loss), "{text}");
        let both = crate::Report {
            event_targets: events.event_targets,
            events: events.events,
            ..sample::report()
        };
        let text = markdown(&both);
        let place = |part: &str| text.find(part).unwrap();
        assert!(place("| area |") < place("| area of events |"), "{text}");
        assert!(place("| area of events |") < place("| case |"), "{text}");
        assert!(place("| case |") < place("| case of events |"), "{text}");
    }
}
