//! One case, tried on one server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::check::{self, EchoFacts};
use crate::http::{self, Exchange, ExchangeError, Response};
use crate::{Case, Column, Difference, Failure, Step};

/// How long one exchange may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Why a case did not hold.
pub(crate) enum Broken {
    Expectation(Unmet),
    Connection(ExchangeError),
}

/// A step that did not hold.
pub(crate) struct Unmet {
    pub(crate) failure: Failure,
    /// Which of the case's steps it is.
    pub(crate) step: usize,
    /// All that was answered in it.
    pub(crate) answers: Vec<Response>,
}

/// Whether all steps of the case hold.
pub(crate) async fn attempt(case: &Case, column: Column, server: SocketAddr) -> Result<(), Broken> {
    let mut facts = EchoFacts {
        target: column.target().name().to_owned(),
        ..EchoFacts::default()
    };
    for (place, step) in case.steps.iter().enumerate() {
        let exchanged = exchange(step, server).await.map_err(Broken::Connection)?;
        if let Some(failure) = exchanged.failure(step, &mut facts) {
            return Err(Broken::Expectation(Unmet {
                failure,
                step: place,
                answers: exchanged.responses().cloned().collect(),
            }));
        }
    }
    Ok(())
}

/// All exchanges of a step.
pub(crate) struct Exchanged {
    /// With their numbers, but for those whose answers broke off as they may.
    exchanges: Vec<(u32, Exchange)>,
    took: Duration,
}

impl Exchanged {
    /// What is not as the step has it.
    pub(crate) fn failure(&self, step: &Step, facts: &mut EchoFacts) -> Option<Failure> {
        let mut exchanges = self.exchanges.iter();
        let wrong = exchanges.find_map(|(number, exchange)| {
            facts.number = *number;
            wrong(step, exchange, facts)
        });
        wrong.or_else(|| late(step.within_ms?, self.took))
    }

    pub(crate) fn responses(&self) -> impl Iterator<Item = &Response> {
        self.exchanges
            .iter()
            .map(|(_, exchange)| &exchange.response)
    }
}

fn wrong(step: &Step, exchange: &Exchange, facts: &mut EchoFacts) -> Option<Failure> {
    let differences = compare(step, exchange, facts);
    (!differences.is_empty()).then(|| Failure {
        differences,
        transcript: Some(exchange.transcript()),
    })
}

fn late(limit_ms: u64, took: Duration) -> Option<Failure> {
    let limit = Duration::from_millis(limit_ms);
    (took > limit).then(|| Failure {
        differences: vec![Difference::new(
            "the time it took",
            format!("at most {limit:?}"),
            format!("{took:?}"),
        )],
        transcript: None,
    })
}

/// Sends all requests of a step at once.
pub(crate) async fn exchange(step: &Step, server: SocketAddr) -> Result<Exchanged, ExchangeError> {
    let started = Instant::now();
    let step = Arc::new(step.clone());
    let mut in_flight = JoinSet::new();
    for number in 0..step.in_flight {
        let step = Arc::clone(&step);
        in_flight.spawn(async move {
            match http::send(server, &step.request(number), TIMEOUT).await {
                Ok(exchange) => Ok(Some((number, exchange))),
                Err(error) if step.may_break_off() && error.is_broken_off() => Ok(None),
                Err(error) => Err(error),
            }
        });
    }
    // A task of ours neither panics nor is aborted.
    let all: Result<Vec<_>, _> = in_flight.join_all().await.into_iter().collect();
    Ok(Exchanged {
        exchanges: all?.into_iter().flatten().collect(),
        took: started.elapsed(),
    })
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

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::Suite;

    /// Answers the request for `/N` with the N that the query of that request names, or `/dead` not
    /// at all, or `/cut` in part.
    async fn server() -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut buffer = [0; 4096];
                    let read = stream.read(&mut buffer).await.unwrap();
                    let request = String::from_utf8_lossy(&buffer[..read]).into_owned();
                    let target = request.split(' ').nth(1).unwrap();
                    if target == "/dead" {
                        return;
                    }
                    if target == "/cut" {
                        let answer = b"HTTP/1.1 200 X\r\nContent-Length: 9\r\n\r\n1";
                        stream.write_all(answer).await.unwrap();
                        return;
                    }
                    let status = target.trim_start_matches('/').split('?').next().unwrap();
                    let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\n\r\n");
                    stream.write_all(answer.as_bytes()).await.unwrap();
                });
            }
        });
        address
    }

    async fn outcome(steps: &str) -> Result<(), Broken> {
        let text = format!("[[case]]\nid = 'a'\ntitle = 'A'\n{steps}");
        let suite = Suite::from_files([("x", text.as_str())]).unwrap();
        attempt(&suite.cases()[0], Column::Local, server().await).await
    }

    #[tokio::test]
    async fn every_step_must_hold() {
        let step = |target: &str, status: u16| {
            format!(
                "[[case.step]]\nrequest = {{ target = '{target}' }}\nresponse = {{ status = {status} }}\n"
            )
        };
        assert!(
            outcome(&(step("/200", 200) + &step("/404", 404)))
                .await
                .is_ok()
        );
        let broken = outcome(&(step("/200", 200) + &step("/404", 200))).await;
        assert!(
            matches!(broken, Err(Broken::Expectation(unmet)) if unmet.failure.to_string() == "status: expected 200, came 404"
            && (unmet.step, unmet.answers.len()) == (1, 1)
            && unmet.failure.transcript.as_deref().is_some_and(|text| text.contains("> GET /404")))
        );
    }

    #[tokio::test]
    async fn silence_is_told_apart_from_a_wrong_answer() {
        let broken = outcome("request = { target = '/dead' }\nresponse = { status = 200 }").await;
        assert!(matches!(broken, Err(Broken::Connection(_))));
    }

    #[tokio::test]
    async fn one_wrong_answer_of_many_is_enough() {
        let many = |statuses: &str| {
            format!(
                "in_flight = 3\nrequest = {{ target = '/{statuses}{{n}}' }}\nresponse = {{ status = 200 }}"
            )
        };
        // /200 is right, /201 and /202 are not.
        assert!(matches!(
            outcome(&many("20")).await,
            Err(Broken::Expectation(_))
        ));
        assert!(outcome(&many("200?")).await.is_ok());
    }

    #[tokio::test]
    async fn a_failure_may_break_off_where_the_step_says_so() {
        let cut = |expected: &str| {
            format!("request = {{ target = '/cut' }}\nresponse = {{ {expected} }}")
        };
        assert!(outcome(&cut("no_success = true")).await.is_ok());
        let broken = outcome(&cut("status = 200")).await;
        assert!(matches!(broken, Err(Broken::Connection(_))));
    }

    #[tokio::test]
    async fn time_counts() {
        let broken =
            outcome("within_ms = 0\nrequest = { target = '/200' }\nresponse = { status = 200 }")
                .await;
        assert!(
            matches!(broken, Err(Broken::Expectation(unmet)) if unmet.failure.to_string().contains("the time it took"))
        );
    }
}
