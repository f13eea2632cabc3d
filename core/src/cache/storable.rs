//! Whether a response may be kept.

use std::time::Duration;

use http::StatusCode;
use http::header::{CONTENT_RANGE, HeaderName, SET_COOKIE};

use super::asked::Asked;
use super::control::ResponseControl;
use super::freshness::Freshness;
use super::moment::Moment;
use super::varying::varies_by;
use crate::{Response, error_of};

/// What a shared cache has to know of a response that it may keep: [RFC 9111, 3].
///
/// [RFC 9111, 3]: https://www.rfc-editor.org/rfc/rfc9111#section-3
pub(crate) struct Storable {
    pub(crate) freshness: Freshness,
    /// Also for those who say who they are.
    pub(crate) is_for_everyone: bool,
    pub(crate) varies_by: Vec<HeaderName>,
}

impl Storable {
    /// `None` for a response that may not be kept, or would be stale at once.
    pub(crate) fn of(asked: &Asked, response: &Response, ttl: Duration) -> Option<Self> {
        let headers = response.headers();
        let control = ResponseControl::of(headers);
        let is_for_everyone = control.is_for_everyone();
        if asked.control.no_store
            || control.no_store
            || control.no_cache
            || control.private
            || (asked.has_credentials && !is_for_everyone)
            || !is_cacheable(response.status())
            || headers.contains_key(SET_COOKIE)
            || headers.contains_key(CONTENT_RANGE)
            || error_of(response).is_some()
        {
            return None;
        }
        let freshness = Freshness::of(&control, headers, asked.at, ttl);
        if freshness.left(Moment::now()).is_zero() {
            return None;
        }
        Some(Self {
            freshness,
            is_for_everyone,
            varies_by: varies_by(headers)?,
        })
    }
}

/// Those that may be kept without being told so, save 206: RFC 9110, 15.1.
fn is_cacheable(status: StatusCode) -> bool {
    matches!(
        status.as_u16(),
        200 | 203 | 204 | 300 | 301 | 308 | 404 | 405 | 410 | 414 | 501
    )
}
