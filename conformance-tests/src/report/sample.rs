//! A report with everything in it, for the tests of the forms.

use crate::{
    CaseResult, Column, Difference, Failure, PeerCheck, PeerOutcome, PeerRun, Report, Suite,
    Verdict,
};

const FILES: [(&str, &str); 2] = [
    (
        "paths",
        "
        [[exclusion]]
        name = 'decoded'
        on = ['aws/alb']
        reason = 'ALB <decodes> | all'
        link = 'https://example.com/alb'

        [[case]]
        id = 'slash'
        title = 'A slash'
        reply = {}
        exclude = ['decoded']
        ",
    ),
    (
        "query",
        "[[case]]\nid = 'order'\ntitle = 'The order'\nreply = {}",
    ),
];

/// Columns gcp, aws/alb and aws/lattice; `paths/slash` is excluded on ALB, `query/order` fails on
/// lattice, all else passes.
pub(super) fn report() -> Report {
    let suite = Suite::from_files(FILES).unwrap();
    let columns: Vec<Column> = ["gcp", "aws/alb", "aws/lattice"]
        .map(|name| name.parse().unwrap())
        .into();
    let failure = Failure {
        differences: vec![Difference::new("status", "200", "502")],
        transcript: Some("> GET / HTTP/1.1\n< HTTP/1.1 502 Bad Gateway\u{1b}\n".to_owned()),
    };
    let cases = suite
        .cases()
        .iter()
        .map(|case| CaseResult {
            case: case.clone(),
            verdicts: columns
                .iter()
                .map(|column| {
                    let verdict = match (case.id.as_str(), suite.exclusion(case, *column)) {
                        (_, Some(exclusion)) => Verdict::Excluded(exclusion.clone()),
                        ("query/order", _) if column.to_string() == "aws/lattice" => {
                            Verdict::Failed(failure.clone())
                        }
                        _ => Verdict::Passed,
                    };
                    (*column, verdict)
                })
                .collect(),
        })
        .collect();
    Report {
        columns,
        cases,
        peers: Vec::new(),
    }
}

/// A peer that did one thing and not the other.
pub(super) fn peer() -> PeerRun {
    PeerRun {
        peer: "A peer".to_owned(),
        checks: vec![
            PeerCheck {
                title: "answers".to_owned(),
                outcome: PeerOutcome::Passed,
                notes: vec!["late".to_owned()],
            },
            PeerCheck {
                title: "is installed".to_owned(),
                outcome: PeerOutcome::Skipped("refused".to_owned()),
                notes: Vec::new(),
            },
        ],
        output: String::new(),
    }
}
