//! The end of a server's life.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::Signals;

/// How long a server takes over its end, from SIGTERM or Ctrl-C on.
///
/// Every answer from then on tells the client to close the connection, so that its next
/// request goes elsewhere. First the server goes on accepting (`lame_duck`); then it takes
/// what still waits in the backlog, closes the socket, and finishes what has reached it. What
/// the app has to do at the very end comes after that ([`Ending`]).
///
/// ```
/// use std::time::Duration;
/// use polyfn_server::Drain;
///
/// let drain = Drain {
///     lame_duck: Duration::from_millis(500),
///     grace: Duration::from_secs(9),
///     in_all: Duration::from_millis(9500),
/// };
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Drain {
    /// How long new connections are still accepted: as long as the platform may take to
    /// hear that the process ends.
    pub lame_duck: Duration,
    /// When it is over, whatever is still unanswered.
    pub grace: Duration,
    /// When the app's own end is over, too: a little before the platform kills the process.
    pub in_all: Duration,
}

/// How long a connection has to show a request that was sent before the socket was closed:
/// it is on this machine already, and only has to be read.
pub(crate) const UNREAD: Duration = Duration::from_millis(100);

/// Whether a server is at its end. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Draining(Arc<AtomicBool>);

impl Draining {
    /// Whether each further answer is the last one of its connection.
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// What is left of a server's time when all is answered.
#[derive(Debug)]
#[must_use = "the app's own end is done in it"]
pub struct Ending {
    pub(crate) signals: Signals,
    pub(crate) until: Instant,
}

impl Ending {
    /// Does the last work, for as long as there is time and nobody asks again for the end.
    pub async fn spend_on(mut self, work: impl Future<Output = ()>) {
        if self.until <= Instant::now() {
            return;
        }
        let work = timeout_at(self.until, work);
        if let Some(Err(_)) = self.signals.unless(work).await {
            tracing::warn!("the app's own end was not done in time");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::pending;

    fn ending(seconds: u64) -> Ending {
        Ending {
            signals: Signals::watch(),
            until: Instant::now() + Duration::from_secs(seconds),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_work_has_what_is_left_of_the_time() {
        let begun = Instant::now();
        ending(7).spend_on(pending()).await;
        assert_eq!(begun.elapsed().as_secs(), 7);

        let mut is_done = false;
        ending(7).spend_on(async { is_done = true }).await;
        assert!(is_done);

        let too_late = ending(0).spend_on(async { panic!("there is no time left") });
        too_late.await;
    }
}
