//! What a request asks of the cache.

use std::sync::Arc;

use http::Method;
use http::header::{AUTHORIZATION, COOKIE, IF_MATCH, IF_RANGE, IF_UNMODIFIED_SINCE, RANGE};
use http_body::Body as _;

use super::control::RequestControl;
use super::key::Key;
use super::moment::Moment;
use crate::{Request, RequestExt};

pub(crate) struct Asked {
    pub(crate) target: Key,
    pub(crate) function: Arc<str>,
    pub(crate) is_head: bool,
    /// Whether it says who asks.
    pub(crate) has_credentials: bool,
    pub(crate) control: RequestControl,
    pub(crate) at: Moment,
}

impl Asked {
    /// `None` where only the function can answer: another method, a part of a response, a
    /// condition that is for the origin alone (RFC 9111, 4.3.2), a body that the answer may
    /// depend on.
    pub(crate) fn of(request: &Request) -> Option<Self> {
        let is_head = match *request.method() {
            Method::GET => false,
            Method::HEAD => true,
            _ => return None,
        };
        let headers = request.headers();
        let for_the_origin = [RANGE, IF_RANGE, IF_MATCH, IF_UNMODIFIED_SINCE];
        if for_the_origin.iter().any(|name| headers.contains_key(name))
            || !request.body().is_end_stream()
        {
            return None;
        }
        Some(Self {
            target: Key::of(request)?,
            function: request.context().function().into(),
            is_head,
            has_credentials: headers.contains_key(AUTHORIZATION) || headers.contains_key(COOKIE),
            control: RequestControl::of(headers),
            at: Moment::now(),
        })
    }
}
