//! Bodies as case files write them.

use bytes::Bytes;
use serde::Deserialize;

/// The bytes of a body, written so that a person can read a case: `{ text = "…" }`,
/// `{ base64 = "…" }`, `{ repeat = "x", bytes = 1048576 }`, or `{ every_byte = 4 }` for the 256
/// byte values in order, four times over.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Spelling")]
pub struct BodySpec(Bytes);

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "a body is { text }, { base64 }, { repeat, bytes } or { every_byte }"
)]
enum Spelling {
    Text(Text),
    Base64(Base64),
    Repeat(Repeat),
    EveryByte(EveryByte),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Base64 {
    base64: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Repeat {
    repeat: String,
    bytes: usize,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EveryByte {
    every_byte: usize,
}

impl TryFrom<Spelling> for BodySpec {
    type Error = String;

    fn try_from(spelling: Spelling) -> Result<Self, String> {
        let bytes: Vec<u8> = match spelling {
            Spelling::Text(Text { text }) => text.into_bytes(),
            Spelling::Base64(Base64 { base64 }) => base64_simd::STANDARD
                .decode_to_vec(base64)
                .map_err(|error| format!("the body is not valid base64: {error}"))?,
            Spelling::Repeat(Repeat { repeat, .. }) if repeat.is_empty() => {
                return Err("nothing cannot be repeated".to_owned());
            }
            Spelling::Repeat(Repeat { repeat, bytes }) => {
                repeat.bytes().cycle().take(bytes).collect()
            }
            Spelling::EveryByte(EveryByte { every_byte }) => {
                (0..every_byte).flat_map(|_| 0..=u8::MAX).collect()
            }
        };
        Ok(Self(bytes.into()))
    }
}

impl BodySpec {
    /// The bytes themselves.
    pub fn bytes(&self) -> &Bytes {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(body: &str) -> Result<Vec<u8>, toml::de::Error> {
        #[derive(Deserialize)]
        struct Holder {
            body: BodySpec,
        }
        toml::from_str::<Holder>(&format!("body = {body}")).map(|holder| holder.body.0.to_vec())
    }

    #[test]
    fn every_spelling() {
        assert_eq!(parse("{ text = 'é' }").unwrap(), "é".as_bytes());
        assert_eq!(parse("{ base64 = 'AP8=' }").unwrap(), [0, 255]);
        assert_eq!(parse("{ repeat = 'ab', bytes = 3 }").unwrap(), b"aba");
        let every = parse("{ every_byte = 2 }").unwrap();
        assert_eq!((every.len(), every[255], every[256]), (512, 255, 0));
    }

    #[test]
    fn mistakes_are_named() {
        for wrong in [
            "{ base64 = '*' }",
            "{ repeat = '', bytes = 1 }",
            "{ txt = 'a' }",
            "{ text = 'a', bytes = 1 }",
        ] {
            let error = parse(wrong).unwrap_err().to_string();
            assert!(
                error.contains("body") || error.contains("repeated"),
                "{error}"
            );
        }
    }
}
