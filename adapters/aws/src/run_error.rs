//! Why the process ends.

use polyfn_core::{BoxError, Error};

use crate::runtime_api::ApiError;

/// Why [`run`](crate::run()) gave up.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct RunError(Reason);

#[derive(Debug, thiserror::Error)]
enum Reason {
    #[error(
        "AWS_LAMBDA_RUNTIME_API is not set: this program runs on Lambda, or in an emulator of it"
    )]
    NotOnLambda,
    #[error("the async runtime could not be started")]
    Runtime(#[source] std::io::Error),
    #[error("the app could not start: {0}")]
    Start(String, #[source] BoxError),
    #[error("Lambda's Runtime API failed: {0}")]
    RuntimeApi(#[from] ApiError),
}

impl RunError {
    pub(crate) fn not_on_lambda() -> Self {
        Self(Reason::NotOnLambda)
    }

    pub(crate) fn runtime(error: std::io::Error) -> Self {
        Self(Reason::Runtime(error))
    }

    pub(crate) fn start(error: Error) -> Self {
        Self(Reason::Start(error.to_string(), error.into()))
    }

    /// Whether the app could not start, which Lambda has been told.
    pub fn is_start(&self) -> bool {
        matches!(self.0, Reason::Start(..))
    }

    /// Whether Lambda's Runtime API was out of reach or refused.
    pub fn is_runtime_api(&self) -> bool {
        matches!(self.0, Reason::RuntimeApi(_))
    }
}

impl From<ApiError> for RunError {
    fn from(error: ApiError) -> Self {
        Self(error.into())
    }
}
