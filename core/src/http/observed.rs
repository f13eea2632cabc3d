//! A streaming response body, watched for its failure.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

use crate::cancellation::UntilEnd;
use crate::{Body, BodyError, Context, Error, Panic};

/// Logs the error or the panic that ends a body early. By then the head has been sent: the
/// client sees a connection that breaks off, and only the log can say why. Where the client goes
/// away first, the invocation is cancelled.
pub(crate) struct Observed {
    body: Body,
    context: Context,
    until_end: UntilEnd,
}

impl Observed {
    /// Watches a body that is still to come; one that is whole already can't fail.
    pub(crate) fn if_streaming(body: &mut Body, context: &Context) {
        if body.as_bytes().is_none() {
            *body = Body::new(Self {
                body: std::mem::take(body),
                context: context.clone(),
                until_end: context.until_end(),
            });
        }
    }

    fn failed(&mut self, error: &Error) {
        // Nobody asks a body again that has failed; were it to be, it is over.
        self.body = Body::empty();
        let (invocation_id, function) = (self.context.invocation_id(), self.context.function());
        tracing::error!(
            invocation_id,
            function,
            error = error.for_log(),
            "the response's body failed"
        );
    }
}

impl HttpBody for Observed {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = &mut *self;
        let _entered = this.context.enter();
        let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut this.body).poll_frame(cx)));
        let error = match polled {
            Ok(Poll::Ready(Some(Err(error)))) => Error::internal(error),
            Ok(going_well) => {
                if matches!(going_well, Poll::Ready(None)) || this.body.is_end_stream() {
                    this.until_end.end();
                }
                return going_well;
            }
            Err(payload) => Error::from_panic(Panic::new(&*payload)),
        };
        self.failed(&error);
        Poll::Ready(Some(Err(BodyError::new(error))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
