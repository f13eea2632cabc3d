//! The JSON format, for the structured and the batched mode.

use std::collections::BTreeMap;

use base64_simd::STANDARD;
use bytes::Bytes;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::cloud_event::{SPECVERSION, check_specversion, is_known, set_text};
use super::{CloudEvent, CloudEventError};
use crate::media_type::MediaType;
use crate::{Attributes, Data, Extension};

type Members<'a> = BTreeMap<String, &'a RawValue>;

/// Reads an event in the JSON format.
///
/// JSON data stay as they are written: a number keeps each of its digits.
///
/// # Errors
///
/// When it is no JSON object, or an attribute is missing or not valid.
pub fn from_json(json: &Bytes) -> Result<CloudEvent, CloudEventError> {
    let members: Members<'_> = serde_json::from_slice(json).map_err(malformed)?;
    event(json, members)
}

pub(super) fn batch_from_json(json: &Bytes) -> Result<Vec<CloudEvent>, CloudEventError> {
    let events: Vec<Members<'_>> = serde_json::from_slice(json).map_err(malformed)?;
    let events = events.into_iter().enumerate();
    let events =
        events.map(|(place, members)| event(json, members).map_err(|error| error.of_batch(place)));
    events.collect()
}

fn malformed(error: serde_json::Error) -> CloudEventError {
    CloudEventError::malformed(error.to_string())
}

fn event(json: &Bytes, mut members: Members<'_>) -> Result<CloudEvent, CloudEventError> {
    let specversion = members.remove("specversion");
    let specversion = specversion.map(|value| text("specversion", value));
    check_specversion(specversion.transpose()?.flatten().as_deref())?;
    let data = members.remove("data");
    let data_base64 = members.remove("data_base64");
    let mut attributes = Attributes::default();
    for (name, value) in members {
        set(&mut attributes, &name, value)?;
    }
    let content_type = attributes.datacontenttype.as_deref();
    let base64 = data_base64.map(|base64| text("data_base64", base64));
    let data = match (data, base64.transpose()?.flatten()) {
        (Some(data), Some(_)) if !is_null(data) => {
            return Err(CloudEventError::malformed(
                "it has `data` and `data_base64`",
            ));
        }
        (_, Some(base64)) => bytes(&base64)?,
        (Some(data), None) => json_data(json, data, content_type)?,
        (None, None) => Data::none(),
    };
    let data = match content_type {
        Some(content_type) => data.with_content_type(content_type.to_owned()),
        None => data,
    };
    let event = CloudEvent { attributes, data };
    event.check()?;
    Ok(event)
}

fn is_null(value: &RawValue) -> bool {
    value.get() == "null"
}

/// The text of a member; none where it is `null`.
fn text(name: &str, value: &RawValue) -> Result<Option<String>, CloudEventError> {
    serde_json::from_str(value.get()).map_err(|_| CloudEventError::invalid(name, "it is no text"))
}

/// Sets an attribute. One that is `null` counts as absent.
fn set(attributes: &mut Attributes, name: &str, value: &RawValue) -> Result<(), CloudEventError> {
    if is_known(name) {
        return match text(name, value)? {
            Some(text) => set_text(attributes, name, text),
            None => Ok(()),
        };
    }
    let extension = match serde_json::from_str(value.get()) {
        Ok(Value::Null) => return Ok(()),
        Ok(Value::String(text)) => Extension::Text(text),
        Ok(Value::Bool(truth)) => Extension::Bool(truth),
        Ok(Value::Number(number)) => {
            let integer = number.as_i64().and_then(|number| number.try_into().ok());
            Extension::Integer(integer.ok_or_else(|| {
                CloudEventError::invalid(name, format!("{number} is no integer of 32 bits"))
            })?)
        }
        _ => {
            let why = "it is neither text, a truth value nor an integer";
            return Err(CloudEventError::invalid(name, why));
        }
    };
    attributes.extensions.insert(name.to_owned(), extension);
    Ok(())
}

