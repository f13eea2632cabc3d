//! What ASP.NET makes of a path, and how the host writes it out again.
//!
//! Kestrel decodes the path once, all but `%2F`, and removes dot segments
//! (<https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel>,
//! <https://github.com/dotnet/aspnetcore/issues/30655>); the raw target is not used again. So
//! which characters the client had escaped is lost in every mode:
//! - proxying (YARP's `RequestUtilities.EncodePath`): `%41` becomes `A`, and `%2F` becomes `%252F`
//!   (<https://github.com/dotnet/yarp/issues/1419>);
//! - forwarding (`new Uri(request.GetDisplayUrl()).AbsolutePath`): a path that contained `%3F` or
//!   `%23` is cut off there, because the decoded character ends a path.

use percent_encoding::{
    AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode,
};

/// `HttpRequest.Path`: decoded, without dot segments.
pub(super) fn decode(raw: &str) -> String {
    let mut decoded = String::new();
    let mut rest = raw;
    // `%2F` is the one escape that stays; what surrounds it is decoded.
    while let Some(at) = find_escaped_slash(rest) {
        decoded.push_str(&decode_escapes(&rest[..at]));
        decoded.push_str(&rest[at..at + 3]);
        rest = &rest[at + 3..];
    }
    decoded.push_str(&decode_escapes(rest));
    remove_dot_segments(&decoded)
}

fn find_escaped_slash(text: &str) -> Option<usize> {
    text.as_bytes()
        .windows(3)
        .position(|window| window.eq_ignore_ascii_case(b"%2f"))
}

/// Escapes that are not UTF-8 stay as they are.
fn decode_escapes(text: &str) -> String {
    match percent_decode_str(text).decode_utf8() {
        Ok(decoded) => decoded.into_owned(),
        Err(_) => text.to_owned(),
    }
}

fn remove_dot_segments(path: &str) -> String {
    if !path.contains("/.") {
        return path.to_owned();
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match segment {
            "." | ".." => {
                if segment == ".." && kept.len() > 1 {
                    kept.pop();
                }
                if is_last {
                    kept.push("");
                }
            }
            _ => kept.push(segment),
        }
    }
    match kept.join("/") {
        path if path.starts_with('/') => path,
        path => format!("/{path}"),
    }
}

/// YARP escapes all but these, `%` included.
const YARP: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b'-')
    .remove(b'.')
    .remove(b'/')
    .remove(b':')
    .remove(b';')
    .remove(b'=')
    .remove(b'@')
    .remove(b'_')
    .remove(b'~');

/// The path that proxying sends.
pub(super) fn proxied(path: &str) -> String {
    utf8_percent_encode(path, YARP).to_string()
}

/// `PathString.ToUriComponent`, of which `Data.req.Url` is made: as YARP's, but what looks like an
/// escape stays.
pub(super) fn displayed(path: &str) -> String {
    const ESCAPES_STAY: &AsciiSet = &YARP.remove(b'%');
    escape_stray_percents(&utf8_percent_encode(path, ESCAPES_STAY).to_string())
}

/// `System.Uri` escapes these.
const URI: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The path that forwarding sends.
pub(super) fn forwarded(path: &str) -> String {
    let end = path.find(['?', '#']).unwrap_or(path.len());
    escape_stray_percents(&utf8_percent_encode(&path[..end], URI).to_string())
}

/// A `%` that begins no escape becomes `%25`.
fn escape_stray_percents(text: &str) -> String {
    let is_escape = |at: usize| {
        let digits = text.as_bytes().get(at + 1..at + 3);
        digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    text.char_indices()
        .map(|(at, character)| match character {
            '%' if !is_escape(at) => "%25".to_owned(),
            other => other.to_string(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decoding_spares_the_slash() {
        assert_eq!(decode("/a%20b/%C3%A9%2F%2fx"), "/a b/é%2F%2fx");
        assert_eq!(decode("/%ff"), "/%ff");
        assert_eq!(decode("/a//b/./c/../d"), "/a//b/d");
        assert_eq!(decode("/a/.."), "/");
    }

    #[test]
    fn proxying_escapes_anew() {
        assert_eq!(proxied(&decode("/a%41%20b")), "/aA%20b");
        assert_eq!(proxied(&decode("/a%2Fb")), "/a%252Fb");
        assert_eq!(proxied(&decode("/100%25")), "/100%25");
        assert_eq!(proxied(&decode("/é")), "/%C3%A9");
    }

    #[test]
    fn forwarding_cuts_at_a_question_mark() {
        assert_eq!(forwarded(&decode("/a%3Fb")), "/a");
        assert_eq!(forwarded(&decode("/a%23b")), "/a");
        assert_eq!(forwarded(&decode("/a%2Fb%20c")), "/a%2Fb%20c");
        assert_eq!(forwarded(&decode("/100%25")), "/100%25");
    }

    #[test]
    fn the_url_of_a_request() {
        assert_eq!(displayed(&decode("/a%20%2Fb%25")), "/a%20%2Fb%25");
    }
}
