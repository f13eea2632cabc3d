//! The invocation mode's HTTP trigger: the host's JSON to a request.
//!
//! The form is that of `GetRequestAsJObject` in the host's `HttpRequestExtensions.cs`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use http::uri::PathAndQuery;
use http::{Method, Uri};
use polyfn_core::{Body, Request};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::InvocationError;
use crate::pairs::Pairs;

/// What the trigger is called by convention.
const CONVENTIONAL: &str = "req";

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(rename = "Data", borrow)]
    data: BTreeMap<String, &'a RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct HttpTrigger<'a> {
    #[serde(borrow)]
    url: Cow<'a, str>,
    #[serde(borrow)]
    method: Cow<'a, str>,
    /// Read apart, so that a wrong one is told from a datum that is no request.
    #[serde(borrow)]
    headers: &'a RawValue,
    #[serde(borrow, default)]
    body: Option<&'a RawValue>,
}

/// Reads a call of the host as the HTTP request that it stands for.
///
/// `trigger` is the name of the function's `httpTrigger` binding, which tells the request
/// from the function's other data. Where it is not known, the request is `req`, or else the
/// only datum.
///
/// ```
/// let call = br#"{"Data":{"req":{"Url":"http://example.org/api/hello?name=Ada","Method":"GET",
///     "Headers":{"Accept":["*/*"]}}},"Metadata":{}}"#;
/// let request = polyfn_azure::decode(Some("req"), call).unwrap();
/// assert_eq!(request.uri(), "/api/hello?name=Ada");
/// ```
///
/// # Errors
///
/// When it is no invocation, not for an HTTP trigger, or holds what HTTP does not allow.
pub fn decode(trigger: Option<&str>, call: &[u8]) -> Result<Request, InvocationError> {
    let envelope: Envelope<'_> = serde_json::from_slice(call)?;
    let (name, datum) = pick(trigger, &envelope.data)?;
    let trigger: HttpTrigger<'_> = serde_json::from_str(datum.get()).map_err(|error| {
        if error.is_data() {
            let why = format!("{name:?} is no object with a Url, a Method and Headers ({error})");
            InvocationError::NotHttp { why }
        } else {
            bad(format!("{name:?} can't be read: {error}"))
        }
    })?;
    let headers = headers(trigger.headers)?;
    let body = match trigger.body {
        Some(body) => body_of(body, &headers)?,
        None => Body::empty(),
    };
    let mut request = Request::new(body);
    *request.method_mut() = Method::from_bytes(trigger.method.as_bytes())
        .map_err(|_| bad(format!("{:?} is no HTTP method", trigger.method)))?;
    *request.uri_mut() = target(&trigger.url)?;
    *request.headers_mut() = headers;
    Ok(request)
}

/// The datum that is the request, by its name alone: what the others hold may be anybody's.
fn pick<'a>(
    trigger: Option<&'a str>,
    data: &'a BTreeMap<String, &'a RawValue>,
) -> Result<(&'a str, &'a RawValue), InvocationError> {
    let name = trigger.unwrap_or(CONVENTIONAL);
    if let Some(datum) = data.get(name) {
        return Ok((name, datum));
    }
    match data.iter().next() {
        Some((only, datum)) if trigger.is_none() && data.len() == 1 => Ok((only, datum)),
        _ => {
            let names: Vec<_> = data.keys().map(String::as_str).collect();
            let why = format!("there is no {name:?} in its data ({})", names.join(", "));
            Err(InvocationError::NotHttp { why })
        }
    }
}

fn bad(detail: String) -> InvocationError {
    InvocationError::BadRequest(detail)
}

/// Path and query of the URL, both raw as the client sent them.
fn target(url: &str) -> Result<Uri, InvocationError> {
    let after_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    let start = after_scheme.find(['/', '?']).unwrap_or(after_scheme.len());
    PathAndQuery::try_from(&after_scheme[start..])
        .map(Uri::from)
        .map_err(|error| bad(format!("{url:?} is no valid URL: {error}")))
}

fn headers(raw: &RawValue) -> Result<HeaderMap, InvocationError> {
    let pairs: Pairs = serde_json::from_str(raw.get())
        .map_err(|error| bad(format!("the headers can't be read: {error}")))?;
    let mut headers = HeaderMap::with_capacity(pairs.len());
    for (name, value) in pairs.iter() {
        let (Ok(key), Ok(header)) = (
            HeaderName::from_bytes(name.as_bytes()),
            HeaderValue::from_bytes(value.as_bytes()),
        ) else {
            return Err(bad(format!("{name:?}: {value:?} is no valid header")));
        };
        headers.append(key, header);
    }
    Ok(headers)
}

/// The host gives text as a string, and bytes in base64 where the content type says that
/// they are bytes. Some hosts and published samples give JSON as it is.
fn body_of(raw: &RawValue, headers: &HeaderMap) -> Result<Body, InvocationError> {
    let text: Cow<'_, str> = match raw.get().as_bytes() {
        b"null" => return Ok(Body::empty()),
        [b'"', ..] => serde_json::from_str(raw.get())
            .map_err(|error| bad(format!("the body is no valid string: {error}")))?,
        json => return Ok(Bytes::copy_from_slice(json).into()),
    };
    if !is_octets(headers) {
        return Ok(text.into_owned().into());
    }
    base64_simd::STANDARD
        .decode_to_vec(text.as_bytes())
        .map(Body::from)
        .map_err(|error| bad(format!("the body is not valid base64: {error}")))
}

fn is_octets(headers: &HeaderMap) -> bool {
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    let is_multipart = |(kind, _): (&str, &str)| kind.eq_ignore_ascii_case("multipart");
    essence.eq_ignore_ascii_case("application/octet-stream")
        || essence.split_once('/').is_some_and(is_multipart)
}

#[cfg(test)]
mod tests;
