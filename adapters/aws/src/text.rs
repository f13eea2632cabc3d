//! Strings that stay in the event's buffer.

use std::borrow::Cow;

use bytes::Bytes;
use serde::Deserialize;

/// A JSON string: a piece of the event wherever it has no escapes, so that reading it copies
/// nothing.
#[derive(Debug, Clone, Deserialize)]
#[serde(transparent)]
pub(crate) struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'a> Text<'a> {
    /// The bytes, shared with the event that the text was read from where that is possible.
    pub(crate) fn into_bytes(self, event: &Bytes) -> Bytes {
        match self.0 {
            // Callers hand in the buffer that they have parsed, so a borrowed text lies within
            // it, as `slice_ref` asks.
            Cow::Borrowed(text) => event.slice_ref(text.as_bytes()),
            Cow::Owned(text) => text.into(),
        }
    }
}

impl std::ops::Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Self {
        Self(Cow::Borrowed(text))
    }
}

impl From<String> for Text<'_> {
    fn from(text: String) -> Self {
        Self(Cow::Owned(text))
    }
}
