//! The report for programs.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::report::list;
use crate::{CaseResult, PeerOutcome, PeerRun, Report, Target, Verdict};

#[derive(Serialize)]
struct Document<'a> {
    cases: Vec<Entry<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    peers: Vec<PeerEntry<'a>>,
}

#[derive(Serialize)]
struct PeerEntry<'a> {
    peer: &'a str,
    title: &'a str,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: &'a str,
    area: &'a str,
    title: &'a str,
    results: BTreeMap<&'static str, Outcome>,
    variants: BTreeMap<String, Outcome>,
}

#[derive(Serialize)]
struct Outcome {
    status: &'static str,
    reason: String,
}

/// The report as JSON: for each case the `results` by target and the `variants` by column, each with
/// a `status` (`pass`, `fail`, `excluded`) and a `reason`.
///
/// A target fails if one of its columns does, and passes if none does and one passes; its reason
/// then names the columns that are excluded. The checks with real peers stand in `peers`, if there
/// are any; what could not be checked has the status `skipped`.
pub fn json(report: &Report) -> String {
    let document = Document {
        cases: report
            .cases
            .iter()
            .map(|result| entry(result, &report.targets()))
            .collect(),
        peers: report.peers.iter().flat_map(of_peer).collect(),
    };
    // Strings in maps with string keys have no way to fail.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn entry<'a>(result: &'a CaseResult, targets: &[Target]) -> Entry<'a> {
    Entry {
        id: &result.case.id,
        area: &result.case.area,
        title: &result.case.title,
        results: targets
            .iter()
            .map(|target| (target.name(), of_target(result, *target)))
            .collect(),
        variants: result
            .verdicts
            .iter()
            .map(|(column, verdict)| (column.to_string(), of_column(verdict)))
            .collect(),
    }
}

fn of_peer(run: &PeerRun) -> impl Iterator<Item = PeerEntry<'_>> {
    run.checks.iter().map(|check| {
        let (status, reason) = match &check.outcome {
            PeerOutcome::Passed => ("pass", check.notes.join("\n")),
            PeerOutcome::Failed(why) => ("fail", why.clone()),
            PeerOutcome::Skipped(why) => ("skipped", why.clone()),
        };
        PeerEntry {
            peer: &run.peer,
            title: &check.title,
            outcome: Outcome { status, reason },
        }
    })
}

fn of_column(verdict: &Verdict) -> Outcome {
    let (status, reason) = match verdict {
        Verdict::Passed => ("pass", String::new()),
        Verdict::Failed(failure) => ("fail", failure.to_string()),
        Verdict::Excluded(exclusion) => (
            "excluded",
            format!(
                "{}: {} ({})",
                exclusion.name, exclusion.reason, exclusion.link
            ),
        ),
    };
    Outcome { status, reason }
}

fn of_target(result: &CaseResult, target: Target) -> Outcome {
    let all: Vec<_> = result
        .verdicts
        .iter()
        .filter(|(column, _)| column.target() == target)
        .map(|(column, verdict)| (column, of_column(verdict)))
        .collect();
    let has = |status: &str| all.iter().any(|(_, outcome)| outcome.status == status);
    let status = ["fail", "pass", "excluded"]
        .into_iter()
        .find(|status| has(status))
        .unwrap_or("excluded");
    // A pass has reasons too: those of the columns that are excluded.
    let told = if status == "fail" { "fail" } else { "excluded" };
    let reasons = all.iter().filter(|(_, outcome)| outcome.status == told);
    let reason = match reasons.clone().count() {
        1 if all.len() == 1 => list(reasons.map(|(_, outcome)| &outcome.reason)),
        _ => reasons
            .map(|(column, outcome)| format!("{column}: {}", outcome.reason))
            .collect::<Vec<_>>()
            .join("; "),
    };
    Outcome { status, reason }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::sample;

    #[test]
    fn targets_sum_up_their_columns() {
        let report: Value = serde_json::from_str(&json(&sample::report())).unwrap();
        let [slash, order] = report["cases"].as_array().unwrap().as_slice() else {
            panic!("{report}");
        };
        assert_eq!(
            (&slash["id"], &slash["area"], &slash["title"]),
            (&"paths/slash".into(), &"paths".into(), &"A slash".into())
        );
        assert_eq!(
            slash["results"]["gcp"],
            serde_json::json!({"status": "pass", "reason": ""})
        );
        assert_eq!(slash["results"]["aws"]["status"], "pass");
        let reason = slash["results"]["aws"]["reason"].as_str().unwrap();
        assert!(reason.starts_with("aws/alb: decoded: ALB"), "{reason}");
        assert_eq!(slash["variants"]["aws/alb"]["status"], "excluded");
        assert_eq!(order["results"]["aws"]["status"], "fail");
        assert_eq!(
            order["results"]["aws"]["reason"],
            "aws/lattice: status: expected 200, came 502"
        );
    }

    #[test]
    fn a_target_is_excluded_if_all_of_it_is() {
        let mut report = sample::report();
        report.columns.truncate(2);
        for result in &mut report.cases {
            result.verdicts.truncate(2);
        }
        let report: Value = serde_json::from_str(&json(&report)).unwrap();
        assert_eq!(report["cases"][0]["results"]["aws"]["status"], "excluded");
    }

    #[test]
    fn peers_stand_beside_the_cases() {
        assert!(!json(&sample::report()).contains("\"peers\""));
        let mut report = sample::report();
        report.peers = vec![sample::peer()];
        let report: Value = serde_json::from_str(&json(&report)).unwrap();
        assert_eq!(
            report["peers"],
            serde_json::json!([
                {"peer": "A peer", "title": "answers", "status": "pass", "reason": "late"},
                {"peer": "A peer", "title": "is installed", "status": "skipped", "reason": "refused"},
            ])
        );
    }
}
