//! The loop.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

use polyfn_core::{AppService, Result};

use crate::environment::Environment;
use crate::run_error::RunError;
use crate::runtime_api::{ApiError, Delivery, Failure, RuntimeApi};
use crate::unwind::caught;
use crate::{invocation, stop};

/// Runs the app that `start` makes, until the process is told to stop.
///
/// Makes its own single-threaded runtime: Lambda gives a process one invocation at a time.
/// An invocation that is under way when the signal comes is finished first. Where Lambda's
/// handler setting (`_HANDLER`) is the name of one of the functions, that function alone is
/// deployed and gets every path.
///
/// # Errors
///
/// When `start` fails or panics, which Lambda is told, and when the Runtime API is out of
/// reach. The process should then exit with a failure.
pub fn run(start: impl Future<Output = Result<AppService>>) -> Result<(), RunError> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(RunError::runtime)?
        .block_on(serve(start, Environment::read(), stop::requested()))
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
    let mut stop = pin!(stop);
    while let Some(delivery) = next(&mut api, stop.as_mut()).await? {
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
            // The answer is lost, and Lambda has said so to the client; the next invocation
            // is another matter.
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
        .map_err(|panic| ("polyfn.StartPanicked", RunError::start_panicked(&panic)))?
        .map_err(|error| (FAILED, RunError::start(error)))?;
    match &environment.handler {
        Some(name) if service.functions().any(|function| function.name() == name) => service
            .alone(name)
            .map_err(|error| (FAILED, RunError::start(error.into()))),
        _ => Ok(service),
    }
}

/// The next invocation; `None` when the process is to stop.
async fn next(
    api: &mut RuntimeApi,
    mut stop: Pin<&mut impl Future<Output = ()>>,
) -> Result<Option<Delivery>, ApiError> {
    let mut next = pin!(api.next());
    poll_fn(|cx| {
        if stop.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Ok(None));
        }
        next.as_mut().poll(cx).map_ok(Some)
    })
    .await
}

#[cfg(test)]
mod fake_runtime_api;
#[cfg(test)]
mod tests;
