//! The life of the custom handler's process.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use polyfn_core::{AppService, Request, Result};
use polyfn_server::{Concurrency, Drain, Listener, Probes, Signals, block_on, required};
use tokio::sync::watch;

use crate::AppRootError;
use crate::app_root::AppRoot;
use crate::deployed::Deployed;
use crate::respond::{Front, respond};

/// The host ends the process without asking; SIGTERM comes from a person, or from a container's
/// platform.
const DRAIN: Drain = Drain {
    lame_duck: Duration::ZERO,
    grace: Duration::from_secs(5),
    in_all: Duration::from_secs(10),
};

/// Why the custom handler did not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// A file of the function app can't be used.
    #[error("the function app's files can't be used")]
    AppRoot(#[from] AppRootError),
    /// The server did not run.
    #[error(transparent)]
    Server(#[from] polyfn_server::RunError),
}

/// Serves the app that `start` makes to the Functions host.
///
/// # Errors
///
/// When the host's variables or files can't be used, or `start` fails: the process must then
/// exit with something other than zero, or the host never starts it again.
pub fn run(start: impl Future<Output = Result<AppService>>) -> Result<(), RunError> {
    let root = AppRoot::from_env()?;
    block_on(async {
        let mut signals = Signals::watch();
        let port = required(
            "FUNCTIONS_CUSTOMHANDLER_PORT",
            "the port that the Functions host chose",
        )?;
        let concurrency = Concurrency::from_env()?;
        let listener = Listener::bind(IpAddr::V4(Ipv4Addr::LOCALHOST), port).await?;
        let front = Arc::new(Front {
            root,
            concurrency,
            probes: Probes::from_env(listener.draining())?,
        });
        let (started, waiting) = watch::channel(None);
        let respond = move |request: Request| {
            let (front, waiting) = (Arc::clone(&front), waiting.clone());
            async move { respond(&front, waiting, request).await }
        };
        // A task of its own: the host's probes are answered even while `start` blocks.
        let serving = tokio::spawn(listener.serve(respond, DRAIN, Signals::watch()));
        let Some(service) = signals.unless(start).await else {
            // Those that wait for the app need wait no longer.
            drop(started);
            let _ = serving.await;
            return Ok(());
        };
        let service = service.map_err(polyfn_server::RunError::App)?;
        started.send_replace(Some(Arc::new(Deployed::new(service.clone()))));
        // It ends when it has drained, and a panic there has been reported already.
        if let Ok(ending) = serving.await {
            ending.spend_on(service.shut_down()).await;
        }
        Ok(())
    })?;
    Ok(())
}
