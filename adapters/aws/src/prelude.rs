//! What goes ahead of a streamed body.

use http::response::Parts;

use crate::encode_headers;
use crate::shape::Shape;

/// The most bytes in which API Gateway looks for the end of the prelude
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>).
pub(crate) const LIMIT_BYTES: usize = 16 * 1024;

/// Status and headers, in the fields that the front takes of a whole answer as well, and the
/// eight zeros that part them from the body.
pub(crate) fn prelude(shape: Shape, parts: &Parts) -> Vec<u8> {
    let mut prelude = Vec::with_capacity(128 + parts.headers.len() * 64);
    prelude.extend_from_slice(b"{\"statusCode\":");
    prelude.extend_from_slice(parts.status.as_str().as_bytes());
    encode_headers::push(&mut prelude, shape, &parts.headers);
    prelude.extend_from_slice(b"}\0\0\0\0\0\0\0\0");
    prelude
}
