//! [`Context`] as an axum extractor.

use axum_core::extract::FromRequestParts;
use http::request::Parts;

use crate::{Context, Error, IntoResponse};

/// Any axum handler in a mounted `Router` may take the [`Context`] as an argument.
impl<S: Sync> FromRequestParts<S> for Context {
    type Rejection = axum_core::response::Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            Error::internal("the Context is only there when polyfn runs the axum app")
                .into_response()
                .map(axum_core::body::Body::new)
        })
    }
}
