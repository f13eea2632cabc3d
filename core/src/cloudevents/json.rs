//! The JSON format, for the structured and the batched mode.

use std::collections::BTreeMap;

use base64_simd::STANDARD;
use bytes::Bytes;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;
use serde_json::value::RawValue;

use super::cloud_event::{SPECVERSION, check_specversion, set_text};
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
    let events = events.into_iter().map(|members| event(json, members));
    events.collect()
}

fn malformed(error: serde_json::Error) -> CloudEventError {
    CloudEventError::malformed(error.to_string())
}

fn event(json: &Bytes, mut members: Members<'_>) -> Result<CloudEvent, CloudEventError> {
    let specversion = members.remove("specversion").map(text).transpose();
    let specversion = specversion.map_err(|why| CloudEventError::invalid("specversion", why))?;
    check_specversion(specversion.flatten().as_deref())?;
    let data = members.remove("data").filter(|data| data.get() != "null");
    let data_base64 = members
        .remove("data_base64")
        .filter(|data| data.get() != "null");
    let mut attributes = Attributes::default();
    for (name, value) in members {
        set(&mut attributes, &name, value)
            .map_err(|why| CloudEventError::invalid(&name, why))??;
    }
    let data = match (data, data_base64) {
        (None, None) => Data::none(),
        (Some(data), None) => json_data(json, data, attributes.datacontenttype.as_deref())?,
        (None, Some(base64)) => bytes(base64)?,
        (Some(_), Some(_)) => {
            return Err(CloudEventError::malformed(
                "it has `data` and `data_base64`",
            ));
        }
    };
    let content_type = match &attributes.datacontenttype {
        Some(content_type) => Some(content_type.clone()),
        // "A datacontenttype of application/json is implied" by data.
        None => (!data.is_empty()).then(|| "application/json".to_owned()),
    };
    let data = match content_type {
        Some(content_type) => data.with_content_type(content_type),
        None => data,
    };
    CloudEvent { attributes, data }.checked()
}

fn text(value: &RawValue) -> Result<Option<String>, String> {
    serde_json::from_str(value.get()).map_err(|_| format!("{} is no string", value.get()))
}

/// Sets an attribute. One that is `null` counts as absent.
fn set(
    attributes: &mut Attributes,
    name: &str,
    value: &RawValue,
) -> Result<Result<(), CloudEventError>, String> {
    let is_known = [
        "id",
        "source",
        "type",
        "subject",
        "time",
        "datacontenttype",
        "dataschema",
    ];
    if is_known.contains(&name) {
        let value = text(value)?;
        return Ok(value.map_or(Ok(()), |value| set_text(attributes, name, value)));
    }
    let is_name_char = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if name.is_empty() || !name.chars().all(is_name_char) {
        return Err("a name consists of lower-case letters and digits".to_owned());
    }
    let number = |number: &serde_json::Number| number.as_i64().and_then(|n| i32::try_from(n).ok());
    let extension = match serde_json::from_str(value.get()) {
        Ok(Value::Null) => return Ok(Ok(())),
        Ok(Value::String(text)) => Extension::Text(text),
        Ok(Value::Bool(truth)) => Extension::Bool(truth),
        Ok(Value::Number(n)) => {
            Extension::Integer(number(&n).ok_or_else(|| format!("{n} is no integer of 32 bits"))?)
        }
        _ => return Err("it is neither text, a truth value nor an integer".to_owned()),
    };
    attributes.extensions.insert(name.to_owned(), extension);
    Ok(Ok(()))
}

/// `data`: a JSON value, or where the content type is not JSON, a string that is the data.
fn json_data(
    json: &Bytes,
    data: &RawValue,
    content_type: Option<&str>,
) -> Result<Data, CloudEventError> {
    let is_json = content_type
        .is_none_or(|content_type| MediaType::parse(content_type).is_some_and(MediaType::is_json));
    if !is_json && data.get().starts_with('"') {
        let text: String = serde_json::from_str(data.get()).map_err(malformed)?;
        return Ok(Data::new(text));
    }
    // The raw value was read from `json`, so it lies within, as `slice_ref` asks.
    Ok(Data::new(json.slice_ref(data.get().as_bytes())))
}

fn bytes(base64: &RawValue) -> Result<Data, CloudEventError> {
    let invalid = |why: String| CloudEventError::invalid("data_base64", why);
    let text = text(base64).map_err(invalid)?.unwrap_or_default();
    let decoded = STANDARD.decode_to_vec(text.as_bytes());
    let bytes = decoded.map_err(|_| invalid("it is no base64".to_owned()))?;
    Ok(Data::new(bytes))
}

/// The event in the JSON format.
pub fn to_json(event: &CloudEvent) -> Vec<u8> {
    serialized(&Formatted(event))
}

/// The events in the JSON batch format.
pub fn batch_to_json(events: &[CloudEvent]) -> Vec<u8> {
    let events: Vec<_> = events.iter().map(Formatted).collect();
    serialized(&events)
}

fn serialized(value: &impl Serialize) -> Vec<u8> {
    // Maps with string keys, strings, numbers and raw values that were parsed: none can fail.
    serde_json::to_vec(value).unwrap_or_default()
}

struct Formatted<'a>(&'a CloudEvent);

impl Serialize for Formatted<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let CloudEvent { attributes, data } = self.0;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("specversion", SPECVERSION)?;
        map.serialize_entry("id", &attributes.id)?;
        map.serialize_entry("source", &attributes.source)?;
        map.serialize_entry("type", &attributes.event_type)?;
        for (name, value) in [
            ("subject", &attributes.subject),
            ("datacontenttype", &attributes.datacontenttype),
            ("dataschema", &attributes.dataschema),
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
            match data_member(attributes, data) {
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
fn data_member<'a>(attributes: &Attributes, data: &'a Data) -> Member<'a> {
    let content_type = attributes.datacontenttype.as_deref();
    let media = content_type.and_then(MediaType::parse);
    let text = std::str::from_utf8(data.bytes()).ok();
    let is_json = content_type.is_none() || media.is_some_and(MediaType::is_json);
    match text {
        Some(text) if is_json => {
            serde_json::from_str(text).map_or(Member::Bytes(data.bytes()), Member::Json)
        }
        Some(text) if media.is_some_and(MediaType::is_text) => Member::Text(text),
        _ => Member::Bytes(data.bytes()),
    }
}
