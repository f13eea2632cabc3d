//! A body that may not grow beyond a limit.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};

use crate::{Body, BodyError};

/// A body that fails once it has more than `limit_bytes` bytes.
pub(crate) struct Limited {
    body: Body,
    limit_bytes: u64,
    seen: u64,
}

impl Limited {
    pub(crate) fn new(body: Body, limit_bytes: u64) -> Self {
        Self {
            body,
            limit_bytes,
            seen: 0,
        }
    }
}

impl HttpBody for Limited {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        if let Some(Ok(frame)) = &frame {
            self.seen += frame.data_ref().map_or(0, |data| data.len() as u64);
        }
        if self.seen > self.limit_bytes {
            return Poll::Ready(Some(Err(BodyError::too_large(self.limit_bytes))));
        }
        Poll::Ready(frame)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::{BodyExt, StreamBody};
    use std::convert::Infallible;

    fn chunks(sizes: &'static [usize]) -> Body {
        let mut sizes = sizes.iter();
        Body::new(StreamBody::new(futures_iter(move || {
            sizes
                .next()
                .map(|size| Ok::<_, Infallible>(Frame::data(Bytes::from(vec![b'x'; *size]))))
        })))
    }
    fn futures_iter<T>(
        next: impl FnMut() -> Option<T> + Unpin,
    ) -> impl futures_core::Stream<Item = T> {
        struct Iter<F>(F);
        impl<T, F: FnMut() -> Option<T> + Unpin> futures_core::Stream for Iter<F> {
            type Item = T;
            fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<T>> {
                Poll::Ready((self.0)())
            }
        }
        Iter(next)
    }

    #[tokio::test]
    async fn a_body_up_to_the_limit_is_whole() {
        let body = Limited::new(chunks(&[3, 4]), 7).collect().await.unwrap();
        assert_eq!(
            body.to_bytes().len(),
            7,
            "seven bytes fit into a limit of seven"
        );
    }

    #[tokio::test]
    async fn a_larger_body_fails_and_says_so() {
        let error = Limited::new(chunks(&[3, 5]), 7)
            .collect()
            .await
            .unwrap_err();
        assert!(
            error.is_too_large(),
            "eight bytes do not fit into seven: {error}"
        );
    }
}
