//! 64-bit integers in the [JSON of protobuf](https://protobuf.dev/programming-guides/json/): texts
//! as a rule, numbers are allowed.

use std::fmt;

use serde::Deserializer;
use serde::de::{Error, Visitor};

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    deserializer.deserialize_any(TextOrNumber)
}

pub(super) fn deserialize_optional<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<i64>, D::Error> {
    deserializer.deserialize_option(Optional)
}

struct TextOrNumber;

impl Visitor<'_> for TextOrNumber {
    type Value = i64;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an integer of 64 bits, as text or as a number")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<i64, E> {
        let number = text.parse();
        number.map_err(|_| E::invalid_value(serde::de::Unexpected::Str(text), &self))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<i64, E> {
        Ok(number)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<i64, E> {
        let signed = i64::try_from(number);
        signed.map_err(|_| E::invalid_value(serde::de::Unexpected::Unsigned(number), &self))
    }
}

struct Optional;

impl<'de> Visitor<'de> for Optional {
    type Value = Option<i64>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        TextOrNumber.expecting(f)
    }

    fn visit_none<E: Error>(self) -> Result<Option<i64>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<i64>, D::Error> {
        deserialize(deserializer).map(Some)
    }
}
