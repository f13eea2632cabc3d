//! Objects in a store.

use serde::Serialize;

use super::{EventData, EventKind, Payload};
use crate::Result;

macro_rules! object {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
        #[non_exhaustive]
        pub struct $name {
            /// The bucket, or container.
            pub bucket: String,
            /// The key, decoded: `a b/ü.png`, however the platform writes it.
            pub key: String,
            /// The size in bytes.
            pub size: Option<u64>,
            /// The entity tag, without quotes.
            pub etag: Option<String>,
            /// The content type.
            pub content_type: Option<String>,
            /// The version (Google's generation), where the bucket keeps versions.
            pub version: Option<String>,
        }

        impl $name {
            /// The object of that key in that bucket.
            pub fn new(bucket: impl Into<String>, key: impl Into<String>) -> Self {
                Self {
                    bucket: bucket.into(),
                    key: key.into(),
                    ..Self::default()
                }
            }
        }

        impl EventData for $name {
            fn comes_by(kind: EventKind) -> bool {
                kind == EventKind::$name
            }

            fn from_payload(payload: Payload) -> Result<Self> {
                match payload {
                    Payload::$name(object) => Ok(object),
                    other => Err(other.misfit(stringify!($name))),
                }
            }
        }
    };
}

object! {
    /// An object was stored, or replaced.
    ///
    /// ```
    /// use polyfn_core::{Event, ObjectCreated, Result};
    ///
    /// async fn thumbnail(event: Event<ObjectCreated>) -> Result<()> {
    ///     let object = &event.data;
    ///     println!("{} bytes in {}/{}", object.size.unwrap_or(0), object.bucket, object.key);
    ///     Ok(())
    /// }
    /// ```
    ObjectCreated
}

object! {
    /// An object was deleted. What is told of it is what it was.
    ObjectDeleted
}
