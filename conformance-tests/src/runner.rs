//! Running the suite on its columns.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::attempt::{Broken, Unmet, attempt};
use crate::check;
use crate::deployment::Deployment;
use crate::turns::in_turns;
use crate::{
    Case, CaseResult, Column, Difference, Exclusion, Failure, Progress, Report, Suite, Verdict,
};

/// The longest invocation where a case is not about that: debug builds and a busy machine are no
/// fault of the function.
const TIME_LIMIT_S: u64 = 60;

/// Runs the suite on each column, against the binary beside it; as many columns at once as the
/// machine has cores.
///
/// A binary that does not start fails the cases of its column.
pub async fn run(suite: &Suite, columns: &[(PathBuf, Column)], progress: &Progress) -> Report {
    let suite = Arc::new(suite.clone());
    let by_column = in_turns(columns.iter().cloned().map(|(binary, column)| {
        let (suite, progress) = (Arc::clone(&suite), progress.clone());
        async move { run_column(&suite, &binary, column, &progress).await }
    }));
    let by_column = by_column.await;
    let columns = columns.iter().map(|(_, column)| *column).collect();
    report(&suite, columns, by_column)
}

/// The verdicts of all cases, in order.
async fn run_column(
    suite: &Suite,
    binary: &Path,
    column: Column,
    progress: &Progress,
) -> Vec<Verdict> {
    progress.say(&format!(
        "running {} cases on {column}",
        suite.cases().len()
    ));
    let mut deployment = None;
    let mut verdicts = Vec::with_capacity(suite.cases().len());
    for case in suite.cases() {
        if let Some(limit) = case.time_limit_s {
            verdicts.push(alone(suite, case, column, binary, limit).await);
            progress.case_done(column, &case.id);
            continue;
        }
        let started = match deployment.take() {
            Some(running) => Ok(running),
            None => Deployment::start(column, binary, TIME_LIMIT_S).await,
        };
        verdicts.push(match started {
            Err(problem) => no_start(problem),
            Ok(running) => {
                let outcome = attempt(case, column, running.address()).await;
                if matches!(&outcome, Err(Broken::Connection(_))) {
                    // The process may have died of it; the next case is not to blame.
                    running.stop().await;
                } else {
                    deployment = Some(running);
                }
                verdict(outcome, suite, case, column)
            }
        });
        progress.case_done(column, &case.id);
    }
    if let Some(running) = deployment {
        running.stop().await;
    }
    verdicts
}

/// The verdict of a case that has a process of its own.
async fn alone(
    suite: &Suite,
    case: &Case,
    column: Column,
    binary: &Path,
    time_limit_s: u64,
) -> Verdict {
    match Deployment::start(column, binary, time_limit_s).await {
        Err(problem) => no_start(problem),
        Ok(running) => {
            let outcome = attempt(case, column, running.address()).await;
            running.stop().await;
            verdict(outcome, suite, case, column)
        }
    }
}

fn no_start(problem: String) -> Verdict {
    Verdict::Failed(Difference::new("the function", "to start", problem).into())
}

fn report(suite: &Suite, columns: Vec<Column>, by_column: Vec<Vec<Verdict>>) -> Report {
    let mut by_column: Vec<_> = by_column.into_iter().map(Vec::into_iter).collect();
    let cases = suite
        .cases()
        .iter()
        .map(|case| CaseResult {
            case: case.clone(),
            verdicts: columns
                .iter()
                .zip(&mut by_column)
                .filter_map(|(column, verdicts)| Some((*column, verdicts.next()?)))
                .collect(),
        })
        .collect();
    Report {
        columns,
        cases,
        ..Report::default()
    }
}

fn verdict(outcome: Result<(), Broken>, suite: &Suite, case: &Case, column: Column) -> Verdict {
    match (outcome, suite.exclusion(case, column)) {
        (Ok(()), exclusion) => Verdict::of_pass(exclusion),
        (Err(Broken::Expectation(unmet)), Some(exclusion)) => loss(unmet, case, exclusion),
        (Err(Broken::Expectation(unmet)), None) => Verdict::Failed(unmet.failure),
        // No platform is allowed to say nothing at all.
        (Err(Broken::Connection(error)), _) => {
            let difference = Difference::new("the exchange", "a response", "none");
            Verdict::Failed(Failure {
                transcript: Some(error.to_string()),
                ..difference.into()
            })
        }
    }
}

/// Whether the exclusion explains all that was answered.
fn loss(unmet: Unmet, case: &Case, exclusion: &Exclusion) -> Verdict {
    let unexplained: Vec<_> = unmet
        .answers
        .iter()
        .flat_map(|answer| check::excluded(exclusion, &case.steps[unmet.step], answer))
        .collect();
    Verdict::of_loss(exclusion, unexplained, unmet.failure)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUITE: &str = "
        [[exclusion]]
        name = 'e'
        on = ['local']
        reason = 'because'
        link = 'https://x'
        [[case]]
        id = 'a'
        title = 'A'
        reply = {}
        exclude = ['e']
    ";

    #[test]
    fn an_exclusion_has_to_go_on_failing() {
        let suite = Suite::from_files([("x", SUITE)]).unwrap();
        let case = &suite.cases()[0];
        let answered = |status| {
            Err(Broken::Expectation(Unmet {
                failure: Failure {
                    differences: Vec::new(),
                    transcript: None,
                },
                step: 0,
                answers: vec![crate::http::Response {
                    status,
                    ..crate::http::Response::default()
                }],
            }))
        };
        let broken = || answered(200);
        let on = |outcome, column| verdict(outcome, &suite, case, column);
        assert!(matches!(on(Ok(()), Column::Gcp), Verdict::Passed));
        assert!(matches!(on(broken(), Column::Gcp), Verdict::Failed(_)));
        assert!(
            matches!(on(broken(), Column::Local), Verdict::Excluded(exclusion) if exclusion.name == "e")
        );
        assert!(matches!(
            on(answered(500), Column::Local),
            Verdict::Failed(_)
        ));
        let Verdict::Failed(failure) = on(Ok(()), Column::Local) else {
            panic!("an exclusion that passes is a failure");
        };
        assert!(
            failure.to_string().contains("remove the exclusion"),
            "{failure}"
        );
    }

    #[tokio::test]
    async fn a_binary_that_does_not_start_fails_its_column() {
        let suite = Suite::from_files([("x", SUITE)]).unwrap();
        let columns = [("/bin/true".into(), Column::Local)];
        let report = run(&suite, &columns, &Progress::quiet()).await;
        assert_eq!(report.totals().failed, 1);
        assert!(crate::report::table(&report).contains("the function: expected to start, came"));
    }
}