/// `data`: a JSON value (`null` too), or where the content type is not JSON, a string that is the
/// data. Without a content type they are JSON.
fn json_data(
    json: &Bytes,
    data: &RawValue,
    content_type: Option<&str>,
) -> Result<Data, CloudEventError> {
    let is_json = content_type
        .is_none_or(|content_type| MediaType::parse(content_type).is_some_and(MediaType::is_json));
    if !is_json && is_null(data) {
        return Ok(Data::none());
    }
    if !is_json && data.get().starts_with('"') {
        let text = text("data", data)?;
        return Ok(Data::new(text.unwrap_or_default()));
    }
    // The raw value was read from `json`, so it lies within, as `slice_ref` asks.
    Ok(Data::json(json.slice_ref(data.get().as_bytes())))
}

fn bytes(base64: &str) -> Result<Data, CloudEventError> {
    let decoded = STANDARD.decode_to_vec(base64.as_bytes());
    let bytes = decoded.map_err(|_| CloudEventError::invalid("data_base64", "it is no base64"))?;
    Ok(Data::new(bytes))
}

/// The event in the JSON format.
///
/// # Errors
///
/// When an attribute is missing, or an extension's name is not allowed.
pub fn to_json(event: &CloudEvent) -> Result<Vec<u8>, CloudEventError> {
    event.check()?;
    serialized(&Formatted(event))
}

/// The events in the JSON batch format.
///
/// # Errors
///
/// When of one of them an attribute is missing, or an extension's name is not allowed.
pub fn batch_to_json(events: &[CloudEvent]) -> Result<Vec<u8>, CloudEventError> {
    for (place, event) in events.iter().enumerate() {
        event.check().map_err(|error| error.of_batch(place))?;
    }
    let events: Vec<_> = events.iter().map(Formatted).collect();
    serialized(&events)
}

fn serialized(value: &impl Serialize) -> Result<Vec<u8>, CloudEventError> {
    serde_json::to_vec(value).map_err(malformed)
}

struct Formatted<'a>(&'a CloudEvent);

impl Serialize for Formatted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(event) = self;
        let CloudEvent { attributes, data } = event;
        // What was implied stays so.
        let is_told = |content_type: &&str| {
            attributes.datacontenttype.is_some() || *content_type != "application/json"
        };
        let content_type = event.content_type().filter(is_told);
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("specversion", SPECVERSION)?;
        map.serialize_entry("id", &attributes.id)?;
        map.serialize_entry("source", &attributes.source)?;
        map.serialize_entry("type", &attributes.event_type)?;
        for (name, value) in [
            ("subject", attributes.subject.as_deref()),
            ("datacontenttype", content_type),
            ("dataschema", attributes.dataschema.as_deref()),
        ] {
            if let Some(value) = value {
                map.serialize_entry(name, value)?;
            }
        }
        if let Some(time) = &attributes.time {
            map.serialize_entry("time", time)?;
        }
        for (name, value) in &attributes.extensions {
            match value {
                Extension::Text(text) => map.serialize_entry(name, text)?,
                Extension::Bool(truth) => map.serialize_entry(name, truth)?,
                Extension::Integer(number) => map.serialize_entry(name, number)?,
            }
        }
        if !data.is_empty() {
            match data_member(event) {
                Member::Json(json) => map.serialize_entry("data", json)?,
                Member::Text(text) => map.serialize_entry("data", text)?,
                Member::Bytes(bytes) => {
                    map.serialize_entry("data_base64", &STANDARD.encode_to_string(bytes))?;
                }
            }
        }
        map.end()
    }
}

enum Member<'a> {
    Json(&'a RawValue),
    Text(&'a str),
    Bytes(&'a [u8]),
}

/// Which member holds the data: JSON as JSON, text as a string, all else as base64.
fn data_member(event: &CloudEvent) -> Member<'_> {
    let content_type = event.content_type();
    let media = content_type.and_then(MediaType::parse);
    let bytes = event.data.bytes();
    let Ok(text) = std::str::from_utf8(bytes) else {
        return Member::Bytes(bytes);
    };
    if content_type.is_none() || media.is_some_and(MediaType::is_json) {
        serde_json::from_str(text).map_or(Member::Bytes(bytes), Member::Json)
    } else if media.is_some_and(MediaType::is_text) {
        Member::Text(text)
    } else {
        Member::Bytes(bytes)
    }
}
