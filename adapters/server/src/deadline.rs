//! The clock of an invocation.

use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use bytes::Bytes;
use http::StatusCode;
use http_body::{Body as HttpBody, Frame, SizeHint};
use polyfn_core::{AppService, Body, BoxError, Context, Error, Response, Result};
use tokio::time::{Instant, Sleep, sleep_until};

/// When an invocation's time is up: a little before the platform's own deadline, so that there
/// is an answer still. Never where the platform has told none.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use std::time::{Duration, SystemTime};
/// use polyfn_core::{App, Body, Context, Request, Target, get};
/// use polyfn_server::Deadline;
///
/// let app = App::new().http("stuck", get("/"), |_| std::future::pending::<&str>());
/// let service = app.into_service().unwrap().with_timeout_buffer(Duration::ZERO);
/// let context = Context::new(Target::Local, "1")
///     .with_deadline(SystemTime::now() + Duration::from_millis(10));
///
/// let deadline = Deadline::of(&service, &context);
/// let request = http::Request::get("/").body(Body::empty()).unwrap();
/// let mut response = service.respond_until(context, request, deadline.passed()).await;
/// deadline.end_body(&mut response);
/// assert_eq!(response.status(), 504);
/// # }
/// ```
#[derive(Debug)]
pub struct Deadline(Option<Clock>);

#[derive(Debug)]
struct Clock {
    until: Instant,
    context: Context,
}

impl Deadline {
    /// That of the invocation, with what the service leaves for the answer.
    pub fn of(service: &AppService, context: &Context) -> Self {
        let budget = context.budget(service.timeout_buffer());
        // A time that the clock can't tell never comes.
        let until = budget.and_then(|budget| Instant::now().checked_add(budget));
        Self(until.map(|until| Clock {
            until,
            context: context.clone(),
        }))
    }

    /// Waits until the time is up.
    pub fn passed(&self) -> impl Future<Output = ()> + Send + use<> {
        Passed(self.0.as_ref().map(Clock::timer))
    }

    /// What is read of a request, if it is there in time.
    ///
    /// # Errors
    ///
    /// Those of the reading, and 408 when the time is up before.
    pub async fn bound<T>(&self, reading: impl Future<Output = Result<T>>) -> Result<T> {
        tokio::select! {
            biased;
            read = reading => read,
            () = self.passed() => Err(Error::new(
                StatusCode::REQUEST_TIMEOUT,
                "the request's body did not arrive in time",
            )),
        }
    }

    /// Ends a body that streams when the time is up, visibly: the connection breaks off.
    pub fn end_body(self, response: &mut Response) {
        let Some(clock) = self.0 else { return };
        if response.body().as_bytes().is_none() {
            let body = std::mem::take(response.body_mut());
            *response.body_mut() = Body::new(Timed {
                body,
                time_is_up: clock.timer(),
                context: clock.context,
            });
        }
    }
}

impl Clock {
    fn timer(&self) -> Pin<Box<Sleep>> {
        Box::pin(sleep_until(self.until))
    }
}

/// No more than a pointer, since it is moved into each of the futures around a handler.
struct Passed(Option<Pin<Box<Sleep>>>);

impl Future for Passed {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut TaskContext<'_>) -> Poll<()> {
        match &mut self.0 {
            Some(timer) => timer.as_mut().poll(cx),
            None => Poll::Pending,
        }
    }
}

/// A body that fails when the time is up.
struct Timed {
    body: Body,
    time_is_up: Pin<Box<Sleep>>,
    context: Context,
}

impl HttpBody for Timed {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if self.time_is_up.as_mut().poll(cx).is_pending() {
            return Pin::new(&mut self.body)
                .poll_frame(cx)
                .map_err(BoxError::from);
        }
        // What makes it must not go on.
        self.body = Body::empty();
        let invocation_id = self.context.invocation_id();
        tracing::error!(invocation_id, "the response was not sent in time");
        Poll::Ready(Some(Err("its time is up".into())))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
