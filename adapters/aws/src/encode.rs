//! From a response to the answer that a front understands.

use base64_simd::STANDARD;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap};
use http::response::Parts;

use crate::encode_headers;
use crate::json_string::push_json;
use crate::shape::Shape;

/// Writes the answer that `shape` asks for.
///
/// The body is a JSON string where it is text and carries no `Content-Encoding`, else base64.
///
/// ```
/// use polyfn_aws::{Shape, encode};
///
/// let (parts, ()) = http::Response::builder()
///     .header("content-type", "text/plain")
///     .body(())
///     .unwrap()
///     .into_parts();
/// let answer = encode(Shape::HttpApi, &parts, b"Hello!");
/// assert_eq!(
///     std::str::from_utf8(&answer).unwrap(),
///     r#"{"statusCode":200,"headers":{"content-type":"text/plain"},"cookies":[],"isBase64Encoded":false,"body":"Hello!"}"#
/// );
/// ```
pub fn encode(shape: Shape, parts: &Parts, body: &[u8]) -> Vec<u8> {
    let text = text(&parts.headers, body);
    let mut answer = Vec::with_capacity(capacity(&parts.headers, body, text.is_some()));
    answer.extend_from_slice(b"{\"statusCode\":");
    answer.extend_from_slice(parts.status.as_str().as_bytes());
    match shape {
        Shape::AlbSingleValue | Shape::AlbMultiValue | Shape::VpcLattice => {
            answer.extend_from_slice(b",\"statusDescription\":\"");
            answer.extend_from_slice(parts.status.as_str().as_bytes());
            answer.push(b' ');
            let reason = parts.status.canonical_reason().unwrap_or("Unknown");
            answer.extend_from_slice(reason.as_bytes());
            answer.push(b'"');
        }
        // API Gateway answers 502 where it sees a field that it does not know.
        Shape::RestApi | Shape::HttpApiFormat1 | Shape::HttpApi | Shape::FunctionUrl => {}
    }
    encode_headers::push(&mut answer, shape, &parts.headers);
    if let Some(text) = text {
        answer.extend_from_slice(b",\"isBase64Encoded\":false,\"body\":");
        push_json(&mut answer, text);
    } else {
        answer.extend_from_slice(b",\"isBase64Encoded\":true,\"body\":\"");
        STANDARD.encode_append(body, &mut answer);
        answer.push(b'"');
    }
    answer.push(b'}');
    answer
}

/// The length of the answer, or a little more: no second allocation for usual texts.
fn capacity(headers: &HeaderMap, body: &[u8], is_text: bool) -> usize {
    let body = if is_text {
        body.len() + body.len() / 8
    } else {
        STANDARD.encoded_length(body.len())
    };
    128 + headers.len() * 64 + body
}

/// The body as a string, if that is how it may travel.
fn text<'b>(headers: &HeaderMap, body: &'b [u8]) -> Option<&'b str> {
    if body.is_empty() {
        return Some("");
    }
    if headers.contains_key(CONTENT_ENCODING) {
        return None;
    }
    let content_type = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    is_textual(content_type)
        .then(|| std::str::from_utf8(body).ok())
        .flatten()
}

fn is_textual(content_type: &str) -> bool {
    const TYPES: [&str; 4] = ["json", "javascript", "xml", "yaml"];
    const SUFFIXES: [&str; 3] = ["json", "xml", "yaml"];
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let Some((main, sub)) = essence.split_once('/') else {
        return false;
    };
    let is = |text: &str, names: &[&str]| names.iter().any(|n| text.eq_ignore_ascii_case(n));
    main.eq_ignore_ascii_case("text")
        || (main.eq_ignore_ascii_case("application") && is(sub, &TYPES))
        || sub
            .rsplit_once('+')
            .is_some_and(|(_, suffix)| is(suffix, &SUFFIXES))
}
