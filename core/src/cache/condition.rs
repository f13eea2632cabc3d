//! Conditional requests, answered from what is kept.

use http::header::{
    DATE, ETAG, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
};

use super::freshness::http_date;

/// Whether the client already has the response with the headers `stored`: [RFC 9111, 4.3.2].
///
/// [RFC 9111, 4.3.2]: https://www.rfc-editor.org/rfc/rfc9111#section-4.3.2
pub(crate) fn is_held_by(asked: &HeaderMap, stored: &HeaderMap) -> bool {
    if !asked.contains_key(IF_NONE_MATCH) {
        return is_unmodified(asked, stored).unwrap_or_default();
    }
    let etag = stored
        .get(ETAG)
        .and_then(|etag| Tags(etag.as_bytes()).next());
    let lines = asked
        .get_all(IF_NONE_MATCH)
        .iter()
        .map(HeaderValue::as_bytes);
    lines
        .into_iter()
        .any(|line| line.trim_ascii() == b"*" || Tags(line).any(|tag| Some(tag) == etag))
}

/// `None` where a date is missing, or is none.
fn is_unmodified(asked: &HeaderMap, stored: &HeaderMap) -> Option<bool> {
    let mut since = asked.get_all(IF_MODIFIED_SINCE).iter();
    let (since, None) = (http_date(since.next()?)?, since.next()) else {
        return None;
    };
    let modified = stored.get(LAST_MODIFIED).or_else(|| stored.get(DATE))?;
    Some(http_date(modified)? <= since)
}

/// The entity tags of a list, without the mark of the weak ones: they are compared weakly (RFC
/// 9110, 13.1.2). Ends where something is no tag.
struct Tags<'a>(&'a [u8]);

impl<'a> Iterator for Tags<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let is_between = |byte: &u8| matches!(byte, b' ' | b'\t' | b',');
        let start = self.0.iter().position(|byte| !is_between(byte))?;
        let tag = &self.0[start..];
        let opaque = tag.strip_prefix(b"W/").unwrap_or(tag).strip_prefix(b"\"")?;
        let end = opaque.iter().position(|byte| *byte == b'"')?;
        self.0 = &opaque[end + 1..];
        Some(&opaque[..end])
    }
}
