//! An answer that leaves while it is made.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{self, Poll, ready};

use base64_simd::STANDARD;
use bytes::Bytes;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use hyper::body::{Body as _, Frame};
use polyfn_core::{Body, Context};
use tokio::task::coop;
use tokio::time::{Instant, Sleep, sleep_until};

use crate::failure::Failure;

/// The trailers of an answer that breaks off
/// (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming>).
pub(crate) const ERROR_TYPE: HeaderName =
    HeaderName::from_static("lambda-runtime-function-error-type");
pub(crate) const ERROR_BODY: HeaderName =
    HeaderName::from_static("lambda-runtime-function-error-body");

/// What Lambda is sent of a streamed answer: a prelude, and the frames of the body as they come.
///
/// Nothing is asked of the body before what it gave has left, so that a slow reader holds it. It
/// is dropped at its end, when its time is up, and when nobody reads any more.
pub(crate) struct Streamed {
    /// What is there already.
    ready: VecDeque<Bytes>,
    /// `None` once it is over.
    body: Option<Body>,
    time_is_up: Option<Pin<Box<Sleep>>>,
    context: Context,
}

impl Streamed {
    /// An answer whose body may take until then; `first` is what has been read of it.
    pub(crate) fn new(
        prelude: Vec<u8>,
        first: Option<Bytes>,
        body: Body,
        until: Option<Instant>,
        context: Context,
    ) -> Self {
        // What is whole already only has to leave: a 504 comes when the time is up.
        let until = until.filter(|_| !body.is_end_stream());
        Self {
            ready: [prelude.into()].into_iter().chain(first).collect(),
            body: Some(body),
            time_is_up: until.map(|until| Box::pin(sleep_until(until))),
            context,
        }
    }

    pub(crate) fn context(&self) -> &Context {
        &self.context
    }

    fn is_late(&mut self, cx: &mut task::Context<'_>) -> bool {
        let time_is_up = self.time_is_up.as_mut();
        time_is_up.is_some_and(|time_is_up| time_is_up.as_mut().poll(cx).is_ready())
    }

    fn timed_out(&mut self) -> Frame<Bytes> {
        let error = "the function did not answer in time";
        let (invocation_id, function) = (self.context.invocation_id(), self.context.function());
        tracing::error!(invocation_id, function, error, "the response's body failed");
        self.broken_off("polyfn.TimedOut", error)
    }

    /// The end that Lambda tells from a good one. It passes the text on to the client, so that
    /// what the app said is in the log alone.
    fn broken_off(&mut self, error_type: &'static str, error_message: &str) -> Frame<Bytes> {
        self.let_go();
        let failure = Failure {
            error_type,
            error_message,
        };
        let mut trailers = HeaderMap::with_capacity(2);
        trailers.insert(ERROR_TYPE, HeaderValue::from_static(error_type));
        // Base64 has nothing that a header can't.
        if let Ok(body) = HeaderValue::try_from(STANDARD.encode_to_string(failure.to_json())) {
            trailers.insert(ERROR_BODY, body);
        }
        Frame::trailers(trailers)
    }

    /// Drops the body, which is the app's own code to the end, and may panic there too.
    fn let_go(&mut self) {
        let body = self.body.take();
        if catch_unwind(AssertUnwindSafe(|| drop(body))).is_err() {
            let (invocation_id, function) = (self.context.invocation_id(), self.context.function());
            tracing::error!(
                invocation_id,
                function,
                "the response's body panicked in the end"
            );
        }
    }
}

impl hyper::body::Body for Streamed {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let this = self.get_mut();
        if let Some(bytes) = this.ready.pop_front() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        // A stream that always has more would never let the deadline have its turn.
        let turn = ready!(coop::poll_proceed(cx));
        if this.body.is_some() && this.is_late(cx) {
            return Poll::Ready(Some(Ok(this.timed_out())));
        }
        let Some(body) = &mut this.body else {
            return Poll::Ready(None);
        };
        let frame = ready!(Pin::new(body).poll_frame(cx));
        turn.made_progress();
        Poll::Ready(match frame {
            // Trailers have no place in an answer.
            Some(Ok(frame)) => Some(Ok(Frame::data(frame.into_data().unwrap_or_default()))),
            // Why, is in the log.
            Some(Err(_)) => Some(Ok(this.broken_off(
                "polyfn.BodyFailed",
                "the function failed before the end of its answer",
            ))),
            None => {
                this.let_go();
                None
            }
        })
    }
}

impl Drop for Streamed {
    fn drop(&mut self) {
        self.let_go();
    }
}
