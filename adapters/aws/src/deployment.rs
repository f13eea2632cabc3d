//! The app, as it is deployed here.

use polyfn_core::{AppService, Error, Result, caught};

use crate::environment::Environment;
use crate::invoke_mode::InvokeMode;
use crate::run_error::RunError;

/// What answers invocations.
#[derive(Debug)]
pub(crate) struct Deployment {
    pub(crate) service: AppService,
    pub(crate) environment: Environment,
    pub(crate) invoke_mode: InvokeMode,
}

/// What to tell Lambda, and what to give up with.
pub(crate) type StartFailure = (&'static str, RunError);

impl Deployment {
    /// Starts the app. A setting that is wrong is found before.
    pub(crate) async fn start(
        start: impl Future<Output = Result<AppService>>,
        environment: Environment,
    ) -> Result<Self, StartFailure> {
        let invoke_mode = match &environment.invoke_mode {
            Some(name) => InvokeMode::named(name).map_err(Error::internal),
            None => Ok(InvokeMode::default()),
        };
        let invoke_mode = invoke_mode.map_err(failed)?;
        let service = caught(start)
            .await
            .map_err(|panic| ("polyfn.StartPanicked", RunError::start(panic.into())))?
            .map_err(failed)?;
        let service = match &environment.handler {
            Some(name) if service.function(name).is_some() => {
                service.alone(name).map_err(|error| failed(error.into()))?
            }
            _ => service,
        };
        Ok(Self {
            service,
            environment,
            invoke_mode,
        })
    }
}

fn failed(error: Error) -> StartFailure {
    ("polyfn.StartFailed", RunError::start(error))
}
