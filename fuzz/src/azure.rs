//! Calls of the Functions host.

use bytes::Bytes;
use polyfn_azure::{decode, deliveries};
use polyfn_core::{Context, EventKind, Target};

const KINDS: [EventKind; 8] = [
    EventKind::ObjectCreated,
    EventKind::ObjectDeleted,
    EventKind::Queue,
    EventKind::Topic,
    EventKind::Schedule,
    EventKind::Stream,
    EventKind::DocumentChanged,
    EventKind::Event,
];

/// A call for a request, and for each kind of event.
pub(crate) fn call(input: &[u8]) {
    let context = Context::new(Target::Azure, "fuzz");
    let call = Bytes::copy_from_slice(input);
    let _ = decode(None, input);
    for kind in KINDS {
        let _ = deliveries(kind, &call, &context);
    }
}
