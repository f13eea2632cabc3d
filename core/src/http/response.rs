//! What a handler may return.

use std::borrow::Cow;
use std::convert::Infallible;

use bytes::Bytes;
use http::StatusCode;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use crate::{Body, BoxError, Error, error_of};

/// An HTTP response: the plain [`http`] type with our [`Body`].
pub type Response = http::Response<Body>;

/// Whatever can answer an HTTP request.
///
/// Text, bytes, [`Json`](crate::Json), a status, any `http::Response` with our [`Body`],
/// a [`Result`] of these with an error that turns into [`Error`], and pairs and triples
/// that put a status and headers in front:
///
/// ```
/// use http::StatusCode;
/// use polyfn_core::{IntoResponse, Json};
///
/// let created = (
///     StatusCode::CREATED,
///     [("location", "/users/7")],
///     Json(serde_json::json!({"id": 7})),
/// )
///     .into_response();
/// assert_eq!(created.status(), 201);
/// assert_eq!(created.headers()["location"], "/users/7");
/// ```
#[diagnostic::on_unimplemented(
    message = "a handler can't return `{Self}`",
    label = "`{Self}` is no HTTP response",
    note = "return `Response`, `&str`, `String`, `Bytes`, `Json<T>`, `StatusCode`, `(StatusCode, T)`, `(StatusCode, headers, T)`, or a `Result` of one of these"
)]
pub trait IntoResponse {
    /// Makes the response.
    fn into_response(self) -> Response;
}

impl IntoResponse for Response {
    fn into_response(self) -> Response {
        self
    }
}

impl IntoResponse for Infallible {
    fn into_response(self) -> Response {
        match self {}
    }
}

/// 204 No Content.
impl IntoResponse for () {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

impl IntoResponse for StatusCode {
    fn into_response(self) -> Response {
        let mut response = Response::default();
        *response.status_mut() = self;
        response
    }
}

impl IntoResponse for Body {
    fn into_response(self) -> Response {
        Response::new(self)
    }
}

fn with_content_type(body: impl Into<Body>, content_type: &'static str) -> Response {
    let mut response = Response::new(body.into());
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

macro_rules! into_response {
    ($content_type:literal: $($ty:ty),*) => {$(
        impl IntoResponse for $ty {
            fn into_response(self) -> Response {
                with_content_type(self, $content_type)
            }
        }
    )*};
}
into_response!("text/plain; charset=utf-8": &'static str, String);
into_response!("application/octet-stream": &'static [u8], Bytes, Vec<u8>);

impl IntoResponse for Cow<'static, str> {
    fn into_response(self) -> Response {
        match self {
            Cow::Borrowed(text) => text.into_response(),
            Cow::Owned(text) => text.into_response(),
        }
    }
}

impl<T, E> IntoResponse for Result<T, E>
where
    T: IntoResponse,
    E: Into<Error>,
{
    fn into_response(self) -> Response {
        match self {
            Ok(value) => value.into_response(),
            Err(error) => error.into().into_response(),
        }
    }
}

/// An error within stays an error: the status is for what went well.
impl<T: IntoResponse> IntoResponse for (StatusCode, T) {
    fn into_response(self) -> Response {
        let mut response = self.1.into_response();
        if error_of(&response).is_none() {
            *response.status_mut() = self.0;
        }
        response
    }
}

/// An error within stays an error: the headers are for what went well.
impl<H: IntoHeaders, T: IntoResponse> IntoResponse for (H, T) {
    fn into_response(self) -> Response {
        let mut response = self.1.into_response();
        if error_of(&response).is_some() {
            return response;
        }
        match self.0.into_headers() {
            Ok(headers) => {
                // Replaces what the body brought along, keeps repeats among the new ones.
                response.headers_mut().extend(headers);
                response
            }
            Err(error) => error.into_response(),
        }
    }
}

impl<H: IntoHeaders, T: IntoResponse> IntoResponse for (StatusCode, H, T) {
    fn into_response(self) -> Response {
        let (status, headers, body) = self;
        (headers, (status, body)).into_response()
    }
}

/// Headers in front of a response: a [`HeaderMap`], or an array of name and value.
///
/// A name that is given twice is sent twice. A name or value that HTTP does not allow makes
/// the response a 500 whose cause is in the log.
pub trait IntoHeaders {
    /// Makes the header map.
    ///
    /// # Errors
    ///
    /// When a name or a value is not allowed in HTTP.
    fn into_headers(self) -> Result<HeaderMap, Error>;
}

impl IntoHeaders for HeaderMap {
    fn into_headers(self) -> Result<HeaderMap, Error> {
        Ok(self)
    }
}

impl<N, V, const COUNT: usize> IntoHeaders for [(N, V); COUNT]
where
    N: TryInto<HeaderName>,
    N::Error: Into<BoxError>,
    V: TryInto<HeaderValue>,
    V::Error: Into<BoxError>,
{
    fn into_headers(self) -> Result<HeaderMap, Error> {
        let mut headers = HeaderMap::with_capacity(COUNT);
        for (name, value) in self {
            let name = name.try_into().map_err(Error::internal)?;
            let value = value.try_into().map_err(Error::internal)?;
            headers.append(name, value);
        }
        Ok(headers)
    }
}
