//! An answer that comes in pieces.
//!
//! The pieces go through a channel that holds one of them, so that whoever reads slowly holds the
//! function. How the stream ends is told apart from them: it must not wait for a slow reader.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::{Bytes, BytesMut};
use http_body::{Body as HttpBody, Frame};
use http_body_util::BodyExt;
use tokio::sync::{mpsc, oneshot};

use super::invocation::Invocation;
use super::runtime_api::PAYLOAD_LIMIT;
use crate::body::{Body, BoxError};

/// What the function posts with `Lambda-Runtime-Function-Response-Mode: streaming`.
#[derive(Debug)]
pub(super) struct Streamed {
    /// `Content-Type` of the post.
    pub(super) content_type: Option<String>,
    pub(super) pieces: mpsc::Receiver<Bytes>,
    pub(super) end: oneshot::Receiver<End>,
}

/// Whether the stream is whole, or what became of the invocation instead.
pub(super) type End = Result<(), Invocation>;

/// What writes a [`Streamed`].
#[derive(Debug)]
pub(super) struct Writer {
    pub(super) pieces: mpsc::Sender<Bytes>,
    pub(super) end: oneshot::Sender<End>,
}

impl Streamed {
    pub(super) fn new(content_type: Option<String>) -> (Writer, Self) {
        let (pieces, read) = mpsc::channel(1);
        let (end, ended) = oneshot::channel();
        let streamed = Self {
            content_type,
            pieces: read,
            end: ended,
        };
        (Writer { pieces, end }, streamed)
    }

    /// All of it, for an invoker that does not stream: the bytes as they are.
    pub(super) async fn whole(mut self) -> Invocation {
        let mut whole = BytesMut::new();
        let mut has_ended = false;
        loop {
            tokio::select! {
                biased;
                end = &mut self.end, if !has_ended => match end.unwrap_or_else(|_| Err(broken())) {
                    Ok(()) => has_ended = true,
                    Err(failure) => return failure,
                },
                Some(piece) = self.pieces.recv() => whole.extend_from_slice(&piece),
                else => return Invocation::Response(whole.freeze()),
            }
            if whole.len() > PAYLOAD_LIMIT {
                return Invocation::ResponseTooLarge {
                    limit: PAYLOAD_LIMIT,
                };
            }
        }
    }

    /// What is left of it, after `first`, as a body that fails where the stream does.
    pub(super) fn body(self, first: Bytes) -> Body {
        let streamed = Reader {
            first: Some(first).filter(|first| !first.is_empty()),
            pieces: self.pieces,
            end: Some(self.end),
        };
        streamed.boxed_unsync()
    }
}

/// What becomes of a stream that just stops.
pub(super) fn broken() -> Invocation {
    Invocation::Error {
        error_type: "Runtime.TruncatedResponse".to_owned(),
        error_message: "the streamed response broke off".to_owned(),
    }
}

struct Reader {
    first: Option<Bytes>,
    pieces: mpsc::Receiver<Bytes>,
    /// `None` once it has ended well.
    end: Option<oneshot::Receiver<End>>,
}

impl Reader {
    /// An error as soon as the stream has failed, whatever is left to be read.
    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        let Some(end) = &mut self.end else {
            return Poll::Ready(Ok(()));
        };
        match ready!(Pin::new(end).poll(context)).unwrap_or_else(|_| Err(broken())) {
            Ok(()) => {
                self.end = None;
                Poll::Ready(Ok(()))
            }
            Err(failure) => Poll::Ready(Err(failure.to_string().into())),
        }
    }
}

impl HttpBody for Reader {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        if let Some(first) = self.first.take() {
            return Poll::Ready(Some(Ok(Frame::data(first))));
        }
        let ended = self.poll_end(context);
        if let Poll::Ready(Err(failure)) = ended {
            return Poll::Ready(Some(Err(failure)));
        }
        match ready!(self.pieces.poll_recv(context)) {
            Some(piece) => Poll::Ready(Some(Ok(Frame::data(piece)))),
            None => match ready!(ended) {
                Ok(()) => Poll::Ready(None),
                Err(failure) => Poll::Ready(Some(Err(failure))),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_failure_cuts_a_body_off() {
        let (writer, streamed) = Streamed::new(None);
        writer.pieces.try_send(Bytes::from_static(b"b")).unwrap();
        let mut body = streamed.body(Bytes::from_static(b"a"));
        let first = body.frame().await.unwrap().unwrap();
        assert_eq!(first.into_data().unwrap(), "a");
        writer.end.send(Err(broken())).unwrap();
        assert!(body.frame().await.unwrap().is_err());
    }

    #[tokio::test]
    async fn a_good_end_waits_for_what_is_left() {
        let (writer, streamed) = Streamed::new(None);
        writer.pieces.try_send(Bytes::from_static(b"b")).unwrap();
        writer.end.send(Ok(())).unwrap();
        drop(writer.pieces);
        let whole = streamed.body(Bytes::from_static(b"a")).collect().await;
        assert_eq!(whole.unwrap().to_bytes(), "ab");
    }

    #[tokio::test]
    async fn a_writer_that_vanishes_has_broken_it() {
        let (writer, streamed) = Streamed::new(None);
        drop(writer);
        assert_eq!(streamed.whole().await, broken());
        let (writer, streamed) = Streamed::new(None);
        drop(writer);
        assert!(streamed.body(Bytes::new()).collect().await.is_err());
    }
}
