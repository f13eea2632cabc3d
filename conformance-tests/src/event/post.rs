//! Posting events, and reading the answers.

use std::net::SocketAddr;
use std::time::Duration;

use polyfn_hosts::event::{Fate, Happening};
use serde_json::Value;

use crate::event::{EventCase, LocalForm, Observed};
use crate::http::{self, Request};

/// How long one exchange may take.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Posts the happenings of the case to its function.
pub(super) async fn post(
    server: SocketAddr,
    form: LocalForm,
    case: &EventCase,
    happenings: &[Happening],
) -> Result<Observed, String> {
    let mut observed = Observed::default();
    for (items, request) in form.requests(&case.function, happenings, case.batch_size) {
        let one = exchange(server, &request).await?;
        let outcomes = one.returned.as_ref().and_then(outcomes);
        observed.invocations += 1;
        match (outcomes, one.fates.first()) {
            (Some(fates), _) => observed.fates.extend(fates),
            (None, Some(fate)) => observed.fates.extend(vec![*fate; items]),
            (None, None) => {}
        }
        observed.failures.extend(one.failures);
        observed.returned = one.returned.or(observed.returned);
    }
    Ok(observed)
}

/// What the answer to several events says of each.
fn outcomes(answer: &Value) -> Option<Vec<Fate>> {
    let outcomes = answer.get("outcomes")?.as_array()?;
    let fates = outcomes
        .iter()
        .map(|outcome| match outcome["outcome"].as_str() {
            Some("done") => Fate::Done,
            _ => Fate::DeadLettered,
        });
    Some(fates.collect())
}

/// What the answer to the request says.
pub(super) async fn exchange(server: SocketAddr, request: &Request) -> Result<Observed, String> {
    let exchange = http::send(server, request, TIMEOUT).await;
    let response = exchange.map_err(|error| error.to_string())?.response;
    let returned = serde_json::from_slice(&response.body).ok();
    if (200..300).contains(&response.status) {
        return Ok(Observed::success(returned));
    }
    let body = String::from_utf8_lossy(&response.body);
    let failure = Observed::failure(format!("{}: {body}", response.status));
    Ok(Observed {
        returned,
        ..failure
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_to_several_events_tells_of_each() {
        let answer = json!({"outcomes": [
            {"id": "1", "outcome": "done"},
            {"id": "2", "outcome": "failed", "status": 500},
            {"id": "3", "outcome": "skipped"},
        ]});
        let expected = vec![Fate::Done, Fate::DeadLettered, Fate::DeadLettered];
        assert_eq!(outcomes(&answer), Some(expected));
        assert_eq!(outcomes(&json!({"text": "a"})), None);
    }
}
