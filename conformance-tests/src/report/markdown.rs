//! The table for a page.

use crate::report::{areas, exclusions, list, sign};
use crate::{Column, Report};

/// The table as GitHub's Markdown, with the exclusions under it.
pub fn markdown(report: &Report) -> String {
    let heading = |column: &Column| match column.variant() {
        Some(variant) => format!("{}<br>{variant}", column.target()),
        None => column.target().to_string(),
    };
    let mut text = row("case", report.columns.iter().map(heading));
    text += &row("---", report.columns.iter().map(|_| ":-:".to_owned()));
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
    text += &format!("\n{}.\n", report.totals());
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
        assert!(
            text.starts_with(
                "| case | gcp | aws<br>alb | aws<br>lattice |\n| --- | :-: | :-: | :-: |\n"
            ),
            "{text}"
        );
        assert!(
            text.contains("| **paths** |  |  |  |\n| A slash | ✓ | – | ✓ |\n"),
            "{text}"
        );
        let exclusion = "- `decoded` on aws/alb: ALB &lt;decodes> \\| all ([source](https://example.com/alb)). In `paths/slash`.\n";
        assert!(text.ends_with(exclusion), "{text}");
    }
}
