//! The event as Google sent it.

use bytes::Bytes;
use http::HeaderMap;

/// The request that brought an event, just as Google sent it: for what the neutral payloads leave
/// out. A handler gets it by [`Event::native`](polyfn_core::Event::native).
///
/// ```
/// use polyfn_core::{Event, ObjectCreated, Result};
/// use polyfn_gcp::GoogleEvent;
///
/// async fn thumbnail(event: Event<ObjectCreated>) -> Result<()> {
///     if let Some(google) = event.native::<GoogleEvent>() {
///         println!("{:?}: {} bytes", google.headers.get("ce-type"), google.body.len());
///     }
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GoogleEvent {
    /// The headers. In the binary mode they are the CloudEvent's attributes.
    pub headers: HeaderMap,
    /// The body. Of the events of a batch each has the whole of it.
    pub body: Bytes,
}

impl GoogleEvent {
    /// The event of that request, as for a test.
    pub fn new(headers: HeaderMap, body: Bytes) -> Self {
        Self { headers, body }
    }
}
