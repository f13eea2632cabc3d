//! `run`: from `main` to the platform.

use std::process::ExitCode;

use polyfn_core::{App, AppService, BoxError, Error, Result, Target};

use crate::{logs, target};

/// Runs the app on the platform that the process is on, until that ends it.
///
/// `app` runs once per process, at cold start: open pools there. When it fails, or the
/// platform can't be served, the reason is written to standard error, the platform is told
/// in its own way, and the exit code is not zero.
///
/// | variable | meaning |
/// |---|---|
/// | `POLYFN_TARGET` | the target (`local`, `aws`, `gcp`, `azure`); else the platform's own variables tell |
/// | `POLYFN_FUNCTION` | deploys this function alone: it gets every path |
/// | `POLYFN_BODY_LIMIT` | how large a request body may be, in bytes (6 MiB) |
/// | `RUST_LOG` | the level of the log (`info`) |
///
/// The adapters' documentation lists the variables of each target.
///
/// ```no_run
/// use polyfn::prelude::*;
/// use std::process::ExitCode;
///
/// async fn hello(request: Request) -> String {
///     format!("Hello, {}!", request.query("name").unwrap_or("World".into()))
/// }
///
/// async fn app() -> Result<App> {
///     Ok(App::new().http("hello", get("/hello"), hello))
/// }
///
/// fn main() -> ExitCode {
///     polyfn::run(app)
/// }
/// ```
pub fn run(app: impl AsyncFnOnce() -> Result<App>) -> ExitCode {
    logs::install();
    match target::detect()
        .map_err(BoxError::from)
        .and_then(|target| serve(target, app))
    {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("polyfn: {}", chain(&*error));
            ExitCode::FAILURE
        }
    }
}

fn serve(target: Target, app: impl AsyncFnOnce() -> Result<App>) -> Result<(), BoxError> {
    let start = start(app);
    match target {
        #[cfg(feature = "local")]
        Target::Local => Ok(polyfn_local::run(start)?),
        #[cfg(feature = "aws")]
        Target::Aws => Ok(polyfn_aws::run(start)?),
        #[cfg(feature = "gcp")]
        Target::Gcp => Ok(polyfn_gcp::run(start)?),
        #[cfg(feature = "azure")]
        Target::Azure => Ok(polyfn_azure::run(start)?),
        other => {
            drop(start);
            Err(format!("the target `{other}` is not compiled in").into())
        }
    }
}

/// The app, checked and set up as the environment asks.
async fn start(app: impl AsyncFnOnce() -> Result<App>) -> Result<AppService> {
    let mut service = app().await?.into_service()?;
    if let Some(limit) = variable("POLYFN_BODY_LIMIT") {
        let bytes = limit.parse().map_err(|_| {
            Error::internal(format!(
                "POLYFN_BODY_LIMIT={limit}: expected a number of bytes"
            ))
        })?;
        service = service.with_body_limit(bytes);
    }
    match variable("POLYFN_FUNCTION") {
        Some(name) => Ok(service
            .alone(&name)
            .map_err(|error| Error::internal(format!("POLYFN_FUNCTION={name}: {error}")))?),
        None => Ok(service),
    }
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The error with all its causes, each said once.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(current) = cause {
        let said = current.to_string();
        if !text.ends_with(&said) {
            text = format!("{text}: {said}");
        }
        cause = current.source();
    }
    text
}
