//! Numbers in the [JSON of protobuf](https://protobuf.dev/programming-guides/json/), where all may
//! be texts as well.
//!
//! They are read from their digits: serde_json misses the nearest double of some numbers, and gives
//! none to a visitor if anybody in the program switches its `arbitrary_precision` on.

use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

pub(super) fn int64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let text = text(deserializer)?;
    let number = text.parse();
    number.map_err(|_| invalid(&text, "an integer of 64 bits, as text or as a number"))
}

pub(super) fn optional_int64<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<i64>, D::Error> {
    #[derive(Deserialize)]
    struct Int64(#[serde(deserialize_with = "int64")] i64);

    let number = Option::deserialize(deserializer)?;
    Ok(number.map(|Int64(number)| number))
}

pub(super) fn double<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let text = text(deserializer)?;
    match text.as_str() {
        "NaN" => Ok(f64::NAN),
        "Infinity" => Ok(f64::INFINITY),
        "-Infinity" => Ok(f64::NEG_INFINITY),
        // Rust knows further names of these, and has infinity for what is too large.
        _ => match text.parse() {
            Ok(number) if f64::is_finite(number) => Ok(number),
            _ => Err(invalid(&text, "a number, also as text")),
        },
    }
}

/// The content of a text, and a number as it is written.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let written = <&RawValue>::deserialize(deserializer)?.get();
    if written.starts_with('"') {
        serde_json::from_str(written).map_err(Error::custom)
    } else {
        Ok(written.to_owned())
    }
}

fn invalid<E: Error>(text: &str, expected: &str) -> E {
    E::invalid_value(Unexpected::Other(text), &expected)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, PartialEq, Deserialize)]
    struct Numbers {
        #[serde(default, deserialize_with = "optional_int64")]
        integer: Option<i64>,
        #[serde(default, deserialize_with = "double")]
        double: f64,
    }

    fn integer(json: &str) -> Option<Option<i64>> {
        let numbers = serde_json::from_str::<Numbers>(&format!(r#"{{"integer":{json}}}"#));
        numbers.ok().map(|numbers| numbers.integer)
    }

    fn read_double(json: &str) -> Option<f64> {
        let numbers = serde_json::from_str::<Numbers>(&format!(r#"{{"double":{json}}}"#));
        numbers.ok().map(|numbers| numbers.double)
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for json in [
            "true",
            "[]",
            "{}",
            "\"\"",
            "\"x\"",
            "1.5",
            "9223372036854775808",
        ] {
            assert_eq!(integer(json), None, "{json}");
        }
        assert_eq!(integer("null"), Some(None));
        assert_eq!(integer("\"\\u0037\""), Some(Some(7)));
        for json in [
            "null",
            "true",
            "[]",
            "\"\"",
            "\"inf\"",
            "\"nan\"",
            "1e400",
            "\"-1e400\"",
        ] {
            assert_eq!(read_double(json), None, "{json}");
        }
    }

    proptest! {
        #[test]
        fn each_number_is_read_from_its_digits(number: i64, bits: u64) {
            let double = f64::from_bits(bits);
            for json in [number.to_string(), format!("\"{number}\"")] {
                prop_assert_eq!(integer(&json), Some(Some(number)));
            }
            if double.is_finite() {
                for json in [format!("{double:?}"), format!("\"{double:?}\"")] {
                    prop_assert_eq!(read_double(&json), Some(double), "{}", json);
                }
            }
        }

        #[test]
        fn no_json_panics(json in "\\PC{0,20}") {
            let _ = (integer(&json), read_double(&json));
        }
    }
}
