//! The directives of `Cache-Control`.

use std::time::Duration;

use http::header::{CACHE_CONTROL, HeaderMap};

/// A directive, as [RFC 9111, 5.2] has it; names are compared without regard to case.
///
/// [RFC 9111, 5.2]: https://www.rfc-editor.org/rfc/rfc9111#section-5.2
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Directive<'a> {
    name: &'a [u8],
    /// Without its quotes.
    argument: Option<&'a [u8]>,
}

/// Text that is no directive. What follows it on its line can't be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unreadable;

/// The greatest number of seconds that a cache has to know, 68 years: RFC 9111, 1.2.2.
pub(crate) const MOST_SECONDS: u64 = 1 << 31;

impl Directive<'_> {
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name.as_bytes())
    }

    /// `None` where the argument is missing or is not a number of seconds.
    pub(crate) fn seconds(&self) -> Option<Duration> {
        self.argument.and_then(delta_seconds)
    }
}

/// Digits and nothing else; more than [`MOST_SECONDS`] is as many.
pub(crate) fn delta_seconds(text: &[u8]) -> Option<Duration> {
    if text.is_empty() {
        return None;
    }
    let seconds = text.iter().try_fold(0, |seconds: u64, digit| {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        Some((seconds * 10 + digit).min(MOST_SECONDS))
    })?;
    Some(Duration::from_secs(seconds))
}

/// All directives, line by line.
pub(crate) fn directives(
    headers: &HeaderMap,
) -> impl Iterator<Item = Result<Directive<'_>, Unreadable>> {
    let lines = headers.get_all(CACHE_CONTROL).iter();
    lines.flat_map(|line| Line(line.as_bytes()))
}

struct Line<'a>(&'a [u8]);

impl<'a> Iterator for Line<'a> {
    type Item = Result<Directive<'a>, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        self.take_while(|byte| matches!(byte, b' ' | b'\t' | b','));
        if self.0.is_empty() {
            return None;
        }
        let directive = self.directive();
        if directive.is_none() {
            self.0 = &[];
        }
        Some(directive.ok_or(Unreadable))
    }
}

impl<'a> Line<'a> {
    fn directive(&mut self) -> Option<Directive<'a>> {
        let name = self.take_while(is_token);
        let argument = match self.0.strip_prefix(b"=") {
            Some(rest) => {
                self.0 = rest;
                Some(self.argument()?)
            }
            None => None,
        };
        self.take_while(|byte| matches!(byte, b' ' | b'\t'));
        let ends = self.0.first().is_none_or(|byte| *byte == b',');
        (ends && !name.is_empty()).then_some(Directive { name, argument })
    }

    fn argument(&mut self) -> Option<&'a [u8]> {
        let Some(quoted) = self.0.strip_prefix(b"\"") else {
            return Some(self.take_while(is_token));
        };
        let mut is_escaped = false;
        let end = quoted.iter().position(|byte| {
            let is_end = *byte == b'"' && !is_escaped;
            is_escaped = *byte == b'\\' && !is_escaped;
            is_end
        })?;
        self.0 = &quoted[end + 1..];
        Some(&quoted[..end])
    }

    fn take_while(&mut self, is_part: impl Fn(u8) -> bool) -> &'a [u8] {
        let end = self.0.iter().position(|byte| !is_part(*byte));
        let (taken, rest) = self.0.split_at(end.unwrap_or(self.0.len()));
        self.0 = rest;
        taken
    }
}

/// RFC 9110, 5.6.2.
fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn a_line_is_read_up_to_what_is_no_directive() {
        let read = |line: &'static str| {
            let text = |bytes: &'static [u8]| std::str::from_utf8(bytes).unwrap();
            let directives = Line(line.as_bytes()).map(|directive| match directive {
                Ok(Directive { name, argument }) => (text(name), argument.map(text)),
                Err(Unreadable) => ("unreadable", None),
            });
            directives.collect::<Vec<_>>()
        };
        let unreadable = ("unreadable", None);
        let a = ("a", None);
        for (line, expected) in [
            ("", vec![]),
            (" ,\t,", vec![]),
            ("a", vec![a]),
            (",a ,,\tB", vec![a, ("B", None)]),
            ("a=1,b=", vec![("a", Some("1")), ("b", Some(""))]),
            ("a=\"1, \\\" 2\",a", vec![("a", Some("1, \\\" 2")), a]),
            ("a=\"\\\\\",a", vec![("a", Some("\\\\")), a]),
            ("a, a b, a", vec![a, unreadable]),
            ("a;b", vec![unreadable]),
            ("a =1", vec![unreadable]),
            ("a= 1", vec![unreadable]),
            ("=1", vec![unreadable]),
            ("a=\"1", vec![unreadable]),
            ("a=\"1\\\"", vec![unreadable]),
            ("a=\"1\"2", vec![unreadable]),
            ("a=1=2", vec![unreadable]),
        ] {
            assert_eq!(read(line), expected, "{line:?}");
        }
    }

    #[test]
    fn seconds_are_digits_alone() {
        for (text, seconds) in [
            ("0", Some(0)),
            ("007", Some(7)),
            ("2147483648", Some(MOST_SECONDS)),
            ("99999999999999999999999999", Some(MOST_SECONDS)),
            ("", None),
            ("-1", None),
            ("+1", None),
            ("1.0", None),
            (" 1", None),
            ("\u{661}", None),
        ] {
            let expected = seconds.map(Duration::from_secs);
            assert_eq!(delta_seconds(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn every_line_is_read() {
        let lines = ["a", "b c", "d"].map(HeaderValue::from_static);
        let headers = HeaderMap::from_iter(lines.map(|line| (CACHE_CONTROL, line)));
        let read: Vec<_> = directives(&headers).map(|it| it.is_ok()).collect();
        assert_eq!(
            read,
            [true, false, true],
            "what is unreadable ends its line alone"
        );
    }
}
