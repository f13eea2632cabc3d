//! The binary mode: attributes in headers.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};

use super::cloud_event::{SPECVERSION, check_specversion, set_text};
use super::{CloudEvent, CloudEventError, Mode, header_text};
use crate::{Attributes, Data};

const PREFIX: &str = "ce-";

pub(super) fn from_message(
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<CloudEvent, CloudEventError> {
    let mut attributes = Attributes::default();
    let mut specversion = None;
    for header in headers.keys() {
        let Some(name) = header.as_str().strip_prefix(PREFIX) else {
            continue;
        };
        let mut values = headers.get_all(header).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return Err(CloudEventError::invalid(name, "it is there more than once"));
        };
        let value =
            header_text::decode(value).map_err(|why| CloudEventError::invalid(name, why))?;
        match name {
            "specversion" => specversion = Some(value),
            // The content type has a header of its own.
            "datacontenttype" => {}
            _ => set_text(&mut attributes, name, value)?,
        }
    }
    check_specversion(specversion.as_deref())?;
    let mut data = Data::new(body.clone());
    if let Some(content_type) = headers.get(CONTENT_TYPE) {
        let content_type = content_type.to_str().map_err(|_| {
            CloudEventError::invalid("datacontenttype", "it is not printable ASCII")
        })?;
        attributes.datacontenttype = Some(content_type.to_owned());
        data = data.with_content_type(content_type.to_owned());
    }
    let event = CloudEvent { attributes, data };
    event.check()?;
    Ok(event)
}

/// The event in binary mode: the headers and the body of an HTTP message.
///
/// # Errors
///
/// When an attribute is missing, an extension's name is not allowed, or the content type can't be
/// the value of a header or says that the data are CloudEvents in JSON themselves.
pub fn to_message(event: &CloudEvent) -> Result<(HeaderMap, Bytes), CloudEventError> {
    event.check()?;
    let attributes = &event.attributes;
    let mut headers = HeaderMap::new();
    let mut put = |name: &str, value: &str| {
        let header = HeaderName::from_bytes(format!("{PREFIX}{name}").as_bytes());
        let (Ok(header), Some(value)) = (header, header_text::encode(value)) else {
            return Err(CloudEventError::invalid(name, "it can't be a header"));
        };
        headers.insert(header, value);
        Ok(())
    };
    put("specversion", SPECVERSION)?;
    put("id", &attributes.id)?;
    put("source", &attributes.source)?;
    put("type", &attributes.event_type)?;
    for (name, value) in [
        ("subject", &attributes.subject),
        ("dataschema", &attributes.dataschema),
    ] {
        if let Some(value) = value {
            put(name, value)?;
        }
    }
    if let Some(time) = attributes.time {
        put("time", &time.to_string())?;
    }
    for (name, value) in &attributes.extensions {
        put(name, &value.to_string())?;
    }
    if let Some(content_type) = event.content_type() {
        // Bytes beyond ASCII can be sent, but who gets them can't know what they mean.
        let value = HeaderValue::from_str(content_type).ok();
        let value = value.filter(|value| value.to_str().is_ok());
        let value = value
            .ok_or_else(|| CloudEventError::invalid("datacontenttype", "it can't be a header"))?;
        headers.insert(CONTENT_TYPE, value);
    }
    if Mode::of(&headers) != Some(Mode::Binary) {
        let why = "it would be taken for that of an event in structured mode";
        return Err(CloudEventError::invalid("datacontenttype", why));
    }
    Ok((headers, event.data.bytes().clone()))
}
