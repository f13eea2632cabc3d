//! Running cases against deployments.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::check::{self, EchoFacts};
use crate::deployment::Deployment;
use crate::http::{self, Exchange, ExchangeError};
use crate::{
    Case, CaseResult, Column, Difference, Error, Failure, Progress, Report, Step, Suite, Verdict,
};

/// How long one exchange may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Runs the suite on each column, against the binary beside it.
///
/// # Errors
///
/// When a binary can't be run on its column at all.
pub async fn run(
    suite: &Suite,
    columns: &[(PathBuf, Column)],
    progress: &Progress,
) -> Result<Report, Error> {
    let mut report = Report {
        columns: columns.iter().map(|(_, column)| *column).collect(),
        cases: suite
            .cases()
            .iter()
            .map(|case| CaseResult {
                case: case.clone(),
                verdicts: Vec::new(),
            })
            .collect(),
    };
    for (binary, column) in columns {
        progress.say(&format!(
            "running {} cases on {column}",
            suite.cases().len()
        ));
        let mut deployment = Deployment::start(*column, binary).await?;
        for result in &mut report.cases {
            let outcome = run_case(&result.case, *column, &deployment).await;
            let broken = matches!(&outcome, Err(Broken::Connection(_)));
            result
                .verdicts
                .push((*column, verdict(outcome, suite, &result.case, *column)));
            progress.case_done(*column, &result.case.id);
            if broken {
                // The process may have died of it; the next case is not to blame.
                deployment.stop().await;
                deployment = Deployment::start(*column, binary).await?;
            }
        }
        deployment.stop().await;
    }
    Ok(report)
}

/// Why a case did not hold.
enum Broken {
    Expectation(Failure),
    Connection(ExchangeError),
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

async fn run_case(case: &Case, column: Column, deployment: &Deployment) -> Result<(), Broken> {
    let mut facts = EchoFacts {
        target: column.target().name().to_owned(),
        ..EchoFacts::default()
    };
    for step in &case.steps {
        let started = Instant::now();
        let exchanges = exchange(step, deployment)
            .await
            .map_err(Broken::Connection)?;
        let took = started.elapsed();
        for (number, exchange) in exchanges {
            facts.number = number;
            let differences = compare(step, &exchange, &mut facts);
            if !differences.is_empty() {
                return Err(Broken::Expectation(Failure {
                    differences,
                    transcript: Some(exchange.transcript()),
                }));
            }
        }
        if let Some(limit) = step
            .within_ms
            .map(Duration::from_millis)
            .filter(|limit| took > *limit)
        {
            let difference = Difference::new(
                "the time it took",
                format!("at most {limit:?}"),
                format!("{took:?}"),
            );
            return Err(Broken::Expectation(Failure {
                differences: vec![difference],
                transcript: None,
            }));
        }
    }
    Ok(())
}

/// All exchanges of a step, with their numbers.
async fn exchange(
    step: &Step,
    deployment: &Deployment,
) -> Result<Vec<(u32, Exchange)>, ExchangeError> {
    let server = deployment.address();
    let step = Arc::new(step.clone());
    let mut in_flight = JoinSet::new();
    for number in 0..step.in_flight {
        let step = Arc::clone(&step);
        in_flight.spawn(async move {
            Ok((
                number,
                http::send(server, &step.request(number), TIMEOUT).await?,
            ))
        });
    }
    // A task of ours neither panics nor is aborted.
    in_flight.join_all().await.into_iter().collect()
}

fn compare(step: &Step, exchange: &Exchange, facts: &mut EchoFacts) -> Vec<Difference> {
    let mut differences = Vec::new();
    if let Some(expected) = step.expected_response() {
        differences.extend(check::response(&expected, &exchange.response));
    }
    if let Some(expected) = &step.echo {
        differences.extend(check::echo(expected, &exchange.response, facts));
    }
    differences
}
