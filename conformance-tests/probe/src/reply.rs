//! The answer that the caller asks for.

use base64_simd::STANDARD;
use http::{HeaderName, HeaderValue};
use polyfn::prelude::*;
use serde::Deserialize;

/// What to answer.
#[derive(Deserialize)]
struct Wish {
    status: u16,
    #[serde(default)]
    headers: Vec<(String, Value)>,
    #[serde(default)]
    body_base64: String,
}

/// A header's value: text, or one character (U+0000 to U+00FF) for each byte.
#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Text(String),
    Latin1 { latin1: String },
}

impl Value {
    fn into_bytes(self) -> Option<Vec<u8>> {
        match self {
            Self::Text(text) => Some(text.into_bytes()),
            Self::Latin1 { latin1 } => latin1.chars().map(|c| u8::try_from(c).ok()).collect(),
        }
    }
}

pub(crate) async fn reply(mut request: Request) -> Result<Response> {
    let wish: Wish = request.json().await?;
    let body = STANDARD
        .decode_to_vec(&wish.body_base64)
        .map_err(|_| Error::bad_request("`body_base64` is no base64"))?;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(wish.status)
        .map_err(|_| Error::bad_request("`status` is no status code"))?;
    for (name, value) in wish.headers {
        let name = HeaderName::try_from(name)
            .map_err(|_| Error::bad_request("a header's name is not allowed"))?;
        let value = value
            .into_bytes()
            .and_then(|bytes| HeaderValue::from_bytes(&bytes).ok())
            .ok_or_else(|| Error::bad_request("a header's value is not allowed"))?;
        response.headers_mut().append(name, value);
    }
    Ok(response)
}
