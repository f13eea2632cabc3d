//! How much a server takes at once.

use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use polyfn_core::{Body, BodyError, Error, Response, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{InvalidVariable, parsed};

/// How long whoever was refused should wait.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(1);

/// The requests that are in flight at once, from the first byte of the handler's work to the last
/// of the answer. No limit by default. Clones share it.
///
/// ```
/// use polyfn_core::IntoResponse;
/// use polyfn_server::Concurrency;
///
/// let one_at_a_time = Concurrency::up_to(1.try_into().unwrap());
/// let place = one_at_a_time.place().unwrap();
/// assert_eq!(one_at_a_time.place().unwrap_err().status(), 429);
///
/// let mut response = "sent".into_response();
/// place.keep_until_sent(&mut response);
/// drop(response);
/// assert!(one_at_a_time.place().is_ok());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Concurrency(Option<Arc<Semaphore>>);

impl Concurrency {
    /// What `POLYFN_CONCURRENCY` allows.
    ///
    /// # Errors
    ///
    /// When it is no number from 1 up.
    pub fn from_env() -> Result<Self, InvalidVariable> {
        let most = parsed("POLYFN_CONCURRENCY", "a number of requests, at least 1")?;
        Ok(most.map_or_else(Self::default, Self::up_to))
    }

    /// So many requests and no more.
    pub fn up_to(requests: NonZeroUsize) -> Self {
        let places = requests.get().min(Semaphore::MAX_PERMITS);
        Self(Some(Arc::new(Semaphore::new(places))))
    }

    /// A place for one more request.
    ///
    /// # Errors
    ///
    /// 429 when there is none.
    pub fn place(&self) -> Result<Place> {
        let Some(places) = &self.0 else {
            return Ok(Place(None));
        };
        match Arc::clone(places).try_acquire_owned() {
            Ok(permit) => Ok(Place(Some(permit))),
            Err(_) => {
                Err(Error::too_many_requests("too many requests at once")
                    .retry_after(TRY_AGAIN_AFTER))
            }
        }
    }
}

/// The place of one request, free again when it is dropped. The default is one that nobody
/// counts.
#[derive(Debug, Default)]
#[must_use]
pub struct Place(Option<OwnedSemaphorePermit>);

impl Place {
    /// Keeps the place until the answer's body has been handed over or is given up.
    pub fn keep_until_sent(self, response: &mut Response) {
        if let Some(permit) = self.0 {
            let body = std::mem::take(response.body_mut());
            *response.body_mut() = Body::new(Placed {
                body,
                _permit: permit,
            });
        }
    }
}

/// A body with the place of its request.
struct Placed {
    body: Body,
    _permit: OwnedSemaphorePermit,
}

impl HttpBody for Placed {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
