//! Whether anything moves between a client and the worker, as YARP's
//! `ForwarderRequestConfig.ActivityTimeout` asks: each piece of either body that passes, and the
//! head of the answer, begin the time anew.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::{Instant, sleep};

use crate::body::Body;

/// The activity of one exchange.
#[derive(Debug, Clone)]
pub(super) struct Activity(Arc<Mutex<Instant>>);

impl Activity {
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Instant::now())))
    }

    /// Something has moved.
    pub(super) fn mark(&self) {
        *self.last() = Instant::now();
    }

    /// `body`, whose pieces are marked.
    pub(super) fn marked(&self, body: Incoming) -> Body {
        let activity = self.clone();
        let marked = body.map_err(Into::into).map_frame(move |frame| {
            activity.mark();
            frame
        });
        marked.boxed_unsync()
    }

    /// Waits until nothing has moved for so long.
    pub(super) async fn ceases(&self, limit: Duration) {
        loop {
            let idle = self.last().elapsed();
            if idle >= limit {
                return;
            }
            sleep(limit - idle).await;
        }
    }

    fn last(&self) -> MutexGuard<'_, Instant> {
        // A moment is whole whatever happened to the last holder.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn each_mark_begins_the_time_anew() {
        let activity = Activity::new();
        let begun = Instant::now();
        let marks = activity.clone();
        tokio::spawn(async move {
            for _ in 0..3 {
                tokio::time::sleep(Duration::from_secs(200)).await;
                marks.mark();
            }
        });
        activity.ceases(Duration::from_secs(240)).await;
        assert_eq!(begun.elapsed().as_secs(), 600 + 240);
    }
}
