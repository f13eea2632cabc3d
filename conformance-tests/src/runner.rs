//! Running the suite on its columns.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::attempt::{Broken, attempt};
use crate::deployment::Deployment;
use crate::error::Kind;
use crate::{
    Case, CaseResult, Column, Difference, Error, Failure, Progress, Report, Suite, Verdict,
};

/// Runs the suite on each column, against the binary beside it; as many columns at once as the
/// machine has cores.
///
/// # Errors
///
/// When a binary can't be run on its column at all.
pub async fn run(
    suite: &Suite,
    columns: &[(PathBuf, Column)],
    progress: &Progress,
) -> Result<Report, Error> {
    let suite = Arc::new(suite.clone());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let turns = Arc::new(Semaphore::new(cores));
    let mut running = JoinSet::new();
    for (place, (binary, column)) in columns.iter().cloned().enumerate() {
        let (suite, turns, progress) = (Arc::clone(&suite), Arc::clone(&turns), progress.clone());
        running.spawn(async move {
            // It fails only if the semaphore is closed, and nobody does that.
            let _turn = turns.acquire().await;
            let verdicts = run_column(&suite, &binary, column, &progress).await?;
            Ok::<_, Error>((place, verdicts))
        });
    }
    let mut by_column = vec![Vec::new(); columns.len()];
    while let Some(joined) = running.join_next().await {
        let (place, verdicts) = joined.map_err(|error| Kind::Runner(error.to_string()))??;
        by_column[place] = verdicts;
    }
    Ok(report(
        &suite,
        columns.iter().map(|(_, column)| *column).collect(),
        by_column,
    ))
}

/// The verdicts of all cases, in order.
async fn run_column(
    suite: &Suite,
    binary: &Path,
    column: Column,
    progress: &Progress,
) -> Result<Vec<Verdict>, Error> {
    progress.say(&format!(
        "running {} cases on {column}",
        suite.cases().len()
    ));
    let mut verdicts = Vec::with_capacity(suite.cases().len());
    let mut deployment = Deployment::start(column, binary).await?;
    for case in suite.cases() {
        let outcome = attempt(case, column, &deployment).await;
        let broken = matches!(&outcome, Err(Broken::Connection(_)));
        verdicts.push(verdict(outcome, suite, case, column));
        progress.case_done(column, &case.id);
        if broken {
            // The process may have died of it; the next case is not to blame.
            deployment.stop().await;
            deployment = Deployment::start(column, binary).await?;
        }
    }
    deployment.stop().await;
    Ok(verdicts)
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
    Report { columns, cases }
}

fn verdict(outcome: Result<(), Broken>, suite: &Suite, case: &Case, column: Column) -> Verdict {
    let failure = |difference, transcript| {
        Verdict::Failed(Failure {
            differences: vec![difference],
            transcript,
        })
    };
    match (outcome, suite.exclusion(case, column)) {
        (Ok(()), None) => Verdict::Passed,
        (Err(_), Some(exclusion)) => Verdict::Excluded(exclusion.clone()),
        (Ok(()), Some(exclusion)) => {
            let expected = format!("a failure, since it is excluded as `{}`", exclusion.name);
            failure(
                Difference::new("the case", expected, "a pass: remove the exclusion"),
                None,
            )
        }
        (Err(Broken::Expectation(failure)), None) => Verdict::Failed(failure),
        (Err(Broken::Connection(error)), None) => failure(
            Difference::new("the exchange", "a response", "none"),
            Some(error.to_string()),
        ),
    }
}
