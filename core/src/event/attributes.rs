//! What an event says of itself.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;

/// The context attributes of an event, as [CloudEvents 1.0] has them.
///
/// ```
/// use polyfn_core::Attributes;
///
/// let attributes = Attributes::new("42", "https://shop.example/orders", "com.example.order.placed");
/// assert_eq!(attributes.event_type, "com.example.order.placed");
/// assert_eq!(attributes.subject, None);
/// ```
///
/// [CloudEvents 1.0]: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md#context-attributes
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Attributes {
    /// `id`: names the event; together with the source there is no other of that name. An event
    /// that is delivered again keeps it.
    pub id: String,
    /// `source`: where it happened, a URI reference.
    pub source: String,
    /// `type`: what kind of thing happened.
    pub event_type: String,
    /// `subject`: what it happened to, within the source.
    pub subject: Option<String>,
    /// `time`: when it happened.
    pub time: Option<Timestamp>,
    /// `datacontenttype`: what the data are.
    pub datacontenttype: Option<String>,
    /// `dataschema`: what the data adhere to, a URI.
    pub dataschema: Option<String>,
    /// The extension attributes, by their names.
    pub extensions: BTreeMap<String, Extension>,
}

impl Attributes {
    /// The attributes that every event has.
    pub fn new(
        id: impl Into<String>,
        source: impl Into<String>,
        event_type: impl Into<String>,
    ) -> Self {
        Self {
            id: id.into(),
            source: source.into(),
            event_type: event_type.into(),
            ..Self::default()
        }
    }

    /// The extension of that name, if it is text (as all are that travel in HTTP headers).
    pub fn extension(&self, name: &str) -> Option<&str> {
        match self.extensions.get(name)? {
            Extension::Text(text) => Some(text),
            Extension::Bool(_) | Extension::Integer(_) => None,
        }
    }
}

/// The value of an extension attribute. Times, URIs and bytes (in base64) are text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extension {
    /// Text.
    Text(String),
    /// A truth value.
    Bool(bool),
    /// An integer.
    Integer(i32),
}

impl<T: Into<String>> From<T> for Extension {
    fn from(text: T) -> Self {
        Self::Text(text.into())
    }
}

/// The canonical text form, which is that of HTTP headers.
impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Bool(truth) => truth.fmt(f),
            Self::Integer(number) => number.fmt(f),
        }
    }
}
