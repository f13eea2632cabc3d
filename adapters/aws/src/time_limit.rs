//! How long an invocation may be worked on.

use std::future::pending;

use polyfn_core::{AppService, Context};
use tokio::time::Instant;

/// A little before Lambda's own limit, so that there is an answer and the log has a line,
/// instead of the process being killed. `None` where no limit is known.
pub(crate) fn of(context: &Context, service: &AppService) -> Option<Instant> {
    let budget = context.budget(service.timeout_buffer())?;
    Instant::now().checked_add(budget)
}

/// Waits until then; for ever, where there is no limit.
pub(crate) async fn reached(limit: Option<Instant>) {
    match limit {
        Some(limit) => tokio::time::sleep_until(limit).await,
        None => pending().await,
    }
}
