//! A streamed response that breaks off when its request's time is over.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::body::{Body, BoxError};

/// `body`, until `deadline`; then `expired` is called and the stream fails.
pub(crate) fn deadlined(
    body: Incoming,
    deadline: Instant,
    expired: impl FnOnce() + Send + 'static,
) -> Body {
    let deadlined = Deadlined {
        body,
        sleep: Box::pin(sleep_until(deadline)),
        expired: Some(expired),
    };
    deadlined.boxed_unsync()
}

struct Deadlined<F> {
    body: Incoming,
    sleep: Pin<Box<Sleep>>,
    expired: Option<F>,
}

/// Nothing in it is pinned in place: the timer has a box of its own.
impl<F> Unpin for Deadlined<F> {}

impl<F: FnOnce()> HttpBody for Deadlined<F> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(context) {
            return Poll::Ready(frame.map(|frame| frame.map_err(Into::into)));
        }
        ready!(self.sleep.as_mut().poll(context));
        if let Some(expired) = self.expired.take() {
            expired();
        }
        Poll::Ready(Some(Err("the time limit has passed".into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
