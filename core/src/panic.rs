//! Panics, caught at the edge of a future.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

/// What a panic said.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # std::panic::set_hook(Box::new(|_| {}));
/// let panic = polyfn_core::caught(async { panic!("out of tea") }).await.unwrap_err();
/// assert_eq!(panic.to_string(), "panicked: out of tea");
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("panicked: {message}")]
pub struct Panic {
    message: String,
}

impl Panic {
    pub(crate) fn new(payload: &(dyn Any + Send)) -> Self {
        let message = payload
            .downcast_ref::<&'static str>()
            .map(ToString::to_string)
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "a value that is no string".to_owned());
        Self { message }
    }
}

/// The output of `future`: for adapters, whose process has to live on.
///
/// # Errors
///
/// When it panics.
pub async fn caught<F: Future>(future: F) -> Result<F::Output, Panic> {
    let mut slot = pin!(Some(future));
    poll_fn(|cx| {
        let polled = catch_unwind(AssertUnwindSafe(|| {
            let future = slot.as_mut().as_pin_mut();
            future.map_or(Poll::Pending, |future| future.poll(cx))
        }));
        match polled {
            Ok(poll) => poll.map(Ok),
            Err(payload) => {
                // Nothing looks at the future again but its destructor, which may panic too.
                let _ = catch_unwind(AssertUnwindSafe(|| slot.set(None)));
                Poll::Ready(Err(Panic::new(&*payload)))
            }
        }
    })
    .await
}
