//! A call whose end does no harm to others.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use super::Outcome;
use super::dyn_event_handler::OutcomesFuture;
use crate::Panic;

/// A call of a handler. When it is dropped, as at the end of its time, and a destructor of the
/// handler panics, that goes no further: the calls beside it still have to be dropped, or what
/// they hold (a connection of a pool, a lock) is lost to the process.
pub(super) struct Contained(Option<OutcomesFuture>);

impl Contained {
    pub(super) fn new(call: OutcomesFuture) -> Self {
        Self(Some(call))
    }
}

impl Future for Contained {
    type Output = Vec<Outcome>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Vec<Outcome>> {
        let call = self.0.as_mut();
        call.map_or(Poll::Pending, |call| call.as_mut().poll(cx))
    }
}

impl Drop for Contained {
    fn drop(&mut self) {
        let call = self.0.take();
        if let Err(payload) = catch_unwind(AssertUnwindSafe(|| drop(call))) {
            let panic = Panic::new(&*payload);
            tracing::error!(%panic, "a handler panicked while it was dropped");
        }
    }
}
