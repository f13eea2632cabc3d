//! What is wrong with an event, and where.

use std::fmt;

use polyfn_core::Error;
use serde::Deserialize;

/// What is wrong with a place in an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flaw {
    /// The way there, such as `Records[1].body`.
    place: String,
    why: String,
}

impl Flaw {
    pub(super) fn new(place: impl Into<String>, why: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            why: why.into(),
        }
    }

    /// The same, seen from further out.
    pub(super) fn within(mut self, outer: &str) -> Self {
        let separator = match self.place.as_str() {
            "" => "",
            place if place.starts_with('[') => "",
            _ => ".",
        };
        self.place = format!("{outer}{separator}{}", self.place);
        self
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.as_str() {
            "" => f.write_str(&self.why),
            place => write!(f, "{place}: {}", self.why),
        }
    }
}

/// The error of an item that can't be read.
impl From<Flaw> for Error {
    fn from(flaw: Flaw) -> Self {
        Self::bad_request(format!("the event is malformed: {flaw}"))
    }
}

/// Reads a JSON object. Only where that fails is it read again, to find out where.
pub(super) fn read<'a, T: Deserialize<'a>>(json: &'a str) -> Result<T, Flaw> {
    // A struct would be read from an array as well.
    if !json.trim_ascii_start().starts_with('{') {
        return Err(Flaw::new("", "it is no JSON object"));
    }
    serde_json::from_str(json).map_err(|error| {
        let mut deserializer = serde_json::Deserializer::from_str(json);
        match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
            Err(located) if located.path().iter().next().is_some() => {
                Flaw::new(located.path().to_string(), located.inner().to_string())
            }
            _ => Flaw::new("", error.to_string()),
        }
    })
}
