//! The data of an event, as they were sent.

use std::borrow::Cow;
use std::fmt;

use bytes::Bytes;
use serde::de::DeserializeOwned;

use super::data_deserializer::{DataDeserializer, DataError};
use super::format::Format;
use crate::Result;

/// The data of an event before they are read as a type: bytes, and what the event says that
/// they are.
///
/// ```
/// use polyfn_core::Data;
///
/// let data = Data::json(r#"{"id": 7, "paid": true}"#);
/// #[derive(serde::Deserialize)]
/// struct Order { id: u64, paid: bool }
/// let order: Order = data.read().unwrap();
/// assert_eq!((order.id, order.paid), (7, true));
///
/// let error = data.read::<std::collections::BTreeMap<String, u64>>().unwrap_err();
/// assert!(error.to_string().contains("paid"), "the path is named: {error}");
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Data {
    bytes: Bytes,
    content_type: Option<Cow<'static, str>>,
}

impl Data {
    /// No data at all.
    pub const fn none() -> Self {
        Self {
            bytes: Bytes::new(),
            content_type: None,
        }
    }

    /// Bytes of which nobody said what they are, as in a queue.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Self {
            bytes: bytes.into(),
            content_type: None,
        }
    }

    /// The text of a JSON value.
    pub fn json(text: impl Into<Bytes>) -> Self {
        Self::new(text).with_content_type("application/json")
    }

    /// The same bytes with a content type.
    #[must_use]
    pub fn with_content_type(mut self, content_type: impl Into<Cow<'static, str>>) -> Self {
        self.content_type = Some(content_type.into());
        self
    }

    /// The bytes as they were sent. They are shared, not copied.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// What the event says that the bytes are.
    pub fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Reads the data as a type.
    ///
    /// | `T` | what it takes |
    /// |---|---|
    /// | [`Bytes`] | the bytes, whatever they are (`Vec<u8>` is an array of numbers to serde) |
    /// | `String` | the text, unless the content type is JSON: then the JSON string |
    /// | `Option<T>` | `None` where there are no data, or `null` that is not said to be text |
    /// | `()` | no data, or `null` |
    /// | all else | JSON, unless the content type says that it is text |
    ///
    /// Text fits what takes a string: an identifier, a time, an enum of plain names.
    ///
    /// # Errors
    ///
    /// 422 when the data do not fit `T`, with the path of what does not; 400 when they are no
    /// JSON where JSON is needed, or no UTF-8 where text is.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        T::deserialize(DataDeserializer::new(
            &self.bytes,
            Format::of(self.content_type()),
        ))
        .map_err(DataError::into_error)
    }
}

impl fmt::Debug for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let content_type = self.content_type().unwrap_or("unknown type");
        write!(f, "Data({} bytes, {content_type})", self.bytes.len())
    }
}
