//! The report for continuous integration.

use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use crate::case_suite::SuiteCase;
use crate::error::Kind;
use crate::report::{ByTarget, events, processes};
use crate::{Error, PeerOutcome, Report, Verdict};

/// The report as JUnit XML: a suite for each column, for the events and the processes of each
/// target and for each peer, an exclusion as a skipped test.
///
/// # Errors
///
/// When a text can't be written as XML.
pub fn junit(report: &Report) -> Result<String, Error> {
    let mut document = Document::new("polyfn conformance");
    for (place, column) in report.columns.iter().enumerate() {
        let mut suite = TestSuite::new(column.to_string());
        for result in &report.cases {
            let Some((_, verdict)) = result.verdicts.get(place) else {
                continue;
            };
            let mut test = TestCase::new(result.case.id.as_str(), status(verdict));
            test.set_classname(format!("{column}.{}", result.case.area));
            suite.add_test_case(test);
        }
        document.add_test_suite(suite);
    }
    by_target(&mut document, &events(report));
    by_target(&mut document, &processes(report));
    for run in &report.peers {
        let mut suite = TestSuite::new(run.peer.as_str());
        for check in &run.checks {
            let mut test = TestCase::new(check.title.as_str(), peer_status(&check.outcome));
            test.set_classname(run.peer.as_str());
            suite.add_test_case(test);
        }
        document.add_test_suite(suite);
    }
    Ok(document
        .to_string()
        .map_err(|error| Kind::Report(error.to_string()))?)
}

/// A suite for each target, a test for each column of each case.
fn by_target<C: SuiteCase>(document: &mut Document, cases: &ByTarget<'_, C>) {
    let about = cases.about;
    for target in cases.targets {
        let mut suite = TestSuite::new(format!("{target} {about}"));
        for result in cases.results {
            for (column, verdict) in result.on(*target) {
                let column = column.to_string();
                let id = result.case.id();
                let name = match column.split_once('/') {
                    Some((_, variant)) => format!("{id} ({variant})"),
                    None => id.to_owned(),
                };
                let mut test = TestCase::new(name, status(verdict));
                test.set_classname(format!("{target}.{about}.{}", result.case.area()));
                suite.add_test_case(test);
            }
        }
        document.add_test_suite(suite);
    }
}

fn peer_status(outcome: &PeerOutcome) -> TestCaseStatus {
    let (mut status, message) = match outcome {
        PeerOutcome::Passed => return TestCaseStatus::success(),
        PeerOutcome::Skipped(why) => (TestCaseStatus::skipped(), why),
        PeerOutcome::Failed(why) => (TestCaseStatus::non_success(NonSuccessKind::Failure), why),
    };
    status.set_message(message.as_str());
    status
}

fn status(verdict: &Verdict) -> TestCaseStatus {
    match verdict {
        Verdict::Passed => TestCaseStatus::success(),
        Verdict::Excluded(loss) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(loss.to_string());
            status
        }
        Verdict::Failed(failure) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(failure.to_string());
            if let Some(transcript) = &failure.transcript {
                status.set_description(transcript.as_str());
            }
            status
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_suite_for_each_column() {
        let text = junit(&sample::report()).unwrap();
        for part in [
            r#"<testsuite name="aws/alb" tests="2" disabled="1" errors="0" failures="0">"#,
            r#"<testsuite name="aws/lattice" tests="2" disabled="0" errors="0" failures="1">"#,
            r#"<skipped message="decoded: ALB &lt;decodes> | all (https://example.com/alb)"/>"#,
            r#"<failure message="status: expected 200, came 502">"#,
        ] {
            assert!(
                text.contains(part)
                    || text.contains(
                        &part
                            .replace('>', "&gt;")
                            .replace("\"&gt;", "\">")
                            .replace("/&gt;", "/>")
                    ),
                "{part}: {text}"
            );
        }
        assert!(!text.contains('\u{1b}'), "a control character is no XML");
    }

    #[test]
    fn a_suite_for_the_events_of_each_target() {
        let text = junit(&sample::events()).unwrap();
        for part in [
            r#"<testsuite name="aws events" tests="3" disabled="1" errors="0" failures="1">"#,
            r#"<testcase name="queues/text (sqs)" classname="aws.events.queues">"#,
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn a_suite_for_each_peer() {
        let mut report = sample::report();
        report.peers = vec![sample::peer()];
        let text = junit(&report).unwrap();
        let suite = r#"<testsuite name="A peer" tests="2" disabled="1""#;
        assert!(text.contains(suite), "{text}");
    }
}
