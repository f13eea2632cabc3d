//! Why a body could not be read.

use http_body_util::LengthLimitError;

use crate::BoxError;

/// Why a body could not be read to its end.
#[derive(Debug, thiserror::Error)]
#[error("{reason}")]
pub struct BodyError {
    reason: Reason,
    #[source]
    source: Option<BoxError>,
}

#[derive(Debug, thiserror::Error)]
enum Reason {
    #[error("the body is larger than the limit of {limit_bytes} bytes")]
    TooLarge { limit_bytes: u64 },
    #[error("the body is larger than the limit")]
    TooLargeForSource,
    #[error("the body ended before it was whole")]
    Incomplete,
}

impl BodyError {
    /// The body was cut off by `source`.
    pub fn new(source: impl Into<BoxError>) -> Self {
        let source = source.into();
        match source.downcast::<Self>() {
            Ok(same) => *same,
            Err(source) => Self {
                reason: if source.is::<LengthLimitError>() {
                    Reason::TooLargeForSource
                } else {
                    Reason::Incomplete
                },
                source: Some(source),
            },
        }
    }

    /// The body has more than `limit_bytes` bytes.
    pub fn too_large(limit_bytes: u64) -> Self {
        Self {
            reason: Reason::TooLarge { limit_bytes },
            source: None,
        }
    }

    /// Whether the body was larger than a limit.
    pub fn is_too_large(&self) -> bool {
        matches!(
            self.reason,
            Reason::TooLarge { .. } | Reason::TooLargeForSource
        )
    }
}
