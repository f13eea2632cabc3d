//! What is wrong with an event, and where.

use std::fmt;

use polyfn_core::{Error, Timestamp};
use serde::Deserialize;

/// 400: what stands at `place` can't be read.
pub(super) fn malformed(place: &str, why: impl fmt::Display) -> Error {
    Error::bad_request(format!("the event's `{place}` is not valid: {why}"))
}

/// 400: nothing stands at `place`.
pub(super) fn missing(place: &str) -> Error {
    Error::bad_request(format!("the event's `{place}` is missing or empty"))
}

/// Reads the JSON that stands at `place`. Only where that fails is it read again, to find out
/// where within.
pub(super) fn read_json<'a, T: Deserialize<'a>>(place: &str, json: &'a [u8]) -> Result<T, Error> {
    serde_json::from_slice(json).map_err(|error| {
        let mut deserializer = serde_json::Deserializer::from_slice(json);
        match serde_path_to_error::deserialize::<_, T>(&mut deserializer) {
            Err(located) if located.path().iter().next().is_some() => {
                let place = match place {
                    "" => located.path().to_string(),
                    place => format!("{place}.{}", located.path()),
                };
                malformed(&place, located.inner())
            }
            _ if place.is_empty() => Error::bad_request(format!("the event is no JSON: {error}")),
            _ => malformed(place, error),
        }
    })
}

pub(super) fn read_time(place: &str, text: &str) -> Result<Timestamp, Error> {
    text.parse()
        .map_err(|error| malformed(place, format_args!("{text:?} is no RFC 3339: {error}")))
}
