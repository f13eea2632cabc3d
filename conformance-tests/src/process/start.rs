//! Processes that never serve.

use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

use polyfn_hosts::lambda::Invocation;

use crate::Difference;
use crate::deployment::Host;
use crate::http::{self, Request};
use crate::process::check::Seen;
use crate::process::host::ProcessHost;
use crate::process::{ProcessCase, ProcessColumn, StartFailure};

const TIMEOUT: Duration = Duration::from_secs(30);

/// What the platform sees of a start that fails.
#[derive(Debug, Default)]
struct Failed {
    /// In its own words.
    why: String,
    /// How the process ended, where the platform does not end it.
    status: Option<ExitStatus>,
    seen: Seen,
}

/// Starts the process, which must fail, and tells what was seen and what is not as it must be.
pub(super) async fn fails(
    expected: &StartFailure,
    case: &ProcessCase,
    column: ProcessColumn,
    binary: &Path,
) -> (Seen, Vec<Difference>) {
    let failed = match start(case, column, binary).await {
        Ok(failed) => failed,
        Err(difference) => return (Seen::default(), vec![difference]),
    };
    let mut found = Vec::new();
    if failed.status.is_some_and(|status| status.success()) {
        found.push(Difference::new("the exit code", "not 0", "0"));
    }
    let Seen { stdout, stderr, .. } = &failed.seen;
    let said = [&failed.why, stdout, stderr].map(String::as_str).join("\n");
    let missing = expected
        .mentions
        .iter()
        .filter(|text| !said.contains(*text));
    found.extend(missing.map(|text| {
        let expected = format!("to mention {text:?}");
        Difference::new("why it does not start", expected, said.trim())
    }));
    (failed.seen, found)
}

async fn start(
    case: &ProcessCase,
    column: ProcessColumn,
    binary: &Path,
) -> Result<Failed, Difference> {
    let running = match ProcessHost::start(case, column, binary).await {
        Err(no_start) => {
            return Ok(Failed {
                status: no_start.status,
                why: no_start.why,
                seen: Seen::default(),
            });
        }
        Ok(running) => running,
    };
    // A port may be open before anybody knows whether the app will serve: whoever calls it learns.
    let serves = || Difference::new("the process", "not to serve", "an answer");
    let why = match &running.host {
        Host::Lambda(host) => match host.invoke("{}").await {
            Ok(Invocation::Response(_) | Invocation::Error { .. }) => return Err(serves()),
            Ok(failure) => format!("{}: {failure}", failure.error_type().unwrap_or_default()),
            Err(error) => error.to_string(),
        },
        host => {
            let request = Request {
                method: "GET".to_owned(),
                target: "/only/get".to_owned(),
                ..Request::default()
            };
            let address = host.address().map_err(unreadable)?;
            match http::send(address, &request, TIMEOUT).await {
                Ok(exchange) if exchange.response.status < 500 => return Err(serves()),
                Ok(exchange) => String::from_utf8_lossy(&exchange.response.body).into_owned(),
                Err(error) => error.to_string(),
            }
        }
    };
    let is_lambda = matches!(running.host, Host::Lambda(_));
    let end = running.host.stop().await.map_err(unreadable)?;
    Ok(Failed {
        why,
        // Lambda kills what has told it that it can't start.
        status: (!is_lambda).then_some(end.status),
        seen: Seen {
            stdout: end.stdout,
            stderr: end.stderr,
            ..Seen::default()
        },
    })
}

fn unreadable(problem: String) -> Difference {
    Difference::new("the process", "to be looked at", problem)
}
