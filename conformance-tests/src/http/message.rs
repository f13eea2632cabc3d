//! What requests and responses share.

/// Header fields in the order and letter case in which they stand on the wire.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(pub Vec<(String, Vec<u8>)>);

impl Headers {
    /// All values of the name, whatever its letter case, in order.
    pub fn all(&self, name: &str) -> Vec<&[u8]> {
        self.0
            .iter()
            .filter(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_slice())
            .collect()
    }

    /// The first value of the name, if it is text.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.all(name)
            .first()
            .and_then(|value| std::str::from_utf8(value).ok())
    }
}

/// The beginning of a message for a person: text as it is, all other bytes escaped.
pub fn excerpt(bytes: &[u8], limit: usize) -> String {
    let shown = &bytes[..bytes.len().min(limit)];
    let mut text = String::new();
    for chunk in shown.utf8_chunks() {
        for character in chunk.valid().chars() {
            match character {
                '\r' => {}
                '\n' | '\t' => text.push(character),
                other if other.is_control() => text.extend(other.escape_default()),
                other => text.push(other),
            }
        }
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    if bytes.len() > limit {
        text.push_str(&format!("… ({} bytes in all)", bytes.len()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_in_any_case() {
        let headers = Headers(vec![
            ("X-A".into(), b"1".into()),
            ("x-b".into(), b"2".into()),
            ("x-a".into(), b"3".into()),
        ]);
        assert_eq!(headers.all("x-A"), [b"1", b"3"]);
        assert_eq!(headers.text("X-B"), Some("2"));
        assert_eq!(headers.text("x-c"), None);
    }

    #[test]
    fn excerpts_are_readable() {
        assert_eq!(excerpt("é\r\n\0\u{1b}".as_bytes(), 99), "é\n\\u{0}\\u{1b}");
        assert_eq!(excerpt(b"a\xffb", 99), "a\\xffb");
        assert_eq!(excerpt(b"abcdef", 3), "abc… (6 bytes in all)");
    }
}
