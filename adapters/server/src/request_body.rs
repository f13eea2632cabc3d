//! A request's body on a connection.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::EXPECT;
use http_body::{Body as HttpBody, Frame, SizeHint};
use hyper::body::Incoming;
use polyfn_core::{Body, Request};
use tokio::runtime::Handle;

/// A body that is read off when its handler leaves it unread.
///
/// A server that closes a connection on which the client still sends resets it, and the
/// client may lose the answer with it. The connection can serve the next request, too.
pub(crate) struct RequestBody {
    /// `None` once it has ended.
    incoming: Option<Incoming>,
    /// The client waits for `100 Continue` before it sends: nothing is on its way.
    awaited: bool,
}

/// The most that is read off, in bytes; beyond it the connection is closed after all.
const READ_OFF_AT_MOST: u64 = 64 * 1024 * 1024;

/// How long that may take.
const READ_OFF_WITHIN: Duration = Duration::from_secs(10);

impl RequestBody {
    /// The request as the core takes it.
    pub(crate) fn in_request(request: http::Request<Incoming>) -> Request {
        let awaited = !request.body().is_end_stream() && request.headers().contains_key(EXPECT);
        request.map(|incoming| {
            if incoming.is_end_stream() {
                return Body::empty();
            }
            Body::new(Self {
                incoming: Some(incoming),
                awaited,
            })
        })
    }
}

impl HttpBody for RequestBody {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        self.awaited = false;
        let Some(incoming) = &mut self.incoming else {
            return Poll::Ready(None);
        };
        let frame = Pin::new(incoming).poll_frame(cx);
        if matches!(frame, Poll::Ready(None | Some(Err(_)))) {
            self.incoming = None;
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(HttpBody::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming
            .as_ref()
            .map_or(SizeHint::with_exact(0), HttpBody::size_hint)
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        let unread = self.incoming.take();
        let unread = unread.filter(|incoming| !self.awaited && !incoming.is_end_stream());
        if let (Some(incoming), Ok(runtime)) = (unread, Handle::try_current()) {
            runtime.spawn(tokio::time::timeout(READ_OFF_WITHIN, read_off(incoming)));
        }
    }
}

async fn read_off(mut incoming: Incoming) {
    let mut read = 0;
    while read < READ_OFF_AT_MOST {
        let next = std::future::poll_fn(|cx| Pin::new(&mut incoming).poll_frame(cx)).await;
        let Some(Ok(frame)) = next else { break };
        read += frame.data_ref().map_or(0, |data| data.len() as u64);
    }
}
