//! An event on its way in.

use bytes::Bytes;
use polyfn_core::{Context, Data};

use crate::text::Text;

/// What an event is read from, and in which context.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arriving<'a> {
    /// The JSON text. All that is read of it lies within.
    pub(super) buffer: &'a Bytes,
    pub(super) context: &'a Context,
}

impl<'a> Arriving<'a> {
    /// The same event in a context of its own.
    pub(super) fn in_context(self, context: &'a Context) -> Self {
        Self { context, ..self }
    }

    /// The JSON of a value that was read from the buffer, sharing it.
    pub(super) fn share(self, json: &str) -> Bytes {
        self.buffer.slice_ref(json.as_bytes())
    }

    /// A value that was read from the buffer, as data.
    pub(super) fn data(self, json: &str) -> Data {
        Data::json(self.share(json))
    }

    /// The bytes of a text that was read from the buffer, sharing it where they can.
    pub(super) fn bytes(self, text: Text<'_>) -> Bytes {
        text.into_bytes(self.buffer)
    }
}
