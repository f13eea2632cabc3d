//! A handler whose type is forgotten.

use std::convert::Infallible;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tower_service::Service;

use crate::{Handler, IntoResponse, Request, Response};

/// Any HTTP handler behind one type, cheap to clone: what the routing table holds, and
/// itself a [`Handler`] and a [`tower_service::Service`].
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use polyfn_core::{Body, DynHandler, Handler, Request};
///
/// async fn hello(_: Request) -> &'static str { "hello" }
///
/// let handlers = vec![DynHandler::new(hello), DynHandler::new(|_| async { "closure" })];
/// let response = handlers[0].call(Request::new(Body::empty())).await;
/// assert_eq!(response.body().as_bytes().unwrap(), "hello");
/// # }
/// ```
#[derive(Clone)]
pub struct DynHandler(Arc<dyn Erased>);

pub(crate) type ResponseFuture = Pin<Box<dyn Future<Output = Response> + Send>>;

trait Erased: Send + Sync {
    fn call(self: Arc<Self>, request: Request) -> ResponseFuture;
}

impl<H> Erased for H
where
    H: Handler<Request>,
    H::Output: IntoResponse,
{
    fn call(self: Arc<Self>, request: Request) -> ResponseFuture {
        Box::pin(async move { Handler::call(&*self, request).await.into_response() })
    }
}

impl DynHandler {
    /// Forgets the type of `handler`.
    pub fn new<H>(handler: H) -> Self
    where
        H: Handler<Request>,
        H::Output: IntoResponse,
    {
        Self(Arc::new(handler))
    }

    /// Like [`Handler::call`], with a future that borrows nothing. No code of the handler
    /// runs before the future is polled.
    pub(crate) fn respond(&self, request: Request) -> ResponseFuture {
        Arc::clone(&self.0).call(request)
    }
}

impl Handler<Request> for DynHandler {
    type Output = Response;

    fn call(&self, request: Request) -> impl Future<Output = Response> + Send {
        self.respond(request)
    }
}

impl Service<Request> for DynHandler {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let response = self.respond(request);
        Box::pin(async { Ok(response.await) })
    }
}

impl fmt::Debug for DynHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DynHandler")
    }
}
