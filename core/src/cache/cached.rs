//! The service: from a request to a kept response, or to the function and into the store.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CACHE_CONTROL, DATE, EXPIRES, HeaderMap, HeaderName, HeaderValue, VARY};
use http::{Method, StatusCode};
use tower_service::Service;

use super::asked::Asked;
use super::freshness::Freshness;
use super::key::Key;
use super::moment::Moment;
use super::storable::Storable;
use super::store::Store;
use super::stored::Stored;
use super::whole::whole;
use crate::{Body, BoxError, Error, Request, RequestExt, Response, problem_response};

/// A service behind a shared cache of its responses: what a
/// [`CacheLayer`](crate::CacheLayer) makes. Its clones share the cache.
///
/// ```
/// use std::time::Duration;
/// use polyfn_core::{Body, Cached, DynHandler, Request, cache};
/// use tower::{Layer, Service};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let hello = DynHandler::new(|_: Request| async { "Hello!" });
/// let mut cached: Cached<DynHandler> = cache(Duration::from_secs(60)).layer(hello);
/// let response = cached.call(Request::new(Body::empty())).await.unwrap();
/// assert_eq!(response.body().as_bytes().unwrap(), "Hello!");
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Cached<S> {
    inner: S,
    settings: Arc<Settings>,
}

#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) ttl: Duration,
    pub(crate) vary_by: Vec<HeaderName>,
    pub(crate) store: Store,
}

impl<S> Cached<S> {
    pub(crate) fn new(inner: S, settings: Arc<Settings>) -> Self {
        Self { inner, settings }
    }
}

impl<S, B> Service<Request> for Cached<S>
where
    S: Service<Request, Response = http::Response<B>> + Clone + Send + 'static,
    S::Future: Send,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        // The one that was found ready is the one to call.
        let next = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, next);
        let settings = Arc::clone(&self.settings);
        Box::pin(async move {
            let Some(asked) = Asked::of(&request) else {
                let written = written_by(&request);
                let response = inner.call(request).await?.map(Body::new);
                settings.forget(written, response.status());
                return Ok(response);
            };
            if let Some(response) = settings.find(&asked, &request) {
                return Ok(response);
            }
            if asked.control.only_if_cached {
                return Ok(nothing_kept(&request));
            }
            let headers = request.headers().clone();
            let writes = settings.store.writes_to(&asked.target);
            let response = inner.call(request).await?.map(Body::new);
            Ok(settings.keep(asked, &headers, writes, response).await)
        })
    }
}

/// What a request changes, as far as its method tells: RFC 9110, 9.2.1, has the safe ones.
fn written_by(request: &Request) -> Option<Key> {
    match *request.method() {
        Method::GET | Method::HEAD | Method::OPTIONS | Method::TRACE => None,
        _ => Key::of(request),
    }
}

/// The answer where the function may not be asked. No more than the client's wish, so it is not
/// in the log as a failure.
fn nothing_kept(request: &Request) -> Response {
    let detail = "the cache has nothing that answers this request, which is `only-if-cached`";
    let error = Error::new(StatusCode::GATEWAY_TIMEOUT, detail);
    problem_response(&Arc::new(error), request.context())
}

impl Settings {
    fn find(&self, asked: &Asked, request: &Request) -> Option<Response> {
        if asked.control.no_cache {
            return None;
        }
        let stored = self.store.find(&asked.target, request.headers())?;
        let now = Moment::now();
        let is_answer = stored.answers(asked, now);
        is_answer.then(|| stored.response(request.headers(), now))
    }

    /// RFC 9111, 4.4.
    fn forget(&self, written: Option<Key>, status: StatusCode) {
        if let Some(target) = written {
            if status.is_success() || status.is_redirection() {
                self.store.forget(&target);
            }
        }
    }

    async fn keep(
        &self,
        asked: Asked,
        headers: &HeaderMap,
        writes: u64,
        mut response: Response,
    ) -> Response {
        let Some(storable) = Storable::of(&asked, &response, self.ttl) else {
            return response;
        };
        let varies_by = self.say(&storable.freshness, storable.varies_by, &mut response);
        if asked.is_head {
            return response;
        }
        let (head, body) = response.into_parts();
        let body = match whole(body, self.store.entry_limit_bytes()).await {
            Ok(body) => body,
            Err(body) => return Response::from_parts(head, body),
        };
        let stored = Stored::new(
            asked.function,
            storable.freshness,
            storable.is_for_everyone,
            &head,
            &body,
        );
        self.store
            .insert(asked.target, headers, varies_by, stored, writes);
        Response::from_parts(head, body.into())
    }

    /// Says in the response what the caches behind this one have to know. Gives all headers that
    /// it varies by.
    fn say(
        &self,
        freshness: &Freshness,
        mut varies_by: Vec<HeaderName>,
        response: &mut Response,
    ) -> Vec<HeaderName> {
        let headers = response.headers_mut();
        for name in &self.vary_by {
            if !varies_by.contains(name) {
                varies_by.push(name.clone());
                headers.append(VARY, name.clone().into());
            }
        }
        if !headers.contains_key(CACHE_CONTROL) && !headers.contains_key(EXPIRES) {
            let seconds = freshness.lifetime().as_secs();
            if let Ok(value) = HeaderValue::try_from(format!("public, max-age={seconds}")) {
                headers.insert(CACHE_CONTROL, value);
            }
        }
        // What is kept or passed on has a date: RFC 9110, 6.6.1.
        if !headers.contains_key(DATE) {
            if let Ok(date) = HeaderValue::try_from(Moment::now().http_date()) {
                headers.insert(DATE, date);
            }
        }
        varies_by
    }
}
