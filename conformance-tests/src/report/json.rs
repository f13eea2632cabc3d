//! The report for programs.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::case_suite::{SuiteCase, SuiteColumn};
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
/// then names the columns that are excluded. Of a case of events the columns are the sources that
/// can tell of it, of one of processes those that it is tried on; where a target has none, it is
/// excluded. The checks with real peers stand in `peers`, if there
/// are any; what could not be checked has the status `skipped`.
pub fn json(report: &Report) -> String {
    let targets = report.targets();
    let of_requests = report.cases.iter().map(|result| entry(result, &targets));
    let of_events = report.events.iter();
    let of_events = of_events.map(|result| entry(result, &report.event_targets));
    let of_processes = report.processes.iter();
    let of_processes = of_processes.map(|result| entry(result, &report.process_targets));
    let document = Document {
        cases: of_requests.chain(of_events).chain(of_processes).collect(),
        peers: report.peers.iter().flat_map(of_peer).collect(),
    };
    // Strings in maps with string keys have no way to fail.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

fn entry<'a, C: SuiteCase>(result: &'a CaseResult<C>, targets: &[Target]) -> Entry<'a> {
    let outcomes = outcomes(&result.verdicts);
    let untried = result.case.because().unwrap_or(NO_SOURCE);
    Entry {
        id: result.case.id(),
        area: result.case.area(),
        title: result.case.title(),
        results: results(targets, &outcomes, untried),
        variants: variants(outcomes),
    }
}

/// What came of each column, with its target and its name.
fn outcomes<C: SuiteColumn>(verdicts: &[(C, Verdict)]) -> Vec<(Target, String, Outcome)> {
    let verdicts = verdicts.iter();
    verdicts
        .map(|(column, verdict)| (column.target(), column.to_string(), of_column(verdict)))
        .collect()
}

/// Why a case of events is not tried on a target.
const NO_SOURCE: &str = "no source there tells of all that happens in it";

fn results(
    targets: &[Target],
    verdicts: &[(Target, String, Outcome)],
    untried: &str,
) -> BTreeMap<&'static str, Outcome> {
    let results = targets.iter().map(|target| {
        let of_target = verdicts.iter().filter(|(of, _, _)| of == target);
        let of_target: Vec<_> = of_target
            .map(|(_, column, outcome)| (column, outcome))
            .collect();
        let outcome = match of_target.is_empty() {
            true => Outcome {
                status: "excluded",
                reason: untried.to_owned(),
            },
            false => together(&of_target),
        };
        (target.name(), outcome)
    });
    results.collect()
}

fn variants(verdicts: Vec<(Target, String, Outcome)>) -> BTreeMap<String, Outcome> {
    let verdicts = verdicts.into_iter();
    verdicts
        .map(|(_, column, outcome)| (column, outcome))
        .collect()
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
        Verdict::Excluded(loss) => ("excluded", loss.to_string()),
    };
    Outcome { status, reason }
}

/// What came of all columns of a target.
fn together(all: &[(&String, &Outcome)]) -> Outcome {
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
    fn events_have_the_form_of_all_cases() {
        let report: Value = serde_json::from_str(&json(&sample::events())).unwrap();
        let [text, bytes] = report["cases"].as_array().unwrap().as_slice() else {
            panic!("{report}");
        };
        assert_eq!(
            (&text["id"], &text["area"]),
            (&"queues/text".into(), &"queues".into())
        );
        assert_eq!(text["results"]["gcp"]["status"], "pass");
        assert_eq!(
            text["results"]["aws"],
            serde_json::json!({
                "status": "fail",
                "reason": "aws/sqs: data.body.text: expected \"a\", came \"b\"",
            })
        );
        assert_eq!(text["variants"]["aws/sns-sqs-raw"]["status"], "excluded");
        assert_eq!(
            bytes["results"]["aws"],
            serde_json::json!({"status": "excluded", "reason": "AWS has text alone"})
        );
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
