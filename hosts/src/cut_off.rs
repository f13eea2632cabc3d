//! A streamed response that is cut off when something happens: its time is over, nothing moves.
//!
//! It happens whether or not anybody reads: a client that has stopped reading must not keep a
//! process from its deadline.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::body::{Body, BoxError};

/// `body`, until `event` comes to pass; then it is dropped, and with it the connection that it
/// comes from, and the stream fails. A body that has ended, or that nobody wants any more, drops
/// the `event`.
pub(crate) fn cut_off(body: Body, event: impl Future<Output = ()> + Send + 'static) -> Body {
    let body = Arc::new(Mutex::new(Some(body)));
    let (sender, happened) = oneshot::channel();
    let watched = Arc::clone(&body);
    let watcher = tokio::spawn(async move {
        event.await;
        *lock(&watched) = None;
        let _ = sender.send(());
    });
    let cut_off = CutOff {
        body,
        happened,
        watcher,
    };
    cut_off.boxed_unsync()
}

type Shared = Arc<Mutex<Option<Body>>>;

fn lock(body: &Shared) -> MutexGuard<'_, Option<Body>> {
    // A body that panicked while it was polled is as good as cut off.
    body.lock().unwrap_or_else(PoisonError::into_inner)
}

struct CutOff {
    body: Shared,
    happened: oneshot::Receiver<()>,
    watcher: JoinHandle<()>,
}

impl HttpBody for CutOff {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if Pin::new(&mut self.happened).poll(context).is_ready() {
            return Poll::Ready(Some(Err("the response has been cut off".into())));
        }
        match &mut *lock(&self.body) {
            Some(body) => Pin::new(body).poll_frame(context),
            // It happens in this moment, and wakes the one who waits for it.
            None => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        lock(&self.body)
            .as_ref()
            .is_some_and(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        lock(&self.body)
            .as_ref()
            .map_or_else(SizeHint::new, HttpBody::size_hint)
    }
}

impl Drop for CutOff {
    fn drop(&mut self) {
        self.watcher.abort();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::full;

    /// Tells when it is dropped.
    struct Guard(Option<oneshot::Sender<()>>);

    impl Drop for Guard {
        fn drop(&mut self) {
            let _ = self.0.take().map(|sender| sender.send(()));
        }
    }

    #[tokio::test]
    async fn nobody_has_to_read() {
        let (sender, happened) = oneshot::channel();
        let (ended, end) = oneshot::channel();
        let guard = Guard(Some(ended));
        let event = async move {
            let _ = happened.await;
        };
        let source = full("a").map_frame(move |frame| {
            let _ = &guard;
            frame
        });
        let mut body = cut_off(source.boxed_unsync(), event);
        sender.send(()).unwrap();
        // The source is gone before anything has been read.
        end.await.unwrap();
        assert!(body.frame().await.unwrap().is_err());
    }

    #[tokio::test]
    async fn a_body_that_is_dropped_drops_the_event() {
        let (ended, end) = oneshot::channel();
        let guard = Guard(Some(ended));
        let event = async move {
            let _guard = guard;
            std::future::pending::<()>().await;
        };
        let whole = cut_off(full("a"), event).collect().await.unwrap();
        assert_eq!(whole.to_bytes(), "a");
        end.await.unwrap();
    }
}
