//! One worker: an invocation after the other.

use std::pin::pin;

use crate::deployment::Deployment;
use crate::failure::Failure;
use crate::invocation;
use crate::run_error::RunError;
use crate::runtime_api::RuntimeApi;
use crate::upcoming::{Stop, next};

/// Takes invocations and answers them, until `stop` is ready.
pub(crate) async fn work(
    api: &mut RuntimeApi,
    deployment: &Deployment,
    stop: impl Future<Output = ()>,
) -> Result<(), RunError> {
    let stop = pin!(stop);
    let mut stop = Stop::new(stop);
    while let Some(delivery) = next(api, &mut stop).await? {
        let id = delivery.id.clone();
        let answered = match invocation::answer(delivery, deployment).await {
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
