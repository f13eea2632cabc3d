//! A CloudEvent.

use std::borrow::Cow;

use super::CloudEventError;
use crate::{Attributes, Data};

/// A CloudEvent as it travels: what it says of itself, and its data.
///
/// ```
/// use polyfn_core::cloudevents::{CloudEvent, from_json, to_json};
/// use polyfn_core::{Attributes, Data};
///
/// let attributes = Attributes::new("1", "/shop", "com.example.order.placed");
/// let event = CloudEvent::new(attributes, Data::json(r#"{"order":7}"#));
/// let json = to_json(&event).unwrap();
/// assert_eq!(from_json(&json.into()).unwrap(), event);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct CloudEvent {
    /// What it says of itself. `datacontenttype` stands here and with the data.
    pub attributes: Attributes,
    /// The data.
    pub data: Data,
}

impl CloudEvent {
    /// An event. The content type is that of the attributes, or where they have none, that of
    /// the data.
    pub fn new(mut attributes: Attributes, mut data: Data) -> Self {
        match &attributes.datacontenttype {
            Some(content_type) => data = data.with_content_type(content_type.clone()),
            None => attributes.datacontenttype = data.content_type().map(str::to_owned),
        }
        Self { attributes, data }
    }

    /// The content type, wherever it stands.
    pub(super) fn content_type(&self) -> Option<&str> {
        let told = self.attributes.datacontenttype.as_deref();
        told.or(self.data.content_type())
    }

    /// Whether it has what every event has, and extensions of
    /// [names that are allowed](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#naming-conventions).
    pub(super) fn check(&self) -> Result<(), CloudEventError> {
        let Attributes {
            id,
            source,
            event_type,
            extensions,
            ..
        } = &self.attributes;
        for (name, value) in [("id", id), ("source", source), ("type", event_type)] {
            if value.is_empty() {
                return Err(CloudEventError::missing(name));
            }
        }
        let is_name_char = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
        for name in extensions.keys() {
            if name.is_empty() || !name.chars().all(is_name_char) {
                let why = "a name consists of lower-case letters and digits";
                return Err(CloudEventError::invalid(name, why));
            }
            if name == "specversion" || name == "data" || is_known(name) {
                let why = "an extension can't have this name";
                return Err(CloudEventError::invalid(name, why));
            }
        }
        Ok(())
    }
}

/// Whether the specification itself has that attribute, besides `specversion`.
pub(super) fn is_known(name: &str) -> bool {
    matches!(
        name,
        "id" | "source" | "type" | "subject" | "time" | "datacontenttype" | "dataschema"
    )
}

/// The version of the specification that is spoken here.
pub(super) const SPECVERSION: &str = "1.0";

/// Whether `version` is one that can be read: 1.0, and what 1.x adds compatibly.
pub(super) fn check_specversion(version: Option<&str>) -> Result<(), CloudEventError> {
    match version {
        None => Err(CloudEventError::missing("specversion")),
        Some(version) if version == SPECVERSION || version.starts_with("1.") => Ok(()),
        Some(other) => Err(CloudEventError::invalid(
            "specversion",
            format!("{other:?} is not supported, {SPECVERSION} is"),
        )),
    }
}

/// The time with no more digits than a [`Timestamp`](crate::Timestamp) has: RFC 3339 allows any
/// number of them.
fn to_nanoseconds(time: &str) -> Cow<'_, str> {
    let Some((seconds, rest)) = time.split_once('.') else {
        return time.into();
    };
    let offset = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = rest.strip_suffix(offset).unwrap_or(rest);
    match digits.get(..9) {
        Some(nanoseconds) => format!("{seconds}.{nanoseconds}{offset}").into(),
        None => time.into(),
    }
}

/// Sets the attribute `name`, which has come as text in headers or as a JSON string.
pub(super) fn set_text(
    attributes: &mut Attributes,
    name: &str,
    value: String,
) -> Result<(), CloudEventError> {
    match name {
        "id" => attributes.id = value,
        "source" => attributes.source = value,
        "type" => attributes.event_type = value,
        "subject" => attributes.subject = Some(value),
        "datacontenttype" => attributes.datacontenttype = Some(value),
        "dataschema" => attributes.dataschema = Some(value),
        "time" => {
            let time = to_nanoseconds(&value).parse().map_err(|error| {
                CloudEventError::invalid("time", format!("{value:?} is no RFC 3339: {error}"))
            })?;
            attributes.time = Some(time);
        }
        extension => {
            attributes
                .extensions
                .insert(extension.to_owned(), value.into());
        }
    }
    Ok(())
}
