//! The trigger's data.

use bytes::Bytes;
use polyfn_core::{Error, Result};
use serde_json::value::RawValue;

use super::json_value::string;

/// The text that the host was given: the content of the JSON string within the string, of the
/// string where there is none within, or the JSON value as it is.
///
/// A text that is itself a JSON string can't be told from one that the host has encoded, where
/// somebody else than the host encodes once only.
pub(super) fn text(datum: &RawValue) -> String {
    match string(datum) {
        Some(outer) => serde_json::from_str(&outer).unwrap_or(outer),
        None => datum.get().to_owned(),
    }
}

/// The text of an element of a batch, which the host encodes together with all others.
pub(super) fn element_text(element: &RawValue) -> String {
    string(element).unwrap_or_else(|| element.get().to_owned())
}

/// The elements of a batch.
pub(super) fn elements(datum: &RawValue) -> Result<Vec<Box<RawValue>>> {
    serde_json::from_str(&text(datum)).map_err(|error| {
        Error::bad_request(format!(
            "the datum is no array, which many items are: {error}"
        ))
    })
}

/// The bytes that were sent. With `"dataType": "binary"` they come in base64.
pub(super) fn bytes(text: String, is_binary: bool) -> Result<Bytes> {
    if !is_binary {
        return Ok(text.into());
    }
    base64_simd::STANDARD
        .decode_to_vec(text.as_bytes())
        .map(Bytes::from)
        .map_err(|error| {
            Error::bad_request(format!(
                "it is not base64, though its dataType is binary: {error}"
            ))
        })
}
