//! The loop.

use std::io;
use std::time::Duration;

use polyfn_core::{AppService, Result};
use tokio::runtime::{Builder, Runtime};

use crate::deployment::Deployment;
use crate::environment::Environment;
use crate::failure::Failure;
use crate::run_error::RunError;
use crate::runtime_api::RuntimeApi;
use crate::{extension, stop, worker, workers};

/// How long the app may take to end. Lambda kills a process with an internal extension 500 ms
/// after the signal (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown>),
/// and an invocation that was on its way may have taken some of it.
const FAREWELL: Duration = Duration::from_millis(400);

/// Runs the app that `start` makes, until the process is told to stop.
///
/// Makes its own runtime: with a single thread, since Lambda gives a process one invocation at a
/// time, and with several where it says that it gives more (`AWS_LAMBDA_MAX_CONCURRENCY`). Where
/// Lambda's handler setting (`_HANDLER`) is the name of one of the functions, that function alone
/// is deployed and gets every path.
///
/// An invocation that Lambda has handed out when the signal comes is finished first, then the
/// app does what it has to [before the end](polyfn_core::App::on_shutdown); work on other
/// threads (`spawn_blocking`) is not waited for.
///
/// # Errors
///
/// When `start` fails or panics, which Lambda is told, and when the Runtime API is out of
/// reach. The process should then exit with a failure.
pub fn run(start: impl Future<Output = Result<AppService>>) -> Result<(), RunError> {
    let environment = Environment::read();
    let runtime = runtime_for(environment.workers).map_err(RunError::runtime)?;
    let stop = {
        let _entered = runtime.enter();
        stop::requested()
    };
    to_the_end(runtime, serve(start, environment, stop))
}

fn runtime_for(workers: u32) -> io::Result<Runtime> {
    let mut builder = match workers {
        1 => Builder::new_current_thread(),
        _ => Builder::new_multi_thread(),
    };
    builder.enable_all().build()
}

/// Runs `work` and nothing beyond it: what still runs on other threads would keep the process
/// from ending, until it is killed.
fn to_the_end(
    runtime: Runtime,
    work: impl Future<Output = Result<(), RunError>>,
) -> Result<(), RunError> {
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
    let address = environment.runtime_api.clone();
    let address = address.ok_or_else(RunError::not_on_lambda)?;
    let mut api = RuntimeApi::new(&address)?;
    let workers = environment.workers;
    let deployment = match Deployment::start(start, environment).await {
        Ok(deployment) => deployment,
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
    let service = deployment.service.clone();
    if service.has_shutdown() {
        extension::register(&address).await;
    }
    match workers {
        1 => worker::work(&mut api, &deployment, stop).await?,
        _ => workers::work(workers, &address, deployment, stop).await?,
    }
    let farewell = tokio::time::timeout(FAREWELL, service.shut_down());
    if farewell.await.is_err() {
        tracing::error!("the end of the app took too long, and was cut short");
    }
    Ok(())
}

#[cfg(test)]
mod fake_runtime_api;
#[cfg(test)]
mod tests;
