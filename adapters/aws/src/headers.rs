//! The headers of a request.

use bytes::Bytes;
use http::StatusCode;
use http::header::{COOKIE, HeaderMap, HeaderName, HeaderValue};
use polyfn_core::Error;

use crate::event::Event;
use crate::pairs::Pairs;
use crate::text::Text;

/// Takes the headers out of the event: the multi-value ones where there are any, else the
/// single ones; API Gateway sends the last value of each name in `headers` as well.
pub(crate) fn take(event: &mut Event<'_>, buffer: &Bytes) -> Result<HeaderMap, Error> {
    let Pairs(pairs) = event
        .multi_value_headers
        .take()
        .filter(|multi| !multi.0.is_empty())
        .or_else(|| event.headers.take())
        .unwrap_or_default();
    let mut headers =
        HeaderMap::try_with_capacity(pairs.len() + 1).map_err(|_| too_many_headers())?;
    for (name, value) in pairs {
        let Some(value) = value else { continue };
        let header_name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| Error::bad_request(format!("{:?} is not a valid header name", &*name)))?;
        let value = header_value(value, buffer).ok_or_else(|| invalid_value(&header_name))?;
        headers
            .try_append(header_name, value)
            .map_err(|_| too_many_headers())?;
    }
    if let Some(cookies) = event.cookies.take().filter(|cookies| !cookies.is_empty()) {
        // One header, as a browser sends it: RFC 6265, 5.4 allows no second.
        let value = match <[Text<'_>; 1]>::try_from(cookies) {
            Ok([cookie]) => header_value(cookie, buffer),
            Err(cookies) => {
                let cookies: Vec<&str> = cookies.iter().map(|cookie| &**cookie).collect();
                HeaderValue::try_from(cookies.join("; ")).ok()
            }
        };
        headers
            .try_insert(COOKIE, value.ok_or_else(|| invalid_value(&COOKIE))?)
            .map_err(|_| too_many_headers())?;
    }
    Ok(headers)
}

/// Shares the value with the event's buffer.
fn header_value(value: Text<'_>, buffer: &Bytes) -> Option<HeaderValue> {
    HeaderValue::from_maybe_shared(value.into_bytes(buffer)).ok()
}

fn invalid_value(name: &HeaderName) -> Error {
    Error::bad_request(format!("the value of the header {name} is not valid"))
}

fn too_many_headers() -> Error {
    Error::new(
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        "the request has too many headers",
    )
}
