//! A request that delivers.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, FROM, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use crate::Error;
use crate::error::Kind;

/// The headers and the body of a POST.
#[derive(Debug)]
pub(in crate::cloud_run) struct Push {
    pub(in crate::cloud_run) headers: HeaderMap,
    pub(in crate::cloud_run) body: Bytes,
}

impl Push {
    pub(super) fn new(body: impl Into<Bytes>) -> Self {
        Self {
            headers: HeaderMap::new(),
            body: body.into(),
        }
    }

    /// JSON of that content type.
    pub(super) fn json(content_type: &'static str, body: &Value) -> Self {
        let mut push = Self::new(body.to_string());
        push.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        push
    }

    /// The same with one more header.
    pub(super) fn header(mut self, name: &str, value: &str) -> Result<Self, Error> {
        let name = HeaderName::from_bytes(name.as_bytes());
        let name = name.map_err(|_| Kind::InvalidHeader(value.to_owned()))?;
        let text = HeaderValue::from_str(value);
        let text = text.map_err(|_| Kind::InvalidHeader(value.to_owned()))?;
        self.headers.insert(name, text);
        Ok(self)
    }

    /// The same as Pub/Sub sends it, for itself and for Eventarc
    /// (<https://developers.google.com/search/docs/crawling-indexing/apis-user-agent>).
    pub(super) fn by_pubsub(mut self) -> Self {
        const AGENT: &str =
            "APIs-Google; (+https://developers.google.com/webmasters/APIs-Google.html)";
        self.headers
            .insert(USER_AGENT, HeaderValue::from_static(AGENT));
        self.headers
            .insert(FROM, HeaderValue::from_static("noreply@google.com"));
        self.headers
            .insert(ACCEPT, HeaderValue::from_static("application/json"));
        self
    }
}
