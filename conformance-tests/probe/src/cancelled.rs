//! Work that goes on beside a handler.

use std::future::pending;

use polyfn::prelude::*;

use crate::out;

/// Spawns a task that puts down that nobody waits any more, and never answers.
pub(crate) async fn watch(request: Request) -> Result<()> {
    let cancelled = request.context().cancelled();
    tokio::spawn(async move {
        cancelled.await;
        out::append("cancelled")
    });
    out::append("watching")?;
    pending().await
}
