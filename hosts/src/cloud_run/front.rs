//! Google's front end: a streaming proxy with limits.

use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, Uri};
use http_body::{Body as HttpBody, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use super::headers::arrive;
use super::instance::Instance;
use crate::body::{Body, BoxError, full};
use crate::cut_off::cut_off;
use crate::{hop_by_hop, http_client};

/// Of a request over HTTP/1, and of a response that is not streamed
/// (<https://cloud.google.com/run/quotas>).
const LIMIT: u64 = 32 * 1024 * 1024;

/// What the service allows a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    pub(super) timeout: Duration,
    /// `containerConcurrency`.
    pub(super) concurrency: NonZeroUsize,
    /// How long a request waits for an instance that has room.
    pub(super) pending: Duration,
}

#[derive(Debug)]
pub(super) struct FrontEnd {
    instance: Arc<Instance>,
    limits: Limits,
    places: Arc<Semaphore>,
}

impl FrontEnd {
    pub(super) fn new(instance: Arc<Instance>, limits: Limits) -> Self {
        Self {
            instance,
            limits,
            places: Arc::new(Semaphore::new(limits.concurrency.get())),
        }
    }

    pub(super) async fn serve(self: Arc<Self>, mut request: Request<Incoming>) -> Response<Body> {
        if is_reserved(request.uri().path()) {
            return page(
                StatusCode::NOT_FOUND,
                "The requested URL was not found on this server.",
            );
        }
        if content_length(request.headers()).is_some_and(|length| length > LIMIT) {
            // Read it, so that a client which is still writing sees the answer.
            let _ = crate::body::read(request.into_body(), 0).await;
            return page(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large");
        }
        arrive(request.headers_mut());
        *request.uri_mut() = origin_form(request.uri());
        let deadline = Instant::now() + self.limits.timeout;
        let place = timeout(
            self.limits.pending,
            Arc::clone(&self.places).acquire_owned(),
        );
        // The semaphore is never closed.
        let Ok(Ok(place)) = place.await else {
            return page(StatusCode::TOO_MANY_REQUESTS, "Rate exceeded.");
        };
        let too_large = Arc::new(AtomicBool::new(false));
        let request = request.map(|body| {
            let counted = Counted {
                body,
                left: LIMIT,
                too_large: Arc::clone(&too_large),
            };
            counted.boxed_unsync()
        });
        let port = match self.instance.port().await {
            Ok(port) => port,
            Err(error) => return page(StatusCode::SERVICE_UNAVAILABLE, &error.to_string()),
        };
        match timeout_at(deadline, http_client::send(port, request)).await {
            Ok(Ok(response)) => depart(response, deadline, place),
            Ok(Err(_)) if too_large.load(Ordering::Relaxed) => {
                page(StatusCode::PAYLOAD_TOO_LARGE, "Request Entity Too Large")
            }
            // The connection to the instance broke off, or its answer was no HTTP.
            Ok(Err(_)) => {
                self.instance.process().await.settle().await;
                page(StatusCode::SERVICE_UNAVAILABLE, "Service Unavailable")
            }
            // The container goes on running; only the client is told.
            Err(_) => page(StatusCode::GATEWAY_TIMEOUT, "upstream request timeout"),
        }
    }
}

/// The request keeps its place among the concurrent ones until the response has left.
fn depart(
    mut response: Response<Incoming>,
    deadline: Instant,
    place: OwnedSemaphorePermit,
) -> Response<Body> {
    if content_length(response.headers()).is_some_and(|length| length > LIMIT) {
        return page(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Response size was too large.",
        );
    }
    hop_by_hop::remove(response.headers_mut());
    response.map(|body| {
        let over = async move {
            let _place = place;
            sleep_until(deadline).await;
        };
        cut_off(body.map_err(Into::into).boxed_unsync(), over)
    })
}

/// <https://cloud.google.com/run/docs/known-issues>, "Reserved URL paths": `/eventlog`, `/_ah/…`,
/// and *some* that end in `z`, of which the page names none.
fn is_reserved(path: &str) -> bool {
    path == "/eventlog" || path.starts_with("/_ah/")
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(http::header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

/// Path and query byte for byte, without a scheme or host that an absolute target may have had.
fn origin_form(uri: &Uri) -> Uri {
    let target = uri.path_and_query().cloned();
    target
        .unwrap_or_else(|| PathAndQuery::from_static("/"))
        .into()
}

fn page(status: StatusCode, message: &str) -> Response<Body> {
    let mut response = Response::new(full(message.to_owned()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        http::header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}

/// A request body that breaks off at the limit and says so.
struct Counted {
    body: Incoming,
    left: u64,
    too_large: Arc<AtomicBool>,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let Some(frame) = ready!(Pin::new(&mut self.body).poll_frame(context)) else {
            return Poll::Ready(None);
        };
        let frame = frame?;
        let size = frame.data_ref().map_or(0, Bytes::len) as u64;
        match self.left.checked_sub(size) {
            Some(left) => self.left = left,
            None => {
                self.too_large.store(true, Ordering::Relaxed);
                return Poll::Ready(Some(Err("the request is larger than 32 MiB".into())));
            }
        }
        Poll::Ready(Some(Ok(frame)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
