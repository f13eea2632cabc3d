//! How a CloudEvent travels over HTTP.

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;

use super::{CloudEvent, CloudEventError, binary, json};
use crate::media_type::MediaType;

/// How CloudEvents travel over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mode {
    /// The attributes are headers, the body is the data.
    Binary,
    /// The body is an event in JSON.
    Structured,
    /// The body is several events in JSON.
    Batched,
}

impl Mode {
    /// The mode of a message, by what its headers say; `None` where it is no CloudEvent.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let content_type = headers
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        let media = content_type.and_then(MediaType::parse);
        let is = |subtype| media.is_some_and(|media| media.is("application", subtype));
        if is("cloudevents+json") {
            Some(Self::Structured)
        } else if is("cloudevents-batch+json") {
            Some(Self::Batched)
        } else {
            headers
                .contains_key("ce-specversion")
                .then_some(Self::Binary)
        }
    }
}

/// Reads the events of an HTTP message: one, or in the batched mode any number.
///
/// ```
/// use http::HeaderMap;
/// use polyfn_core::cloudevents::decode;
///
/// let mut headers = HeaderMap::new();
/// for (name, value) in [
///     ("ce-specversion", "1.0"),
///     ("ce-id", "1"),
///     ("ce-source", "/shop"),
///     ("ce-type", "com.example.order.placed"),
///     ("ce-subject", "order%207"),
///     ("content-type", "application/json"),
/// ] {
///     headers.insert(name, value.parse().unwrap());
/// }
/// let events = decode(&headers, &r#"{"order":7}"#.into()).unwrap();
/// assert_eq!(events[0].attributes.subject.as_deref(), Some("order 7"));
/// ```
///
/// # Errors
///
/// When the headers say nothing of CloudEvents, an attribute is missing or not valid (the error
/// names it), or the JSON is malformed.
pub fn decode(headers: &HeaderMap, body: &Bytes) -> Result<Vec<CloudEvent>, CloudEventError> {
    match Mode::of(headers) {
        Some(Mode::Binary) => Ok(vec![binary::from_message(headers, body)?]),
        Some(Mode::Structured) => {
            check_charset(headers)?;
            Ok(vec![json::from_json(body)?])
        }
        Some(Mode::Batched) => {
            check_charset(headers)?;
            json::batch_from_json(body)
        }
        // What else there is of its attributes shows what was meant.
        None if headers.keys().any(|name| name.as_str().starts_with("ce-")) => {
            Err(CloudEventError::missing("specversion"))
        }
        None => Err(CloudEventError::malformed(format!(
            "there are no ce- headers, and the content type {:?} is not \
             application/cloudevents+json",
            headers.get(CONTENT_TYPE)
        ))),
    }
}

/// JSON is UTF-8 ([RFC 8259, 8.1](https://www.rfc-editor.org/rfc/rfc8259#section-8.1)).
fn check_charset(headers: &HeaderMap) -> Result<(), CloudEventError> {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let charset = content_type
        .and_then(MediaType::parse)
        .and_then(MediaType::charset);
    let is_utf8 = |charset: &str| {
        ["utf-8", "utf8", "us-ascii"]
            .iter()
            .any(|known| charset.eq_ignore_ascii_case(known))
    };
    match charset {
        Some(charset) if !is_utf8(charset) => Err(CloudEventError::malformed(format!(
            "the charset is {charset:?}, and JSON is UTF-8"
        ))),
        _ => Ok(()),
    }
}
