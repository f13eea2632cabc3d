//! The body type of everything that the hosts send, and reading a body up to a limit.

use bytes::{Bytes, BytesMut};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// Whole or streamed.
pub(crate) type Body = UnsyncBoxBody<Bytes, BoxError>;

pub(crate) fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into())
        .map_err(|never| match never {})
        .boxed_unsync()
}

pub(crate) fn empty() -> Body {
    full(Bytes::new())
}

/// Why a body could not be read whole.
#[derive(Debug)]
pub(crate) enum Unread {
    /// It is larger than the limit.
    TooLarge,
    Broken,
}

/// How much of a body that is too large is read and thrown away, so that a client which is still
/// writing sees the answer rather than a reset connection.
const DRAINED: usize = 64 * 1024 * 1024;

/// The whole body.
pub(crate) async fn read(mut body: Incoming, limit: usize) -> Result<Bytes, Unread> {
    let mut read = BytesMut::new();
    let mut size = 0;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else {
            continue;
        };
        size += data.len();
        if size <= limit {
            read.extend_from_slice(&data);
        } else if size > limit + DRAINED {
            break;
        }
    }
    if size > limit {
        return Err(Unread::TooLarge);
    }
    Ok(read.freeze())
}
