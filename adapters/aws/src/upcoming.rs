//! What comes next: an invocation, or the end of the process.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use crate::runtime_api::{ApiError, Delivery, RuntimeApi};

/// How long an invocation that was on its way already when the process was told to stop may
/// take to arrive. Lambda counts it as delivered, and kills the process after 500 ms.
const ARRIVAL: Duration = Duration::from_millis(50);

/// The signal to stop, which can be asked for again once it has come.
pub(crate) struct Stop<'f, F> {
    awaited: Option<Pin<&'f mut F>>,
}

impl<'f, F: Future<Output = ()>> Stop<'f, F> {
    pub(crate) fn new(signal: Pin<&'f mut F>) -> Self {
        Self {
            awaited: Some(signal),
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if let Some(signal) = &mut self.awaited {
            ready!(signal.as_mut().poll(cx));
            self.awaited = None;
        }
        Poll::Ready(())
    }
}

enum First {
    Invocation(Result<Delivery, ApiError>),
    /// Lambda has not been asked.
    Stop,
    /// Lambda has been asked, and may have answered.
    StopMeanwhile,
}

/// The next invocation; `None` when the process is to stop.
///
/// What Lambda has handed out is answered, whatever the signal: else it would be lost. No
/// more is asked for then, so that the process ends under load as well.
pub(crate) async fn next<F: Future<Output = ()>>(
    api: &mut RuntimeApi,
    stop: &mut Stop<'_, F>,
) -> Result<Option<Delivery>, ApiError> {
    let mut next = pin!(api.next());
    let mut is_asked = false;
    let first = poll_fn(|cx| {
        if !is_asked {
            if stop.poll(cx).is_ready() {
                return Poll::Ready(First::Stop);
            }
            is_asked = true;
            return next.as_mut().poll(cx).map(First::Invocation);
        }
        if let Poll::Ready(delivered) = next.as_mut().poll(cx) {
            return Poll::Ready(First::Invocation(delivered));
        }
        stop.poll(cx).map(|()| First::StopMeanwhile)
    })
    .await;
    match first {
        First::Invocation(delivered) => delivered.map(Some),
        First::Stop => Ok(None),
        // Nothing is wrong with an API that goes away now.
        First::StopMeanwhile => Ok(tokio::time::timeout(ARRIVAL, next)
            .await
            .ok()
            .and_then(Result::ok)),
    }
}
