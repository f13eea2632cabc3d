//! `enableForwardingHttpRequest`: the request is rebuilt (`HttpRequestExtensions.ToHttpRequestMessage`)
//! and both bodies are buffered.
//!
//! What is destroyed here:
//! - the query is parsed and written anew: names that differ in case only are one, the values of one
//!   name are joined with commas, `a` becomes `a=`;
//! - a body without `Content-Length` is dropped;
//! - .NET's content headers other than `Content-Type` and `Content-Length` are dropped
//!   (`HttpRequestHeaders` does not take them), and `Content-Type` too when there is no body;
//! - repeated headers arrive as one, joined (`HttpClient` writes one line for each name);
//! - the path, as [`path`](super::path) says.
//!
//! The host *adds* its invocation id after one that the client sent, and its product to the
//! client's `User-Agent`. Any status is passed on.

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::host_headers::{HOST_VERSION, HOST_VERSION_HEADER, INVOCATION_ID_HEADER, user_agent};
use super::http_request::RoutedRequest;
use super::path;
use crate::body::{Body, BoxError, full, read};
use crate::{hop_by_hop, http_client};

const ANSWER_LIMIT: usize = 256 * 1024 * 1024;

/// `System.Net.Http`'s content headers.
const CONTENT_HEADERS: [&str; 11] = [
    "allow",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-length",
    "content-location",
    "content-md5",
    "content-range",
    "content-type",
    "expires",
    "last-modified",
];

/// `UrlEncoder.Default` leaves these.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

pub(super) async fn forward(
    port: u16,
    request: &RoutedRequest,
    body: Bytes,
    invocation_id: &str,
) -> Result<Response<Body>, BoxError> {
    let rebuilt = rebuild(request, body, invocation_id)?;
    let response = http_client::send(port, rebuilt).await?;
    let (mut head, body) = response.into_parts();
    let body = read(body, ANSWER_LIMIT)
        .await
        .map_err(|error| format!("the answer broke off: {error:?}"))?;
    hop_by_hop::remove(&mut head.headers);
    // The length of the answer to a HEAD request is not that of its (absent) body.
    if request.parts.method != http::Method::HEAD {
        head.headers.remove(CONTENT_LENGTH);
    }
    Ok(Response::from_parts(head, full(body)))
}

fn rebuild(
    request: &RoutedRequest,
    body: Bytes,
    invocation_id: &str,
) -> Result<Request<Body>, BoxError> {
    let mut rebuilt = Request::new(full(Bytes::new()));
    *rebuilt.method_mut() = request.parts.method.clone();
    *rebuilt.uri_mut() = format!("{}{}", path::forwarded(&request.path), query(request)).parse()?;
    *rebuilt.headers_mut() = joined(&request.parts.headers)?;
    let headers = rebuilt.headers_mut();
    hop_by_hop::remove(headers);
    for name in CONTENT_HEADERS {
        headers.remove(name);
    }
    if request.content_length().is_some_and(|length| length > 0) {
        if let Some(content_type) = request.parts.headers.get(CONTENT_TYPE) {
            headers.insert(CONTENT_TYPE, content_type.clone());
        }
        headers.insert(CONTENT_LENGTH, body.len().into());
        *rebuilt.body_mut() = full(body);
    }
    let headers = rebuilt.headers_mut();
    add(
        headers,
        HeaderName::from_static(HOST_VERSION_HEADER),
        ", ",
        HOST_VERSION,
    )?;
    add(
        headers,
        HeaderName::from_static(INVOCATION_ID_HEADER),
        ", ",
        invocation_id,
    )?;
    add(headers, USER_AGENT, " ", &user_agent())?;
    Ok(rebuilt)
}

/// `QueryHelpers.AddQueryString`.
fn query(request: &RoutedRequest) -> String {
    let encoded = |text: &str| utf8_percent_encode(text, QUERY).to_string();
    let pairs: Vec<String> = request
        .query()
        .iter()
        .map(|(name, value)| format!("{}={}", encoded(name), encoded(value)))
        .collect();
    if pairs.is_empty() {
        String::new()
    } else {
        format!("?{}", pairs.join("&"))
    }
}

fn add(
    headers: &mut HeaderMap,
    name: HeaderName,
    separator: &str,
    value: &str,
) -> Result<(), BoxError> {
    let value = match headers.get(&name) {
        Some(earlier) => [earlier.as_bytes(), separator.as_bytes(), value.as_bytes()].concat(),
        None => value.as_bytes().to_vec(),
    };
    headers.insert(name, HeaderValue::from_bytes(&value)?);
    Ok(())
}

/// The headers as .NET's `HttpClient` writes them: one line for each name.
pub(super) fn joined(headers: &HeaderMap) -> Result<HeaderMap, BoxError> {
    let mut joined = HeaderMap::new();
    for name in headers.keys() {
        let separator = match name.as_str() {
            "cookie" => "; ",
            "user-agent" => " ",
            _ => ", ",
        };
        let values: Vec<&[u8]> = headers
            .get_all(name)
            .iter()
            .map(HeaderValue::as_bytes)
            .collect();
        joined.insert(
            name.clone(),
            HeaderValue::from_bytes(&values.join(separator.as_bytes()))?,
        );
    }
    Ok(joined)
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;

    fn rebuilt(request: http::Request<&'static str>) -> Request<Body> {
        let (parts, body) = request.into_parts();
        let routed = RoutedRequest {
            path: path::decode(parts.uri.path()),
            parts,
            route_values: Map::new(),
        };
        rebuild(&routed, Bytes::from_static(body.as_bytes()), "id-2").unwrap()
    }

    #[test]
    fn the_query_is_written_anew() {
        let request = rebuilt(
            http::Request::get("/api/x?b=1&a=2&B=3&flag&s=a+b%26")
                .body("")
                .unwrap(),
        );
        assert_eq!(request.uri(), "/api/x?b=1%2C3&a=2&flag=&s=a%20b%26");
    }

    #[test]
    fn headers_are_joined_and_added_to() {
        let request = http::Request::post("/")
            .header("x-multi", "a")
            .header("x-multi", "b")
            .header("cookie", "a=1")
            .header("cookie", "b=2")
            .header("user-agent", "curl/8")
            .header("x-azure-functions-invocationid", "forged")
            .header("content-encoding", "gzip")
            .header("content-type", "text/plain")
            .header("content-length", "2")
            .body("hi")
            .unwrap();
        let request = rebuilt(request);
        let headers = request.headers();
        assert_eq!(headers["x-multi"], "a, b");
        assert_eq!(headers["cookie"], "a=1; b=2");
        assert_eq!(
            headers["user-agent"],
            "curl/8 Azure-Functions-Host/4.1037.0.0"
        );
        assert_eq!(headers["x-azure-functions-invocationid"], "forged, id-2");
        assert!(!headers.contains_key("content-encoding"));
        assert_eq!(headers["content-type"], "text/plain");
    }

    #[test]
    fn a_chunked_body_is_dropped() {
        let request = http::Request::post("/")
            .header("transfer-encoding", "chunked")
            .header("content-type", "text/plain");
        let request = rebuilt(request.body("lost").unwrap());
        assert!(!request.headers().contains_key("content-type"));
        assert!(http_body::Body::is_end_stream(request.body()));
    }
}
