//! What the head of a request has to say besides being well-formed.
//!
//! hyper has parsed it, and refused what is no HTTP. These rules of [RFC 9112] it leaves to
//! whoever answers.
//!
//! [RFC 9112]: https://www.rfc-editor.org/rfc/rfc9112

use http::header::{CONNECTION, HOST, HeaderValue, TRANSFER_ENCODING};
use http::uri::{PathAndQuery, Uri};
use http::{Method, StatusCode, Version};
use http_body::Body as _;
use polyfn_core::{Error, Request, Result};

/// Brings a request into the form that an app knows, a path and one `Host`.
///
/// # Errors
///
/// When it may not be answered otherwise. The connection is closed then: who frames one request
/// wrongly may have meant to smuggle the next one in.
pub(crate) fn settle(request: &mut Request) -> Result<()> {
    settled(request)
        .map_err(|error| error.with_header(CONNECTION, HeaderValue::from_static("close")))
}

fn settled(request: &mut Request) -> Result<()> {
    one_host(request)?;
    chunked_alone(request)?;
    if request.method() == Method::CONNECT {
        let detail = "CONNECT is for proxies, and this is none";
        return Err(Error::new(StatusCode::NOT_IMPLEMENTED, detail));
    }
    if request.uri().scheme().is_some() {
        return relative(request);
    }
    match request.uri().path() {
        "*" if request.method() == Method::OPTIONS => Ok(()),
        path if path.starts_with('/') => Ok(()),
        _ => Err(Error::bad_request("the target is neither a path nor a URL")),
    }
}

/// RFC 9112, 3.2: without one, or with two, nobody knows whom the request is for.
fn one_host(request: &Request) -> Result<()> {
    let mut hosts = request.headers().get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) if is_host(host.as_bytes()) => Ok(()),
        (Some(_), None) => Err(Error::bad_request("the Host is no name with a port")),
        (Some(_), Some(_)) => Err(Error::bad_request("there is more than one Host")),
        (None, _) if request.version() < Version::HTTP_11 => Ok(()),
        (None, _) => Err(Error::bad_request("there is no Host")),
    }
}

/// What a host and its port are written with (RFC 3986, 3.2.2): no user, no path, no blank.
const OF_HOST: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        table[byte as usize] = !matches!(
            byte,
            b'"' | b'#'
                | b'/'
                | b'<'
                | b'>'
                | b'?'
                | b'@'
                | b'\\'
                | b'^'
                | b'`'
                | b'{'
                | b'|'
                | b'}'
        );
        byte += 1;
    }
    table
};

fn is_host(text: &[u8]) -> bool {
    text.iter().all(|byte| OF_HOST[usize::from(*byte)])
}

/// RFC 9112, 6.1: a body in a coding that is not understood is none to hand on. hyper has seen
/// to it that `chunked` comes last.
fn chunked_alone(request: &Request) -> Result<()> {
    if request.body().is_end_stream() {
        return Ok(());
    }
    let mut codings = request.headers().get_all(TRANSFER_ENCODING).iter();
    let Some(coding) = codings.next() else {
        return Ok(());
    };
    if coding.as_bytes().eq_ignore_ascii_case(b"chunked") && codings.next().is_none() {
        return Ok(());
    }
    let detail = "of the transfer codings only chunked is understood, once";
    Err(Error::new(StatusCode::NOT_IMPLEMENTED, detail))
}

/// RFC 9112, 3.2.2: what a URL says of the host goes before the header.
fn relative(request: &mut Request) -> Result<()> {
    let authority = request.uri().authority().map_or("", |host| host.as_str());
    // A user is not for the wire (RFC 9110, 4.2.4).
    if !is_host(authority.as_bytes()) {
        return Err(Error::bad_request("the URL's host is no name with a port"));
    }
    let host = HeaderValue::from_str(authority)
        .map_err(|error| Error::bad_request(format!("the URL's host: {error}")))?;
    let path = request.uri().path_and_query().cloned();
    *request.uri_mut() = Uri::from(path.unwrap_or(PathAndQuery::from_static("/")));
    request.headers_mut().insert(HOST, host);
    Ok(())
}
