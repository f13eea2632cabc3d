//! `run`: from `main` to the platform.

use std::io::Write;
use std::process::ExitCode;

use polyfn_core::{App, AppService, BoxError, Result, Target};
use polyfn_telemetry::logs;
use tokio::time::Instant;

use crate::deployment::Deployment;
use crate::{start, target};

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
/// | `POLYFN_BODY_LIMIT` | how large a request body may be, in bytes; goes before `App::body_limit` |
/// | `POLYFN_BATCH_CONCURRENCY` | how many events of one invocation are handled at once (10) |
/// | `POLYFN_TIMEOUT_BUFFER` | how long before the platform's own limit a handler is dropped, in milliseconds (`500ms`) |
/// | `POLYFN_<TRIGGER>_<NAME>` | the real name of a bucket, queue, topic, stream or collection: `POLYFN_QUEUE_ORDERS` of `queue("orders")` |
/// | `POLYFN_TIMEOUT` | the time limit on `local`, in whole seconds (none) |
/// | `POLYFN_CONCURRENCY` | how many requests a server has in flight at once; beyond it is 429 (no limit) |
/// | `POLYFN_HEALTH` | `off` gives `/_polyfn/health` and `/_polyfn/warmup` to the app (`on`) |
/// | `POLYFN_AWS_INVOKE_MODE` | `response_stream` streams answers on Lambda (`buffered`) |
/// | `POLYFN_BIND` | the IP address that `local` and `gcp` listen on |
/// | `POLYFN_COST` | `on` logs what each invocation costs, as an estimate (`off`) |
/// | `POLYFN_COST_REGION` | the region it is priced for, where the platform does not tell (Google) |
/// | `POLYFN_COST_MEMORY_MB` | the configured memory it is priced for, in MiB, where the platform does not tell (Azure's Flex Consumption, this machine) |
/// | `POLYFN_COST_VCPUS` | the configured CPUs it is priced for on Google, as `2` or `0.5`; else those that come with the memory |
/// | `POLYFN_LOG` | the form of the log: `json` or `text`, against what is usual on the target |
/// | `RUST_LOG` | how much is logged (`info`): levels by module, as `warn,my_crate=debug` |
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
    match detect_and_serve(app) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Whoever closed standard error does not want to hear it.
            let _ = writeln!(std::io::stderr(), "polyfn: {}", chain(&*error));
            ExitCode::FAILURE
        }
    }
}

fn detect_and_serve(app: impl AsyncFnOnce() -> Result<App>) -> Result<(), BoxError> {
    let began = Instant::now();
    let target = target::detect()?;
    let log = logs::install(target);
    // A wrong setting is a start that failed, of which each platform is told in its own way.
    let start = start::timed(target, began, async {
        log?;
        Deployment::from_env(target)?.start(began, app).await
    });
    serve(target, start).inspect_err(|error| {
        // People at a terminal read it there.
        if target != Target::Local {
            tracing::error!(error = &**error, "the process gives up");
        }
    })
}

fn serve(target: Target, start: impl Future<Output = Result<AppService>>) -> Result<(), BoxError> {
    match target {
        #[cfg(feature = "local")]
        Target::Local => Ok(polyfn_local::run(start, crate::vendors::VENDORS)?),
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
