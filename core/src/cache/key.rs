//! What a kept response is found by.

use http::header::{HOST, HeaderMap, HeaderName, HeaderValue};

use crate::Request;

/// A key of its own bytes: a slice of a request would keep the whole buffer alive that the
/// request was read into.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// Host, path and query, as they were sent.
    Target(Box<[u8]>),
    /// The number of a target, and the values of the request headers that its responses vary by.
    Variant(u64, Box<[u8]>),
}

impl Key {
    /// `None` where the request names more than one host, since which of them the function goes
    /// by is not known.
    pub(crate) fn of(request: &Request) -> Option<Self> {
        let uri = request.uri();
        let in_headers = request.headers().get_all(HOST).iter();
        let in_uri = uri
            .authority()
            .map(|authority| authority.as_str().as_bytes());
        let mut hosts = in_uri
            .into_iter()
            .chain(in_headers.map(HeaderValue::as_bytes));
        let host = hosts.next().unwrap_or_default();
        if !hosts.all(|other| other.eq_ignore_ascii_case(host)) {
            return None;
        }
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        // Neither of the two can hold a line's end.
        let target = [&host.to_ascii_lowercase(), path.as_bytes()].join(&b'\n');
        Some(Self::Target(target.into()))
    }

    /// Of the target with that number, asked for with these headers.
    pub(crate) fn variant(number: u64, names: &[HeaderName], headers: &HeaderMap) -> Self {
        let mut values = Vec::new();
        for name in names {
            for value in headers.get_all(name) {
                values.extend_from_slice(value.as_bytes());
                values.push(b'\n');
            }
            // No value holds such a byte, so that the values of two names are never confused.
            values.push(0);
        }
        Self::Variant(number, values.into())
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Target(bytes) | Self::Variant(_, bytes) => bytes.len(),
        }
    }
}
