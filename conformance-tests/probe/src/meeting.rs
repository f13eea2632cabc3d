//! Requests that wait for each other.

use std::sync::LazyLock;
use std::time::Duration;

use polyfn::prelude::*;
use tokio::sync::watch;
use tokio::time::timeout;

use crate::number;

/// How long one waits for the others.
const PATIENCE: Duration = Duration::from_secs(10);

static PRESENT: LazyLock<watch::Sender<u64>> = LazyLock::new(|| watch::Sender::new(0));

/// Answers once as many as the query says have come, which they can only at once.
pub(crate) async fn meet(request: Request) -> Result<&'static str> {
    let count = number(&request, "count")?;
    let mut present = PRESENT.subscribe();
    PRESENT.send_modify(|present| *present += 1);
    match timeout(PATIENCE, present.wait_for(|present| *present >= count)).await {
        Ok(_) => Ok("met"),
        Err(_) => Err(Error::unavailable("nobody else came")),
    }
}
