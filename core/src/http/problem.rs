//! Errors as HTTP answers: problem documents after [RFC 9457].
//!
//! [RFC 9457]: https://www.rfc-editor.org/rfc/rfc9457

use std::sync::Arc;

use http::header::{CONTENT_TYPE, HeaderValue};
use serde::Serialize;

use crate::{Body, Context, Error, IntoResponse, Response};

const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

#[derive(Serialize)]
struct Problem<'a> {
    title: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invocation_id: Option<&'a str>,
}

/// The error behind a response, kept beside it so that it is reported once and the adapter
/// can say what its platform wants to hear.
#[derive(Clone)]
struct Cause {
    error: Arc<Error>,
    reported: bool,
}

/// The [`Error`] that a response was made of, if it was made of one.
///
/// ```
/// use polyfn_core::{Error, IntoResponse, error_of};
///
/// let response = Error::not_found("no such user").into_response();
/// assert_eq!(error_of(&response).unwrap().detail(), Some("no such user"));
/// ```
pub fn error_of(response: &Response) -> Option<&Error> {
    response
        .extensions()
        .get::<Cause>()
        .map(|cause| &*cause.error)
}

impl Error {
    /// Logs the error and answers with it: for adapters, which refuse some requests before
    /// they reach the app.
    pub fn into_reported_response(self, context: &Context) -> Response {
        let mut response = self.into_response();
        report(&mut response, context);
        response
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        response(Arc::new(self), None)
    }
}

/// The answer with an error that is in the log already, as an event's is.
pub fn problem_response(error: &Arc<Error>, context: &Context) -> Response {
    response(Arc::clone(error), Some(context.invocation_id()))
}

/// An error whose document names the invocation is reported.
fn response(error: Arc<Error>, invocation_id: Option<&str>) -> Response {
    let mut response = Response::new(document(&error, invocation_id));
    *response.status_mut() = error.status();
    let headers = response.headers_mut();
    headers.extend(error.headers().clone());
    headers.insert(CONTENT_TYPE, PROBLEM_JSON);
    response.extensions_mut().insert(Cause {
        error,
        reported: invocation_id.is_some(),
    });
    response
}

/// Logs the error of a response, if it is one that was not reported yet, and puts the
/// invocation's id into the problem document so that the caller can name it.
pub(crate) fn report(response: &mut Response, context: &Context) {
    let Some(cause) = response.extensions_mut().get_mut::<Cause>() else {
        return;
    };
    if std::mem::replace(&mut cause.reported, true) {
        return;
    }
    let error = Arc::clone(&cause.error);
    let (invocation_id, function) = (context.invocation_id(), context.function());
    let (status, told) = (error.status().as_u16(), error.for_log());
    if error.status().is_server_error() {
        tracing::error!(
            invocation_id,
            function,
            status,
            error = told,
            "invocation failed"
        );
    } else {
        tracing::debug!(
            invocation_id,
            function,
            status,
            error = told,
            "request refused"
        );
    }
    // A handler may have put a body of its own in the document's place.
    if response.body().as_bytes() == document(&error, None).as_bytes() {
        *response.body_mut() = document(&error, Some(invocation_id));
    }
}

fn document(error: &Error, invocation_id: Option<&str>) -> Body {
    let problem = Problem {
        title: error.status().canonical_reason().unwrap_or("Error"),
        status: error.status().as_u16(),
        detail: error.detail(),
        invocation_id,
    };
    // A struct of strings and numbers has no way to fail; were there one, the status alone
    // still tells the caller what happened.
    serde_json::to_vec(&problem).map_or_else(|_| Body::empty(), Body::from)
}
