//! What stands between a handler's failure and the process.

use std::any::Any;
use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use crate::problem::report;
use crate::{Context, Error, Handler, IntoResponse, Request, RequestExt, Response};

/// A handler whose panics and errors become reported responses.
pub(crate) struct Guard<H>(pub(crate) H);

impl<H> Handler<Request> for Guard<H>
where
    H: Handler<Request>,
    H::Output: IntoResponse,
{
    type Output = Response;

    async fn call(&self, request: Request) -> Response {
        let context = request.context().clone();
        // Within the block, so that a panic before the first await is caught as well.
        guard(&context, async { self.0.call(request).await }).await
    }
}

/// Awaits an answer; a panic or an error on the way is the answer, and reported.
pub(crate) async fn guard<A: IntoResponse>(
    context: &Context,
    answer: impl Future<Output = A>,
) -> Response {
    let mut response = match catch_panic(answer).await {
        Ok(answer) => answer.into_response(),
        Err(payload) => Error::from_panic(payload).into_response(),
    };
    report(&mut response, context);
    response
}

async fn catch_panic<F: Future>(future: F) -> Result<F::Output, Box<dyn Any + Send>> {
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
                Poll::Ready(Err(payload))
            }
        }
    })
    .await
}
