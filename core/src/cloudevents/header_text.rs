//! Attribute values in headers.
//!
//! The rules are those of the HTTP binding,
//! [3.1.3.2](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#3132-http-header-values):
//! percent-encoding within, quotes around.

use std::borrow::Cow;

use http::HeaderValue;
use percent_encoding::{AsciiSet, CONTROLS, percent_decode, utf8_percent_encode};

/// "Space, double-quote, percent, and any characters outside the printable ASCII range".
const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%');

pub(super) fn encode(text: &str) -> Option<HeaderValue> {
    let encoded: Cow<'_, str> = utf8_percent_encode(text, ENCODED).into();
    // All that is left is printable ASCII, so this is always a value.
    HeaderValue::from_str(&encoded).ok()
}

/// Takes off the quotes, and decodes once. What looks like no percent-encoding stays.
pub(super) fn decode(value: &HeaderValue) -> Result<String, String> {
    let bytes = value.as_bytes().trim_ascii();
    let unquoted = match bytes {
        [b'"', within @ .., b'"'] => unescape(within),
        _ => Cow::Borrowed(bytes),
    };
    let decoded = percent_decode(&unquoted).decode_utf8();
    decoded
        .map(Cow::into_owned)
        .map_err(|error| format!("it is not UTF-8: {error}"))
}

/// Undoes the `\` of a quoted string (RFC 9110, 5.6.4).
fn unescape(within: &[u8]) -> Cow<'_, [u8]> {
    if !within.contains(&b'\\') {
        return Cow::Borrowed(within);
    }
    let mut unescaped = Vec::with_capacity(within.len());
    let mut bytes = within.iter();
    while let Some(byte) = bytes.next() {
        let escaped = (*byte == b'\\').then(|| bytes.next()).flatten();
        unescaped.push(*escaped.unwrap_or(byte));
    }
    Cow::Owned(unescaped)
}
