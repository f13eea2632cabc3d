//! How an invocation is told that nobody waits for it any more.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

/// Whether an invocation was given up before its end. Clones share it.
#[derive(Clone, Default)]
pub(crate) struct Cancellation(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    is_cancelled: bool,
    waiting: Vec<Waker>,
}

impl Cancellation {
    pub(crate) fn is_cancelled(&self) -> bool {
        self.state().is_cancelled
    }

    pub(crate) fn cancelled(&self) -> impl Future<Output = ()> + Send + use<> {
        let this = self.clone();
        std::future::poll_fn(move |cx| {
            let mut state = this.state();
            if state.is_cancelled {
                return Poll::Ready(());
            }
            if !state
                .waiting
                .iter()
                .any(|known| known.will_wake(cx.waker()))
            {
                state.waiting.push(cx.waker().clone());
            }
            Poll::Pending
        })
    }

    fn cancel(&self) {
        let waiting = {
            let mut state = self.state();
            state.is_cancelled = true;
            std::mem::take(&mut state.waiting)
        };
        // Outside of the lock: a waker may be anybody's code.
        waiting.into_iter().for_each(Waker::wake);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Each change is whole after a panic as well.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Cancels an invocation when it is dropped before its [end](Self::end).
pub(crate) struct UntilEnd(Option<Cancellation>);

impl UntilEnd {
    pub(crate) fn of(cancellation: &Cancellation) -> Self {
        Self(Some(cancellation.clone()))
    }

    pub(crate) fn end(&mut self) {
        self.0 = None;
    }
}

impl Drop for UntilEnd {
    fn drop(&mut self) {
        if let Some(cancellation) = self.0.take() {
            cancellation.cancel();
        }
    }
}
