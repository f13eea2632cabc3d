//! A request's body, while it arrives.

use http_body_util::BodyExt;
use polyfn::prelude::*;

use crate::out;

/// Puts down that the body has begun, and answers how many bytes it had.
pub(crate) async fn received(request: Request) -> Result<String> {
    let mut body = request.into_body();
    let mut bytes = 0;
    while let Some(frame) = body.frame().await {
        if bytes == 0 {
            out::append("received")?;
        }
        if let Some(piece) = frame?.data_ref() {
            bytes += piece.len();
        }
    }
    Ok(bytes.to_string())
}
