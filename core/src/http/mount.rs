//! tower services as handlers.

use std::future::poll_fn;

use bytes::Bytes;
use tower_service::Service;

use crate::{Body, BoxError, Error, Handler, Request, Response, Result};

/// A tower service in a handler's place. Each invocation gets a clone of it, which is how
/// tower shares a service.
pub(crate) struct Mount<S>(pub(crate) S);

impl<S, B> Handler<Request> for Mount<S>
where
    S: Service<Request, Response = http::Response<B>> + Clone + Send + Sync + 'static,
    S::Future: Send,
    S::Error: Into<BoxError>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Output = Result<Response>;

    async fn call(&self, request: Request) -> Result<Response> {
        let mut service = self.0.clone();
        poll_fn(|cx| service.poll_ready(cx)).await.map_err(failed)?;
        let response = service.call(request).await.map_err(failed)?;
        Ok(response.map(Body::new))
    }
}

fn failed(error: impl Into<BoxError>) -> Error {
    /// A `BoxError` is no `std::error::Error` itself; this is one around it.
    #[derive(Debug, thiserror::Error)]
    #[error(transparent)]
    struct Failed(BoxError);

    Error::from(Failed(error.into()))
}
