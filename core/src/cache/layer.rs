//! The layer, and what can be set.

use std::sync::Arc;
use std::time::Duration;

use http::HeaderName;
use tower_layer::Layer;

use super::cached::{Cached, Settings};
use super::store::Store;

/// 32 MiB: a quarter of the least that Lambda gives a function.
const DEFAULT_CAPACITY_BYTES: u64 = 32 * 1024 * 1024;

/// A [`CacheLayer`] that keeps responses for `ttl` where they do not say themselves for how long
/// they are good.
pub fn cache(ttl: Duration) -> CacheLayer {
    CacheLayer {
        ttl,
        vary_by: Vec::new(),
        capacity_bytes: DEFAULT_CAPACITY_BYTES,
    }
}

/// A layer that answers `GET` and `HEAD` with responses that it has kept, as a shared cache does
/// ([RFC 9111]). Made by [`cache`].
///
/// ```
/// use std::time::Duration;
/// use http::header::ACCEPT_LANGUAGE;
/// use polyfn_core::{App, Body, Context, Request, Target, cache, get};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let app = App::new()
///     .http("greet", get("/greet"), |_| async { "Hello!" })
///     .layer(cache(Duration::from_secs(60)).vary_by([ACCEPT_LANGUAGE]).capacity(64 << 20));
/// let service = app.into_service().unwrap();
///
/// let ask = || http::Request::get("/greet").body(Body::empty()).unwrap();
/// let first = service.respond(Context::new(Target::Local, "1"), ask()).await;
/// assert_eq!(first.headers()["cache-control"], "public, max-age=60");
/// assert_eq!(first.headers()["vary"], "accept-language");
///
/// let again = service.respond(Context::new(Target::Local, "2"), ask()).await;
/// assert_eq!(again.headers()["age"], "0", "this one did not reach the function");
/// # }
/// ```
///
/// # What is kept
///
/// The whole answer to a `GET`, for its `s-maxage`, else `max-age`, else `Expires`, else the
/// layer's time; per host, raw path and query, and the headers that its `Vary` names. A response
/// that sets neither `Cache-Control` nor `Expires` leaves with `public, max-age=…`, so that a
/// browser, a CDN or API Gateway can take over.
///
/// Never kept is
///
/// - what says `no-store`, `no-cache` or `private`, or was asked for with `no-store`; a
///   `Cache-Control` that can't be read counts as `no-store`;
/// - what sets a cookie: it is meant for one client, and would hand that one's session to the
///   next;
/// - the answer to a request with `Authorization` or `Cookie`, unless it says `public`,
///   `s-maxage` or `must-revalidate`. HTTP asks this for `Authorization` alone; a cookie tells who
///   asks just as well, and a handler that forgot `Vary: Cookie` must not show one user's page to
///   another;
/// - what has `Vary: *`, answers a request for a range or with a body, or has a status other than
///   200, 203, 204, 300, 301, 308, 404, 405, 410, 414 or 501;
/// - an [`Error`](crate::Error): its document names the invocation;
/// - a body that is larger than an eighth of the capacity, or of which the size is not known
///   before it was sent: it streams through.
///
/// # What is answered
///
/// Only what is fresh, whatever `max-stale` allows, and as the request's `max-age`, `min-fresh`,
/// `no-cache`, `Pragma` and `only-if-cached` (504) have it; with the `Age`. `If-None-Match` and
/// `If-Modified-Since` get a 304 where they hold. A request with `Range`, `If-Range`, `If-Match`
/// or `If-Unmodified-Since` always reaches the function.
///
/// A request with another method, say `PUT`, that did not fail makes the cache forget what it has
/// for the same host, path and query, whichever function answered it. What another process has
/// kept is not reached, nor is what a CDN has.
///
/// # Good to know
///
/// - Each process has a cache of its own, in memory.
/// - Requests for the same thing that come while its first answer is being made reach the function
///   as well: whether they may share that answer is not known before it is there.
/// - A layer that decides who may ask, or that changes a response for who asked, goes around this
///   one: add it later. One that is added earlier is not asked for what is kept.
///
/// [RFC 9111]: https://www.rfc-editor.org/rfc/rfc9111
#[derive(Debug, Clone)]
#[must_use]
pub struct CacheLayer {
    ttl: Duration,
    vary_by: Vec<HeaderName>,
    capacity_bytes: u64,
}

impl CacheLayer {
    /// Says that the answers differ by these request headers: a response is kept for each of
    /// their values, and its `Vary` names them, for the caches between here and the client.
    ///
    /// A handler that sets `Vary` itself needs no such setting.
    pub fn vary_by(mut self, headers: impl IntoIterator<Item = HeaderName>) -> Self {
        self.vary_by.extend(headers);
        self
    }

    /// Sets how many bytes of responses are kept (default: 32 MiB), with their headers and what
    /// they are found by. Beyond that, those go that are asked for least.
    pub fn capacity(mut self, bytes: u64) -> Self {
        self.capacity_bytes = bytes;
        self
    }
}

/// The services that one layer makes have a cache each.
impl<S> Layer<S> for CacheLayer {
    type Service = Cached<S>;

    fn layer(&self, inner: S) -> Cached<S> {
        let settings = Settings {
            ttl: self.ttl,
            vary_by: self.vary_by.clone(),
            store: Store::new(self.capacity_bytes),
        };
        Cached::new(inner, Arc::new(settings))
    }
}
