//! What stands between a handler's failure and the process.

use super::problem::report;
use crate::{Context, Error, Handler, IntoResponse, Request, RequestExt, Response, caught};

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
    let mut response = match caught(answer).await {
        Ok(answer) => answer.into_response(),
        Err(panic) => Error::from_panic(panic).into_response(),
    };
    report(&mut response, context);
    response
}
