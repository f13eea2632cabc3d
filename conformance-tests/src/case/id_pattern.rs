//! Choosing cases by id.

use std::convert::Infallible;
use std::str::FromStr;

/// A part of an id (`cookies`), or with `*` a pattern for all of it (`query/*`, `*/utf8-*`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdPattern(String);

impl FromStr for IdPattern {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl IdPattern {
    /// Whether the pattern covers `id`.
    pub fn matches(&self, id: &str) -> bool {
        let Some((first, rest)) = self.0.split_once('*') else {
            return id.contains(&self.0);
        };
        let Some(mut id) = id.strip_prefix(first) else {
            return false;
        };
        let mut parts: Vec<&str> = rest.split('*').collect();
        // Splitting gives at least one part; the last one must stand at the end.
        let last = parts.pop().unwrap_or_default();
        for part in parts {
            match id.split_once(part) {
                Some((_, after)) => id = after,
                None => return false,
            }
        }
        id.ends_with(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (pattern, id, expected) in [
            ("query", "query/order", true),
            ("order", "query/order", true),
            ("paths", "query/order", false),
            ("query/*", "query/order", true),
            ("*order", "query/order", true),
            ("*/or*", "query/order", true),
            ("q*y/*r", "query/order", true),
            ("order*", "query/order", false),
            ("*quer", "query/order", false),
            ("*", "anything", true),
        ] {
            let parsed: IdPattern = pattern.parse().unwrap();
            assert_eq!(parsed.matches(id), expected, "{pattern} on {id}");
        }
    }
}
