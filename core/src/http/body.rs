//! The body of a request or a response.

use std::any::Any;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt;
use sync_wrapper::SyncWrapper;

use super::limited::Limited;
use crate::{BodyError, BoxError};

/// A request or response body: bytes that are already here, or a stream of them.
///
/// Buffered bytes stay whole, so taking them out again copies nothing:
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use polyfn_core::Body;
///
/// let body = Body::from("hello");
/// assert_eq!(body.as_bytes().map(|b| &b[..]), Some(&b"hello"[..]));
/// assert_eq!(body.into_bytes().await.unwrap(), "hello");
/// # }
/// ```
pub struct Body(Kind);

type BoxedBody = Pin<Box<dyn HttpBody<Data = Bytes, Error = BodyError> + Send>>;

enum Kind {
    Buffered(Bytes),
    // Nothing reads a stream through a shared reference, so the wrapper makes the body
    // `Sync`: a handler may hold `&Request` across an await.
    Streaming {
        stream: SyncWrapper<BoxedBody>,
        // Asked after each frame, since the wrapper can't be asked through `&self`.
        remaining: SizeHint,
    },
}

impl Body {
    /// A body of no bytes.
    pub const fn empty() -> Self {
        Self(Kind::Buffered(Bytes::new()))
    }

    /// Wraps any [`http_body::Body`]. A [`Body`] passes through untouched.
    pub fn new<B>(body: B) -> Self
    where
        B: HttpBody<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        let mut slot = Some(body);
        if let Some(same) = (&mut slot as &mut dyn Any).downcast_mut::<Option<Self>>() {
            return same.take().unwrap_or_default();
        }
        slot.map_or_else(Self::empty, |body| {
            Self::streaming(Box::pin(body.map_err(BodyError::new)))
        })
    }

    fn streaming(stream: BoxedBody) -> Self {
        Self(Kind::Streaming {
            remaining: stream.size_hint(),
            stream: SyncWrapper::new(stream),
        })
    }

    /// A body made of the chunks of a stream, sent as they come where the platform streams.
    ///
    /// An error ends the body early and visibly: the connection is aborted, or the
    /// invocation fails.
    pub fn from_stream<S, C, E>(stream: S) -> Self
    where
        S: Stream<Item = Result<C, E>> + Send + 'static,
        C: Into<Bytes>,
        E: Into<BoxError>,
    {
        Self::streaming(Box::pin(Chunks(Box::pin(stream))))
    }

    /// The bytes, if the whole body is already here.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Kind::Buffered(bytes) => Some(bytes),
            Kind::Streaming { .. } => None,
        }
    }

    /// The same body, failing once it has given more than `limit_bytes` bytes.
    pub(crate) fn limited(self, limit_bytes: u64) -> Self {
        match self.size_hint().upper() {
            Some(most) if most <= limit_bytes => self,
            _ => Self::new(Limited::new(self, limit_bytes)),
        }
    }

    /// Reads the body to its end. Buffered bytes are handed out without a copy.
    ///
    /// # Errors
    ///
    /// When the sender goes away before the end, or the body is larger than the adapter's
    /// limit ([`BodyError::is_too_large`]).
    pub async fn into_bytes(self) -> Result<Bytes, BodyError> {
        match self.0 {
            Kind::Buffered(bytes) => Ok(bytes),
            Kind::Streaming { stream, .. } => Ok(stream.into_inner().collect().await?.to_bytes()),
        }
    }
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match &mut self.0 {
            Kind::Buffered(bytes) if bytes.is_empty() => Poll::Ready(None),
            Kind::Buffered(bytes) => Poll::Ready(Some(Ok(Frame::data(std::mem::take(bytes))))),
            Kind::Streaming { stream, remaining } => {
                let stream = stream.get_mut();
                let frame = stream.as_mut().poll_frame(cx);
                *remaining = stream.size_hint();
                frame
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.size_hint().exact() == Some(0)
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Kind::Buffered(bytes) => SizeHint::with_exact(bytes.len() as u64),
            Kind::Streaming { remaining, .. } => *remaining,
        }
    }
}

/// The chunks of a stream as body frames.
struct Chunks<S>(Pin<Box<S>>);

impl<S, C, E> HttpBody for Chunks<S>
where
    S: Stream<Item = Result<C, E>>,
    C: Into<Bytes>,
    E: Into<BoxError>,
{
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        self.0.as_mut().poll_next(cx).map(|next| {
            next.map(|chunk| chunk.map(|c| Frame::data(c.into())).map_err(BodyError::new))
        })
    }
}

impl Default for Body {
    fn default() -> Self {
        Self::empty()
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Buffered(bytes) => write!(f, "Body({} bytes)", bytes.len()),
            Kind::Streaming { .. } => f.write_str("Body(streaming)"),
        }
    }
}

impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self(Kind::Buffered(bytes))
    }
}

macro_rules! body_from {
    ($($buffered:ty),*) => {$(
        impl From<$buffered> for Body {
            fn from(value: $buffered) -> Self {
                Bytes::from(value).into()
            }
        }
    )*};
}
body_from!(&'static str, &'static [u8], String, Vec<u8>);
