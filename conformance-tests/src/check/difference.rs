//! One thing that is not as it must be.

use std::fmt;

/// What came where there is nothing: JSON's null.
const NOTHING: &str = "null";

/// One thing that is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What was looked at: `status`, `header x-a`, `the echoed path`.
    pub what: String,
    /// What the case asks for.
    pub expected: String,
    /// What came.
    pub actual: String,
}

impl Difference {
    /// A difference between two values in words.
    pub fn new(
        what: impl Into<String>,
        expected: impl Into<String>,
        actual: impl Into<String>,
    ) -> Self {
        Self {
            what: what.into(),
            expected: expected.into(),
            actual: actual.into(),
        }
    }

    /// Whether there was nothing where something had to be.
    pub(crate) fn nothing_came(&self) -> bool {
        self.actual == NOTHING
    }

    /// A difference, unless the two are equal.
    pub(crate) fn between<T: PartialEq + fmt::Debug>(
        what: &str,
        expected: &T,
        actual: &T,
    ) -> Option<Self> {
        (expected != actual)
            .then(|| Self::new(what, format!("{expected:?}"), format!("{actual:?}")))
    }

    /// A difference between bodies, told by their lengths and where they part.
    pub(super) fn between_bodies(what: &str, expected: &[u8], actual: &[u8]) -> Option<Self> {
        if expected == actual {
            return None;
        }
        let at = expected
            .iter()
            .zip(actual)
            .take_while(|(a, b)| a == b)
            .count();
        let from = at.saturating_sub(8);
        let around = |bytes: &[u8]| {
            let shown = &bytes[from.min(bytes.len())..(at + 24).min(bytes.len())];
            let dots = if from > 0 { "…" } else { "" };
            format!(
                "{} bytes, {dots}{:?} from byte {from}",
                bytes.len(),
                String::from_utf8_lossy(shown)
            )
        };
        Some(Self::new(
            format!("{what} (first difference at byte {at})"),
            around(expected),
            around(actual),
        ))
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: expected {}, came {}",
            self.what, self.expected, self.actual
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_is_no_difference() {
        assert_eq!(Difference::between("x", &1, &1), None);
        assert_eq!(Difference::between_bodies("x", b"a", b"a"), None);
    }

    #[test]
    fn bodies_are_told_apart_where_they_part() {
        let mut long = vec![b'a'; 1000];
        let expected = long.clone();
        long[500] = b'b';
        let message = Difference::between_bodies("the body", &expected, &long)
            .unwrap()
            .to_string();
        assert!(
            message.contains("first difference at byte 500"),
            "{message}"
        );
        assert!(
            message.contains("came 1000 bytes, …\"aaaaaaaab"),
            "{message}"
        );
        assert!(message.len() < 300, "{message}");
        let message = Difference::between_bodies("the body", b"ab", b"a")
            .unwrap()
            .to_string();
        assert!(
            message.contains("byte 1") && message.contains("expected 2 bytes"),
            "{message}"
        );
    }
}
