//! The runtime around a server.

use std::io;

use polyfn_core::Error;
use tokio::runtime::Builder;

use crate::{BindError, InvalidVariable};

/// Why a server did not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RunError {
    /// The async runtime could not be started.
    #[error("the async runtime could not be started")]
    Runtime(#[source] io::Error),
    /// The address could not be bound.
    #[error(transparent)]
    Bind(#[from] BindError),
    /// An environment variable has a value that means nothing.
    #[error(transparent)]
    Variable(#[from] InvalidVariable),
    /// The app could not be started.
    #[error("the app could not be started: {0}")]
    App(Error),
}

/// Runs a server to its end on a runtime with a worker per core.
///
/// # Errors
///
/// Those of the server, and when the runtime can't be started.
pub fn block_on(server: impl Future<Output = Result<(), RunError>>) -> Result<(), RunError> {
    let runtime = Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(RunError::Runtime)?;
    let result = runtime.block_on(server);
    // What is still running had its time to drain.
    runtime.shutdown_background();
    result
}
