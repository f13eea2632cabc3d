//! One request, from the platform's form to the app's and back.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue};
use polyfn_core::{AppService, Context, Error, Request, Response, Target, error_of};

use crate::trace::trace_of;

const STATUS: HeaderName = HeaderName::from_static("x-google-status");

/// Browsers ask for these by themselves; the Functions Framework contract keeps them from
/// the function.
const NOT_FOR_FUNCTIONS: [&str; 2] = ["/robots.txt", "/favicon.ico"];

pub(crate) async fn respond(
    service: &AppService,
    timeout: Option<Duration>,
    request: Request,
) -> Response {
    let context = context(request.headers(), timeout);
    if NOT_FOR_FUNCTIONS.contains(&request.uri().path()) {
        return Error::not_found("the platform keeps this path for itself")
            .into_reported_response(&context);
    }
    let mut response = service.respond(context, request).await;
    if let Some(status) = google_status(&response) {
        response.headers_mut().insert(STATUS, status);
    }
    response
}

fn context(headers: &HeaderMap, timeout: Option<Duration>) -> Context {
    let execution_id = headers
        .get("function-execution-id")
        .and_then(|id| id.to_str().ok())
        .map_or_else(Context::fresh_invocation_id, ToOwned::to_owned);
    let context = Context::new(Target::Gcp, execution_id).with_trace(trace_of(headers));
    match timeout {
        Some(timeout) => context.with_deadline(SystemTime::now() + timeout),
        None => context,
    }
}

/// What the official frameworks say of a 500: `crash` for a panic, `error` for a handler's
/// error.
fn google_status(response: &Response) -> Option<HeaderValue> {
    let error = error_of(response)?;
    error
        .status()
        .is_server_error()
        .then(|| HeaderValue::from_static(if error.is_panic() { "crash" } else { "error" }))
}
