//! The loop.

use polyfn_core::{AppService, Result};

use crate::deployment::Deployment;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::run_error::RunError;
use crate::runtime_api::RuntimeApi;
use crate::{stop, worker};

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
async fn serve(
    start: impl Future<Output = Result<AppService>>,
    environment: Environment,
    stop: impl Future<Output = ()>,
) -> Result<(), RunError> {
    let address = environment.runtime_api.as_deref();
    let mut api = RuntimeApi::new(address.ok_or_else(RunError::not_on_lambda)?)?;
    match Deployment::start(start, environment).await {
        Ok(deployment) => worker::work(&mut api, &deployment, stop).await,
        Err((error_type, error)) => {
            let failure = Failure {
                error_type,
                error_message: &error.to_string(),
            };
            if let Err(unheard) = api.fail_init(&failure).await {
                tracing::error!(error = %unheard, "Lambda could not be told that the app failed to start");
            }
            Err(error)
        }
    }
}

#[cfg(test)]
mod fake_runtime_api;
#[cfg(test)]
mod tests;
