//! JSON bodies.

use http::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use crate::media_type::MediaType;
use crate::{Body, Error, IntoResponse, Response, Result};

/// A value that travels as JSON: as a response, `application/json`.
///
/// ```
/// use polyfn_core::{IntoResponse, Json};
///
/// let response = Json(["a", "b"]).into_response();
/// assert_eq!(response.headers()["content-type"], "application/json");
/// assert_eq!(response.body().as_bytes().unwrap(), r#"["a","b"]"#);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.0) {
            Ok(json) => {
                let mut response = Response::new(Body::from(json));
                response
                    .headers_mut()
                    .insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
                response
            }
            Err(error) => Error::from(error).into_response(),
        }
    }
}

/// Reads a request's bytes as JSON, after a look at what they say they are.
pub(crate) fn from_request<T: DeserializeOwned>(headers: &HeaderMap, bytes: &[u8]) -> Result<T> {
    if let Some(content_type) = headers.get(CONTENT_TYPE) {
        if !is_json(content_type) {
            return Err(Error::unsupported_media_type(format!(
                "the body is {}, where application/json is expected",
                String::from_utf8_lossy(content_type.as_bytes())
            )));
        }
    }
    serde_json::from_slice(bytes).map_err(|error| match error.classify() {
        Category::Data => Error::unprocessable(format!("the JSON body does not fit: {error}")),
        Category::Io | Category::Syntax | Category::Eof => {
            Error::bad_request(format!("the body is not valid JSON: {error}"))
        }
    })
}

fn is_json(content_type: &HeaderValue) -> bool {
    let text = content_type.to_str().ok();
    text.and_then(MediaType::parse)
        .is_some_and(MediaType::is_json)
}
