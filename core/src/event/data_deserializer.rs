//! Data as a serde source: JSON, text or bytes, as the event says and the type asks.

use std::fmt;

use serde::Deserializer;
use serde::de::{self, IntoDeserializer, Visitor};
use serde_json::de::SliceRead;
use serde_json::error::Category;
use serde_path_to_error::{Segment, Track};

use super::format::Format;
use crate::Error;

/// Reads data; see [`Data::read`](super::Data::read) for what is taken for what.
#[derive(Clone, Copy)]
pub(super) struct DataDeserializer<'d> {
    bytes: &'d [u8],
    format: Format,
}

type JsonDeserializer<'d> = serde_json::Deserializer<SliceRead<'d>>;

impl<'d> DataDeserializer<'d> {
    pub(super) fn new(bytes: &'d [u8], format: Format) -> Self {
        Self { bytes, format }
    }

    /// Reads the data as JSON to their end, and knows where it was when that fails.
    fn json<T>(
        self,
        read: impl FnOnce(
            serde_path_to_error::Deserializer<'_, '_, &mut JsonDeserializer<'d>>,
        ) -> Result<T, serde_json::Error>,
    ) -> Result<T, DataError> {
        // A byte order mark is no part of JSON, but some write one, and RFC 8259 (8.1) lets who
        // reads ignore it.
        let text = self
            .bytes
            .strip_prefix(b"\xEF\xBB\xBF")
            .unwrap_or(self.bytes);
        let mut json = serde_json::Deserializer::from_slice(text);
        let mut track = Track::new();
        let value = read(serde_path_to_error::Deserializer::new(
            &mut json, &mut track,
        ));
        value
            .and_then(|value| json.end().map(|()| value))
            .map_err(|error| DataError::json(&error, &track.path()))
    }

    fn text(self) -> Result<&'d str, DataError> {
        std::str::from_utf8(self.bytes).map_err(|error| DataError {
            malformed: true,
            message: format!("they are not UTF-8 text: {error}"),
        })
    }
}

macro_rules! read_as_json {
    ($($method:ident($($argument:ident: $ty:ty),*))*) => {$(
        fn $method<V: Visitor<'d>>(self, $($argument: $ty,)* visitor: V) -> Result<V::Value, DataError> {
            match self.format {
                Format::Text => self.deserialize_any(visitor),
                _ => self.json(|json| json.$method($($argument,)* visitor)),
            }
        }
    )*};
}

impl<'d> Deserializer<'d> for DataDeserializer<'d> {
    type Error = DataError;

    fn deserialize_any<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, DataError> {
        match self.format {
            Format::Text => visitor.visit_borrowed_str(self.text()?),
            _ => self.json(|json| json.deserialize_any(visitor)),
        }
    }

    fn deserialize_str<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, DataError> {
        match self.format {
            Format::Json => self.json(|json| json.deserialize_str(visitor)),
            _ => visitor.visit_borrowed_str(self.text()?),
        }
    }

    fn deserialize_bytes<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, DataError> {
        visitor.visit_borrowed_bytes(self.bytes)
    }

    fn deserialize_option<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, DataError> {
        let is_null = self.format != Format::Text && self.bytes.trim_ascii() == b"null";
        if self.bytes.is_empty() || is_null {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_unit<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, DataError> {
        if self.bytes.is_empty() {
            visitor.visit_unit()
        } else {
            self.json(|json| json.deserialize_unit(visitor))
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'d>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, DataError> {
        // serde_json knows its `RawValue` by this call; any other newtype is what it wraps.
        if name.starts_with("$serde_json") {
            self.json(|json| json.deserialize_newtype_struct(name, visitor))
        } else {
            visitor.visit_newtype_struct(self)
        }
    }

    fn deserialize_enum<V: Visitor<'d>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DataError> {
        match self.format {
            Format::Text => visitor.visit_enum(self.text()?.into_deserializer()),
            _ => self.json(|json| json.deserialize_enum(name, variants, visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, DataError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, DataError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_byte_buf<V: Visitor<'d>>(self, visitor: V) -> Result<V::Value, DataError> {
        self.deserialize_bytes(visitor)
    }

    read_as_json! {
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
        deserialize_tuple(len: usize)
        deserialize_tuple_struct(name: &'static str, len: usize)
        deserialize_unit_struct(name: &'static str)
        deserialize_bool()
        deserialize_i8()
        deserialize_i16()
        deserialize_i32()
        deserialize_i64()
        deserialize_i128()
        deserialize_u8()
        deserialize_u16()
        deserialize_u32()
        deserialize_u64()
        deserialize_u128()
        deserialize_f32()
        deserialize_f64()
        deserialize_char()
        deserialize_seq()
        deserialize_map()
        deserialize_ignored_any()
    }
}

/// Why data could not be read as a type.
#[derive(Debug)]
pub(super) struct DataError {
    /// Whether the data themselves are wrong, rather than not what the type asks for.
    malformed: bool,
    message: String,
}

impl DataError {
    fn json(error: &serde_json::Error, path: &serde_path_to_error::Path) -> Self {
        let malformed = error.classify() != Category::Data;
        let is_known = |segment: &Segment| !matches!(segment, Segment::Unknown);
        let at = if path.iter().any(is_known) {
            format!("at `{path}`: ")
        } else {
            String::new()
        };
        let message = if malformed {
            format!("they are not valid JSON: {at}{error}")
        } else {
            format!("{at}{error}")
        };
        Self { malformed, message }
    }

    pub(super) fn into_error(self) -> Error {
        let detail = format!("the data do not fit: {self}");
        if self.malformed {
            Error::bad_request(detail)
        } else {
            Error::unprocessable(detail)
        }
    }
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for DataError {}

impl de::Error for DataError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self {
            malformed: false,
            message: message.to_string(),
        }
    }
}
