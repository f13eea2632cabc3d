//! Several workers, for environments that Lambda gives several invocations at once.

use std::future::poll_fn;
use std::panic::resume_unwind;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Poll, ready};

use tokio::sync::watch;
use tokio::task::{JoinError, JoinSet};

use crate::deployment::Deployment;
use crate::run_error::RunError;
use crate::runtime_api::RuntimeApi;
use crate::worker;

/// Takes so many invocations at once, until `stop` is ready and all that were taken are
/// answered. A worker that has to give up ends all: what it misses is the Runtime API, and they
/// have the same.
pub(crate) async fn work(
    count: u32,
    address: &str,
    deployment: Deployment,
    stop: impl Future<Output = ()>,
) -> Result<(), RunError> {
    let deployment = Arc::new(deployment);
    // To close it is what tells all of them.
    let (open, closed) = watch::channel(());
    let mut workers = JoinSet::new();
    for _ in 0..count {
        let mut api = RuntimeApi::new(address)?;
        let deployment = Arc::clone(&deployment);
        let mut closed = closed.clone();
        workers.spawn(async move {
            let stop = async { while closed.changed().await.is_ok() {} };
            worker::work(&mut api, &deployment, stop).await
        });
    }
    let mut stop = pin!(stop);
    let mut open = Some(open);
    poll_fn(|cx| {
        if open.is_some() && stop.as_mut().poll(cx).is_ready() {
            open = None;
        }
        while let Some(ended) = ready!(workers.poll_join_next(cx)) {
            ended.unwrap_or_else(broken)?;
        }
        Poll::Ready(Ok(()))
    })
    .await
}

/// Handlers' panics have been caught within, so this one is ours. Nobody aborts a worker.
fn broken(error: JoinError) -> Result<(), RunError> {
    match error.try_into_panic() {
        Ok(panic) => resume_unwind(panic),
        Err(_) => Ok(()),
    }
}
