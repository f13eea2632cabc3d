//! The table for a page.

use crate::report::{areas, exclusions, list, sign};
use crate::{Column, Report};

/// The result as GitHub's Markdown: a summary by area, every case, and the exclusions.
pub fn markdown(report: &Report) -> String {
    let mut text = head("area", report);
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
    text.push('\n');
    text += &head("case", report);
    for (area, results) in areas(report) {
        text += &row(
            &format!("**{area}**"),
            report.columns.iter().map(|_| String::new()),
        );
        for result in results {
            let signs = result
                .verdicts
                .iter()
                .map(|(_, verdict)| sign(verdict).to_owned());
            text += &row(&escape(&result.case.title), signs);
        }
    }
    let exclusions = exclusions(report);
    if !exclusions.is_empty() {
        text += "\nWhere a platform itself stands in the way (–):\n\n";
    }
    for known in exclusions {
        text += &format!(
            "- `{}` on {}: {} ([source]({})). In {}.\n",
            known.exclusion.name,
            list(&known.columns),
            escape(&known.exclusion.reason),
            known.exclusion.link,
            list(known.cases.iter().map(|case| format!("`{}`", case.id))),
        );
    }
    text
}

fn head(first: &str, report: &Report) -> String {
    let heading = |column: &Column| match column.variant() {
        Some(variant) => format!("{}<br>{variant}", column.target()),
        None => column.target().to_string(),
    };
    let rule = row("---", report.columns.iter().map(|_| ":-:".to_owned()));
    row(first, report.columns.iter().map(heading)) + &rule
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
}
