//! Object keys, as S3's notifications write them.

use percent_encoding::percent_decode_str;

use super::flaw::Flaw;

/// "The key is URL-encoded": `red flower.jpg` is `red+flower.jpg`
/// (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>).
pub(super) fn decoded(key: &str) -> Result<String, Flaw> {
    // A plus that was in the key itself is `%2B` here.
    let spaced = key.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8();
    decoded
        .map(Into::into)
        .map_err(|error| Flaw::new("s3.object.key", format!("{key:?} is not UTF-8: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_what_was_stored() {
        for (key, stored) in [
            ("red+flower.jpg", "red flower.jpg"),
            ("a%2Bb+c%20d", "a+b c d"),
            ("in/%C3%BC%25.png", "in/ü%.png"),
            ("100%25", "100%"),
            ("100%", "100%"),
            ("", ""),
        ] {
            assert_eq!(decoded(key).unwrap(), stored, "{key}");
        }
        assert!(
            decoded("%ff")
                .unwrap_err()
                .to_string()
                .contains("s3.object.key")
        );
    }
}
