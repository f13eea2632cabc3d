//! Requests that Google sends events by.

use polyfn_core::{Context, Target};
use polyfn_gcp::decode;

use crate::message;

/// An HTTP message.
pub(crate) fn request(input: &[u8]) {
    let (headers, body) = message::parse(input);
    let _ = decode(&headers, &body, &Context::new(Target::Gcp, "fuzz"));
}
