//! The clouds' own events, on this machine.

use std::fmt;

use bytes::Bytes;
use http::HeaderMap;
use polyfn_core::{BoxError, Context, Delivery, EventKind};

/// Reads one cloud's events, so that a payload copied from its console or log can be posted to a
/// function here. The facade gives those of the targets that are compiled in.
#[derive(Clone, Copy)]
pub struct Vendor {
    /// The target whose events these are.
    pub target: &'static str,
    /// Reads a request as events for a function with such a trigger; `None` where it is nothing
    /// of that cloud.
    pub decode: fn(EventKind, &HeaderMap, &Bytes, &Context) -> Option<Decoded>,
}

/// The events of a request, or why they can't be read.
pub type Decoded = Result<Vec<Delivery>, BoxError>;

impl fmt::Debug for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Vendor({})", self.target)
    }
}
