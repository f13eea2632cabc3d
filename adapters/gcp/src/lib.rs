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
//! | `FUNCTION_SIGNATURE_TYPE` | `http`, or `typed`, which is JSON in and out over HTTP | `http` |
//! | `CLOUD_RUN_TIMEOUT_SECONDS` | the deadline of a request | unknown |
//!
//! Where one function is deployed alone it gets every path save `/robots.txt` and
//! `/favicon.ico`, which that contract keeps from a function. A whole app routes these two
//! like any other.
//!
//! On SIGTERM new requests are served for another half second, and what is in flight has
//! nine seconds to end.
//!
//! [Functions Framework contract]: https://github.com/GoogleCloudPlatform/functions-framework

mod event_answer;
mod events;
mod intake;
mod respond;
mod settings;
mod trace;

use polyfn_core::{AppService, Request, Result};
use polyfn_server::{Listener, RunError, Signals, block_on};

use settings::{DRAIN, Settings};

pub use events::{Decoded, Form, GoogleEvent, decode, decode_from_google};

/// Serves the app that `start` makes, until SIGTERM, which also ends a `start` that is under
/// way.
///
/// # Errors
///
/// When the port is taken, `start` fails, or a variable's value means nothing.
pub fn run(start: impl Future<Output = Result<AppService>>) -> Result<(), RunError> {
    block_on(async {
        let mut signals = Signals::watch();
        let settings = Settings::from_env()?;
        let listener = Listener::bind(settings.ip, settings.port).await?;
        let Some(service) = signals.unless(start).await else {
            return Ok(());
        };
        let service = settings.deployed(service.map_err(RunError::App)?);
        let (intake, timeout) = (settings.intake(&service), settings.timeout);
        let respond = move |request: Request| respond::respond(&service, intake, timeout, request);
        listener.serve(respond, DRAIN, signals).await;
        Ok(())
    })
}
