//! What Lambda invokes with.

use bytes::Bytes;
use polyfn_aws::{decode_event, decode_invocation};
use polyfn_core::{Context, Target};

/// A request or events, of whatever service.
pub(crate) fn invocation(input: &[u8]) {
    let context = Context::new(Target::Aws, "fuzz");
    let event = Bytes::copy_from_slice(input);
    let _ = decode_event(event.clone(), &context);
    let _ = decode_invocation(event, &context);
}
