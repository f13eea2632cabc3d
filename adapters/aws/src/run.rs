//! The loop.

use std::pin::pin;

use polyfn_core::{AppService, Result, caught};

use crate::environment::Environment;
use crate::run_error::RunError;
use crate::runtime_api::{Failure, RuntimeApi};
use crate::upcoming::{Stop, next};
use crate::{invocation, stop};

/// Runs the app that `start` makes, until the process is told to stop.
///
/// Makes its own single-threaded runtime: Lambda gives a process one invocation at a time.
/// An invocation that Lambda has handed out when the signal comes is finished first; work on
/// other threads (`spawn_blocking`) is not waited for. Where Lambda's
/// handler setting (`_HANDLER`) is the name of one of the functions, that function alone is
/// deployed and gets every path.
///
/// # Errors
///
/// When `start` fails or panics, which Lambda is told, and when the Runtime API is out of
/// reach. The process should then exit with a failure.
pub fn run(start: impl Future<Output = Result<AppService>>) -> Result<(), RunError> {
    let environment = Environment::read();
    environment.warn_of_concurrency();
    to_the_end(serve(start, environment, stop::requested()))
}

/// Runs `work` and nothing beyond it: what still runs on other threads would keep the process
/// from ending, until it is killed.
fn to_the_end(work: impl Future<Output = Result<(), RunError>>) -> Result<(), RunError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(RunError::runtime)?;
    let ended = runtime.block_on(work);
    runtime.shutdown_background();
    ended
}

/// [`run`] in an environment of one's own, until `stop` is ready.
pub(crate) async fn serve(
    start: impl Future<Output = Result<AppService>>,
    environment: Environment,
    stop: impl Future<Output = ()>,
) -> Result<(), RunError> {
    let address = environment.runtime_api.as_deref();
    let mut api = RuntimeApi::new(address.ok_or_else(RunError::not_on_lambda)?)?;
    let service = match started(start, &environment).await {
        Ok(service) => service,
        Err((error_type, error)) => {
            let failure = Failure {
                error_type,
                error_message: &error.to_string(),
            };
            if let Err(unheard) = api.fail_init(&failure).await {
                tracing::error!(error = %unheard, "Lambda could not be told that the app failed to start");
            }
            return Err(error);
        }
    };
    let stop = pin!(stop);
    let mut stop = Stop::new(stop);
    while let Some(delivery) = next(&mut api, &mut stop).await? {
        let id = delivery.id.clone();
        let answered = match invocation::answer(delivery, &service, &environment).await {
            Ok(answer) => api.respond(&id, answer).await,
            Err(error) => {
                let invocation_id = id.request_id.as_str();
                tracing::error!(invocation_id, %error, "invocation failed");
                let failure = Failure {
                    error_type: error.error_type(),
                    error_message: &error.to_string(),
                };
                api.fail(&id, &failure).await
            }
        };
        if let Err(error) = answered {
            if error.is_container_error() {
                return Err(error.into());
            }
            // The answer is lost. Lambda refuses one that comes too late or that it can't
            // take, and has failed the invocation by then; of one that did not reach it, it
            // learns when it is asked for the next. That one is another matter.
            tracing::error!(invocation_id = id.request_id, %error, "the answer was not taken");
        }
    }
    Ok(())
}

/// The service, or what to tell Lambda and what to give up with.
async fn started(
    start: impl Future<Output = Result<AppService>>,
    environment: &Environment,
) -> Result<AppService, (&'static str, RunError)> {
    const FAILED: &str = "polyfn.StartFailed";
    let service = caught(start)
        .await
        .map_err(|panic| ("polyfn.StartPanicked", RunError::start(panic.into())))?
        .map_err(|error| (FAILED, RunError::start(error)))?;
    match &environment.handler {
        Some(name) if service.functions().any(|function| function.name() == name) => service
            .alone(name)
            .map_err(|error| (FAILED, RunError::start(error.into()))),
        _ => Ok(service),
    }
}

#[cfg(test)]
mod fake_runtime_api;
#[cfg(test)]
mod tests;
