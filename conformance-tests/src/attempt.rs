//! One case, tried on one deployment.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::check::{self, EchoFacts};
use crate::deployment::Deployment;
use crate::http::{self, Exchange, ExchangeError};
use crate::{Case, Column, Difference, Failure, Step};

/// How long one exchange may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Why a case did not hold.
pub(crate) enum Broken {
    Expectation(Failure),
    Connection(ExchangeError),
}

/// Whether all steps of the case hold.
pub(crate) async fn attempt(
    case: &Case,
    column: Column,
    deployment: &Deployment,
) -> Result<(), Broken> {
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
