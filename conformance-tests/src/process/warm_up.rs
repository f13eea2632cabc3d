//! Calls that only keep a process warm, as each platform sends them.

use std::time::Duration;

use polyfn_hosts::azure;
use polyfn_hosts::lambda;

use crate::Difference;
use crate::deployment::Host;
use crate::http::{self, Request};
use crate::process::WarmUp;

const TIMEOUT: Duration = Duration::from_secs(30);

const PAYLOAD: &str = r#"{"warmup": true}"#;

const ANSWER: &str = "warmed up";

/// Whether the platform is told what it has to be.
pub(super) async fn warm_up(host: &Host, expected: WarmUp) -> Result<(), Difference> {
    let told = told(host).await;
    let is_as_expected = match (&told, expected) {
        (Ok(said), WarmUp::Done) => said.contains(ANSWER),
        (Err(_), WarmUp::Fails) => true,
        (Ok(_), WarmUp::Fails) | (Err(_), WarmUp::Done) => false,
    };
    if is_as_expected {
        return Ok(());
    }
    let expected = match expected {
        WarmUp::Done => ANSWER,
        WarmUp::Fails => "a failure",
    };
    Err(Difference::new(
        "the warm-up",
        expected,
        format!("{told:?}"),
    ))
}

/// What the platform is told; a failure is an error.
async fn told(host: &Host) -> Result<String, String> {
    match host {
        Host::Local(_) => {
            asked(
                host,
                Request {
                    method: "GET".to_owned(),
                    target: "/_polyfn/warmup".to_owned(),
                    ..Request::default()
                },
            )
            .await
        }
        // A job of Cloud Scheduler's with a body.
        Host::CloudRun(_) => {
            let header = |name: &str, value: &str| (name.to_owned(), value.as_bytes().to_vec());
            asked(
                host,
                Request {
                    method: "POST".to_owned(),
                    target: "/".to_owned(),
                    headers: vec![
                        header("content-type", "application/json"),
                        header("user-agent", "Google-Cloud-Scheduler"),
                        header("x-cloudscheduler", "true"),
                        header("x-cloudscheduler-jobname", "warmup"),
                    ],
                    body: Some(PAYLOAD.into()),
                    chunked: false,
                },
            )
            .await
        }
        // A schedule of EventBridge's with a constant as its input.
        Host::Lambda(host) => {
            let invocation = host
                .invoke(PAYLOAD)
                .await
                .map_err(|error| error.to_string())?;
            match invocation {
                lambda::Invocation::Response(answer) => {
                    Ok(String::from_utf8_lossy(&answer).into_owned())
                }
                failure => Err(failure.to_string()),
            }
        }
        // The trigger has been pulled at the start.
        Host::Functions { host, .. } => match host.warm_up() {
            Some(azure::Invocation::Completed(answer)) => Ok(answer.return_value.to_string()),
            Some(failure) => Err(format!("{failure:?}")),
            None => Err("the app has no function for it".to_owned()),
        },
    }
}

async fn asked(host: &Host, request: Request) -> Result<String, String> {
    let exchange = http::send(host.address()?, &request, TIMEOUT).await;
    let response = exchange.map_err(|error| error.to_string())?.response;
    let said = String::from_utf8_lossy(&response.body).into_owned();
    match response.status {
        200 => Ok(said),
        status => Err(format!("{status}: {said}")),
    }
}
