//! What an event says of its data.

use crate::media_type::MediaType;

/// What data are, by their content type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    Json,
    Text,
    Bytes,
    Unknown,
}

impl Format {
    pub(super) fn of(content_type: Option<&str>) -> Self {
        let Some(content_type) = content_type else {
            return Self::Unknown;
        };
        match MediaType::parse(content_type) {
            Some(media) if media.is_json() => Self::Json,
            Some(media) if media.is_text() => Self::Text,
            _ => Self::Bytes,
        }
    }
}
