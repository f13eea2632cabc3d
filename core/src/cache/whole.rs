//! A body, read to its end where it has one that is near.

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http_body::{Body as _, Frame};
use http_body_util::{BodyExt, BodyStream, StreamBody};

use crate::{Body, BodyError};

/// The bytes of a body that says how many it has, and has no more than `limit_bytes`. Any other
/// comes back as it was: one that fails does so again, one with trailers has them still.
pub(crate) async fn whole(mut body: Body, limit_bytes: u64) -> Result<Bytes, Body> {
    let length = match body.size_hint().exact() {
        Some(length) if length <= limit_bytes => length,
        _ => return Err(body),
    };
    if let Some(bytes) = body.as_bytes() {
        return Ok(bytes.clone());
    }
    let mut left = length;
    let mut chunks = Vec::new();
    loop {
        let wrong = match body.frame().await.map(|frame| frame.map(Frame::into_data)) {
            Some(Ok(Ok(chunk))) if chunk.len() as u64 <= left => {
                left -= chunk.len() as u64;
                chunks.push(chunk);
                continue;
            }
            None if left == 0 => return Ok(joined(chunks)),
            None => Err(BodyError::new("it ended before the length that it told")),
            Some(Ok(Ok(chunk))) => Ok(Frame::data(chunk)),
            Some(Ok(Err(trailers))) => Ok(trailers),
            Some(Err(error)) => Err(error),
        };
        let seen = chunks.into_iter().map(|chunk| Ok(Frame::data(chunk)));
        let again = stream::iter(seen.chain([wrong])).chain(BodyStream::new(body));
        return Err(Body::new(StreamBody::new(again)));
    }
}

fn joined(mut chunks: Vec<Bytes>) -> Bytes {
    match chunks.len() {
        1 => chunks.swap_remove(0),
        _ => chunks.concat().into(),
    }
}
