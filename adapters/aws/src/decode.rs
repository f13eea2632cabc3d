//! From an event to a request.

use base64_simd::STANDARD;
use bytes::Bytes;
use http::Method;
use polyfn_core::{Body, Error, Request};

use crate::decode_error::DecodeError;
use crate::event::Event;
use crate::shape::Shape;
use crate::{headers, salvage, target};

/// An event that is an HTTP request.
#[derive(Debug)]
pub struct HttpInvocation {
    /// The form that the answer must have.
    pub shape: Shape,
    /// The request, or the error that the client gets because it sent none that HTTP allows.
    pub request: Result<Request, Error>,
}

/// Reads an event. Headers and a body without JSON escapes share the event's buffer.
///
/// ```
/// let event = br#"{
///     "version": "2.0",
///     "rawPath": "/prod/hello",
///     "rawQueryString": "name=Ada",
///     "headers": {"accept": "*/*"},
///     "requestContext": {
///         "http": {"method": "GET"},
///         "stage": "prod",
///         "domainName": "abc.execute-api.eu-west-1.amazonaws.com"
///     }
/// }"#;
/// let invocation = polyfn_aws::decode(event.as_slice().into()).unwrap();
/// assert_eq!(invocation.shape, polyfn_aws::Shape::HttpApi);
/// assert_eq!(invocation.request.unwrap().uri(), "/hello?name=Ada");
/// ```
///
/// # Errors
///
/// When the event is no JSON object, or has no shape that is known.
pub fn decode(event: Bytes) -> Result<HttpInvocation, DecodeError> {
    let text = std::str::from_utf8(&event).map_err(DecodeError::not_utf8)?;
    request_of(&event, text).map_err(|not_http| not_http.explain(text))
}

/// Why an event is no HTTP request that is known.
pub(crate) enum NotHttp {
    /// It says nothing that a front says.
    Shapeless,
    /// It can't be read as a request, and is perhaps none.
    Unreadable(serde_json::Error),
}

impl NotHttp {
    pub(crate) fn explain(&self, event: &str) -> DecodeError {
        match self {
            Self::Shapeless => DecodeError::unknown(event),
            Self::Unreadable(error) => DecodeError::explain(event, error),
        }
    }
}

/// The request that the event is; `text` is the text of `event`.
// What it returns is large, and requests are in a hurry.
#[inline]
pub(crate) fn request_of(event: &Bytes, text: &str) -> Result<HttpInvocation, NotHttp> {
    // A struct would be read from an array as well.
    if !text.trim_ascii_start().starts_with('{') {
        return Err(NotHttp::Shapeless);
    }
    let mut parsed: Event<'_> = match serde_json::from_str(text) {
        Ok(parsed) => parsed,
        Err(error) => {
            return match salvage::shape(text) {
                Some(shape) => Ok(misfit(shape, &error)),
                None => Err(NotHttp::Unreadable(error)),
            };
        }
    };
    let shape = Shape::of(&parsed).ok_or(NotHttp::Shapeless)?;
    Ok(HttpInvocation {
        shape,
        request: request(&mut parsed, shape, event),
    })
}

/// A request of a known shape with a field of a wrong type: somebody who invokes the function
/// by hand has written it, and can be told.
fn misfit(shape: Shape, error: &serde_json::Error) -> HttpInvocation {
    let refused = Error::bad_request(format!("the event is malformed: {error}"));
    HttpInvocation {
        shape,
        request: Err(refused),
    }
}

fn request(event: &mut Event<'_>, shape: Shape, buffer: &Bytes) -> Result<Request, Error> {
    let mut request = Request::new(Body::empty());
    *request.method_mut() = method(event, shape)?;
    *request.uri_mut() = target::uri(event, shape)?;
    *request.headers_mut() = headers::take(event, buffer)?;
    *request.body_mut() = body(event, buffer)?.into();
    Ok(request)
}

fn method(event: &Event<'_>, shape: Shape) -> Result<Method, Error> {
    let method = match shape {
        Shape::HttpApi | Shape::FunctionUrl => event
            .request_context
            .as_ref()
            .and_then(|context| context.http.as_ref()?.method.as_deref()),
        Shape::VpcLattice => event.method.as_deref(),
        Shape::RestApi | Shape::HttpApiFormat1 | Shape::AlbSingleValue | Shape::AlbMultiValue => {
            event.http_method.as_deref()
        }
    };
    let method = method.ok_or_else(|| Error::bad_request("the request has no method"))?;
    Method::from_bytes(method.as_bytes())
        .map_err(|_| Error::bad_request(format!("{method:?} is not a valid method")))
}

fn body(event: &mut Event<'_>, buffer: &Bytes) -> Result<Bytes, Error> {
    let Some(body) = event.body.take() else {
        return Ok(Bytes::new());
    };
    if event.is_base64_encoded != Some(true) {
        return Ok(body.into_bytes(buffer));
    }
    STANDARD
        .decode_to_vec(body.as_bytes())
        .map(Bytes::from)
        .map_err(|_| {
            Error::bad_request("the body is not valid base64, though it is marked as such")
        })
}
