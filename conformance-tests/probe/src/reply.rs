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
    headers: Vec<(String, String)>,
    #[serde(default)]
    body_base64: String,
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
        let value = HeaderValue::try_from(value)
            .map_err(|_| Error::bad_request("a header's value is not allowed"))?;
        response.headers_mut().append(name, value);
    }
    Ok(response)
}
