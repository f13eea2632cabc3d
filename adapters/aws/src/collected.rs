//! A response's body, whole.

use bytes::Bytes;
use http_body_util::BodyExt;
use polyfn_core::{Body, BodyError};

/// Why a body could not be had whole.
#[derive(Debug)]
pub(crate) enum NotCollected {
    TooLarge,
    Failed(BodyError),
}

/// Reads a body to its end. A stream is held to the limit while it is read: it may have none.
pub(crate) async fn collected(mut body: Body, limit_bytes: usize) -> Result<Bytes, NotCollected> {
    if let Some(bytes) = body.as_bytes() {
        return Ok(bytes.clone());
    }
    let mut whole = Vec::new();
    while let Some(frame) = body.frame().await {
        // Trailers have no place in an answer.
        if let Ok(data) = frame.map_err(NotCollected::Failed)?.into_data() {
            if data.len() > limit_bytes - whole.len() {
                return Err(NotCollected::TooLarge);
            }
            whole.extend_from_slice(&data);
        }
        // A stream that always has more would never let the deadline have its turn.
        tokio::task::coop::consume_budget().await;
    }
    Ok(whole.into())
}
