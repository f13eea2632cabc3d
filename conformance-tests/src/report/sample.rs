//! A report with everything in it, for the tests of the forms.

use crate::{
    CaseResult, Column, Difference, EventResult, EventSuite, Failure, PeerCheck, PeerOutcome,
    PeerRun, Report, Suite, SuiteExclusion, Target, Verdict,
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
                        (_, Some(exclusion)) => Verdict::Excluded(exclusion.loss()),
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
        ..Report::default()
    }
}

/// On gcp and aws: `queues/text` is excluded with raw delivery and fails on SQS, all else passes;
/// `queues/bytes` no source of AWS's takes.
pub(super) fn events() -> Report {
    let text = "
        [[exclusion]]
        name = 'wrapped'
        on = ['aws/sns-sqs-raw']
        changes = ['data.body']
        reason = 'SNS <wraps>'
        link = 'https://example.com/sns'

        [[case]]
        id = 'text'
        title = 'A text'
        deliver = [{ kind = 'message', body = { text = 'a' } }]
        seen = [{ function = 'queue' }]
        exclude = ['wrapped']

        [[case]]
        id = 'bytes'
        title = 'Some bytes'
        deliver = [{ kind = 'message', body = { base64 = 'AP8=' } }]
        seen = [{ function = 'queue' }]
        sources = ['gcp/pubsub-push']
        because = 'AWS has text alone'
    ";
    let suite = EventSuite::from_files([("queues", text)]).unwrap();
    let failure = Failure {
        differences: vec![Difference::new("data.body.text", "\"a\"", "\"b\"")],
        transcript: Some("< a line".to_owned()),
    };
    let result = |case: &crate::event::EventCase| {
        let columns = case.columns().into_iter();
        let tried = columns.filter(|one| [Target::Gcp, Target::Aws].contains(&one.target()));
        let verdicts = tried.map(|column| {
            let verdict = match suite.exclusion(case, column) {
                Some(exclusion) => Verdict::Excluded(exclusion.loss()),
                None if column.source() == "sqs" => Verdict::Failed(failure.clone()),
                None => Verdict::Passed,
            };
            (column, verdict)
        });
        EventResult {
            case: case.clone(),
            verdicts: verdicts.collect(),
        }
    };
    Report {
        event_targets: vec![Target::Gcp, Target::Aws],
        events: suite.cases().iter().map(result).collect(),
        ..Report::default()
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
