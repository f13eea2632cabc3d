//! The table for a page.

use crate::report::{areas, event_areas, event_sign, list, losses, sign};
use crate::{Column, Report};

/// The result as GitHub's Markdown: a summary by area, every case, and the exclusions; requests
/// first, and events in tables of their own.
pub fn markdown(report: &Report) -> String {
    let has_requests = !report.columns.is_empty();
    let has_events = !report.events.is_empty();
    let mut tables = Vec::new();
    if has_requests {
        tables.push(request_areas(report));
    }
    if has_events {
        tables.push(event_areas_table(report));
    }
    if has_requests {
        tables.push(request_cases(report));
    }
    if has_events {
        tables.push(event_cases(report));
    }
    tables.extend(untried(report));
    tables.extend(exclusions(report));
    tables.join("\n")
}

fn request_areas(report: &Report) -> String {
    let mut text = head("area", report.columns.iter().map(heading));
    for (area, results) in areas(report) {
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

fn event_areas_table(report: &Report) -> String {
    let targets = &report.event_targets;
    let mut text = head("area of events", targets.iter().map(ToString::to_string));
    for (area, results) in event_areas(report) {
        let cells = targets.iter().map(|target| {
            let signs = results.iter().map(|result| event_sign(result, *target));
            tally(signs.filter(|sign| !sign.is_empty()))
        });
        text += &row(&escape(area), cells);
    }
    text
}

fn request_cases(report: &Report) -> String {
    let mut text = head("case", report.columns.iter().map(heading));
    for (area, results) in areas(report) {
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

fn event_cases(report: &Report) -> String {
    let targets = &report.event_targets;
    let mut text = head("case of events", targets.iter().map(ToString::to_string));
    for (area, results) in event_areas(report) {
        text += &row(
            &format!("**{area}**"),
            targets.iter().map(|_| String::new()),
        );
        for result in results {
            let signs = targets
                .iter()
                .map(|target| event_sign(result, *target).to_owned());
            text += &row(&escape(&result.case.title), signs);
        }
    }
    text
}

/// Why cells are empty.
fn untried(report: &Report) -> Option<String> {
    let mut text = String::new();
    for result in &report.events {
        let is_empty = |target| event_sign(result, target).is_empty();
        let because = result.case.because.as_deref();
        let empty: Vec<_> = report
            .event_targets
            .iter()
            .filter(|one| is_empty(**one))
            .collect();
        if let (Some(because), false) = (because, empty.is_empty()) {
            let id = &result.case.id;
            text += &format!("- `{id}` on {}: {}.\n", list(empty), escape(because));
        }
    }
    let intro = "Where a cell is empty, no source of the platform tells of such a thing, or:\n\n";
    (!text.is_empty()).then(|| format!("{intro}{text}"))
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
