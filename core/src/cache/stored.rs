//! A response that is kept.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::StatusCode;
use http::header::{
    AGE, CONNECTION, CONTENT_ENCODING, CONTENT_LANGUAGE, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap,
    HeaderValue,
};
use http::response::Parts;

use super::asked::Asked;
use super::condition::is_held_by;
use super::freshness::Freshness;
use super::moment::Moment;
use crate::{Body, Response};

#[derive(Debug)]
pub(crate) struct Stored {
    /// The one that answered. Two services that share a cache may route the same path to
    /// different functions.
    function: Arc<str>,
    freshness: Freshness,
    /// Also for those who say who they are.
    is_for_everyone: bool,
    status: StatusCode,
    headers: HeaderMap,
    body: Bytes,
}

/// What a header takes besides its name and value.
const HEADER_BYTES: usize = 128;

impl Stored {
    /// Keeps copies: what is given may be a slice of something large, such as the buffer that
    /// another server's response was read into.
    pub(crate) fn new(
        function: Arc<str>,
        freshness: Freshness,
        is_for_everyone: bool,
        head: &Parts,
        body: &Bytes,
    ) -> Self {
        Self {
            function,
            freshness,
            is_for_everyone,
            status: head.status,
            headers: copied(&head.headers),
            body: Bytes::copy_from_slice(body),
        }
    }

    /// The bytes that it takes.
    pub(crate) fn len(&self) -> usize {
        let headers = self.headers.iter();
        let headers = headers.map(|(name, value)| HEADER_BYTES + name.as_str().len() + value.len());
        headers.sum::<usize>() + self.function.len() + self.body.len()
    }

    pub(crate) fn left(&self, now: Moment) -> Duration {
        self.freshness.left(now)
    }

    pub(crate) fn answers(&self, asked: &Asked, now: Moment) -> bool {
        *self.function == *asked.function
            && (self.is_for_everyone || !asked.has_credentials)
            && self.freshness.is_enough_for(&asked.control, now)
    }

    /// The answer to a request with these headers: the response again, or that the client has it
    /// already. To `HEAD` it is the same; the body stays away from what leaves.
    pub(crate) fn response(&self, asked: &HeaderMap, now: Moment) -> Response {
        let mut response = Response::new(Body::empty());
        let mut headers = self.headers.clone();
        headers.insert(AGE, self.freshness.age(now).as_secs().into());
        if self.status.is_success() && is_held_by(asked, &self.headers) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            // About the body that isn't there: RFC 9110, 15.4.5.
            for name in [
                CONTENT_ENCODING,
                CONTENT_LANGUAGE,
                CONTENT_LENGTH,
                CONTENT_TYPE,
            ] {
                headers.remove(name);
            }
        } else {
            *response.status_mut() = self.status;
            *response.body_mut() = self.body.clone().into();
        }
        *response.headers_mut() = headers;
        response
    }
}

/// About one connection: RFC 9110, 7.6.1, and for proxies 11.7.
const NOT_KEPT: [&str; 8] = [
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-authentication-info",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// Copies of all headers save those that are about one connection (RFC 9111, 3.1).
fn copied(headers: &HeaderMap) -> HeaderMap {
    let lines = headers.get_all(CONNECTION).iter();
    let options = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    let options: Vec<_> = options.map(<[u8]>::trim_ascii).collect();
    let is_kept = |name: &str| {
        let is_name = |option: &&[u8]| option.eq_ignore_ascii_case(name.as_bytes());
        !NOT_KEPT.contains(&name) && !options.iter().any(is_name)
    };
    let mut copies = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        // The bytes of a value always are a value.
        let copy = HeaderValue::from_bytes(value.as_bytes());
        if let (true, Ok(mut copy)) = (is_kept(name.as_str()), copy) {
            copy.set_sensitive(value.is_sensitive());
            copies.append(name, copy);
        }
    }
    copies
}
