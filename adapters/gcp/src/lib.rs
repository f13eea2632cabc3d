//! Runs a polyfn app on Google Cloud Functions and Cloud Run.
//!
//! It keeps the [Functions Framework contract]'s `http` signature. Requests stream in and
//! responses stream out.
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `PORT` | the port | 8080 |
//! | `POLYFN_BIND` | the IP address to listen on | 0.0.0.0 |
//! | `FUNCTION_TARGET` | the function that is deployed alone, if it is one of the app's | all of them, by route |
//! | `FUNCTION_SIGNATURE_TYPE` | `http` | `http` |
//! | `CLOUD_RUN_TIMEOUT_SECONDS` | the deadline of a request | unknown |
//!
//! [Functions Framework contract]: https://github.com/GoogleCloudPlatform/functions-framework

mod respond;
mod settings;
mod trace;

use polyfn_core::{AppService, Request, Result};
use polyfn_server::{Listener, RunError, block_on};

use settings::{GRACE, Settings};

/// Serves the app that `start` makes, until SIGTERM.
///
/// # Errors
///
/// When the port is taken, `start` fails, or a variable's value means nothing.
pub fn run(start: impl Future<Output = Result<AppService>>) -> Result<(), RunError> {
    block_on(async {
        let settings = Settings::from_env()?;
        let listener = Listener::bind(settings.ip, settings.port).await?;
        let service = start.await.map_err(RunError::App)?;
        let service = settings.deployed(service);
        let respond = move |request: Request| respond::respond(&service, settings.timeout, request);
        listener.serve(respond, GRACE).await;
        Ok(())
    })
}
