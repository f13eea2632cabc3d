//! One request of the host, whichever of its kinds it is.

use std::sync::Arc;
use std::time::SystemTime;

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::uri::{PathAndQuery, Uri};
use http::{HeaderMap, Method, StatusCode};
use polyfn_core::{
    AppService, Context, Error, IntoResponse, Request, RequestExt, Response, Result, Target,
    TraceContext,
};
use tokio::sync::watch;

use crate::app_root::{AppRoot, HttpMode};
use crate::decode::decode;
use crate::deployed::Deployed;
use crate::encode::encode;
use crate::events::{EventTrigger, SUPPORTED, invoke};
use crate::function_json::{Binding, FunctionJson};
use crate::{AzureInvocation, InvocationError};

/// The header that tells a call from a probe; the second one is the proxying mode's.
const INVOCATION_IDS: [&str; 2] = ["x-azure-functions-invocationid", CORRELATION_ID];

const CORRELATION_ID: &str = "x-ms-invocation-id";

pub(crate) async fn respond(
    root: &AppRoot,
    mut started: watch::Receiver<Option<Arc<Deployed>>>,
    request: Request,
) -> Response {
    let Some(invocation_id) = invocation_id(request.headers()) else {
        return probed(&request);
    };
    let deployed = match started.wait_for(Option::is_some).await {
        Ok(deployed) => deployed.clone(),
        Err(_) => None,
    };
    let Some(deployed) = deployed else {
        return Error::unavailable("the app has not started").into_response();
    };
    let context = context(root, invocation_id, request.headers());
    if is_invocation(root, &request) {
        invocation(root, &deployed, context, request).await
    } else {
        plain(root, deployed.whole(), context, request).await
    }
}

/// The host asks `GET /` whether anybody is there. Nothing else comes without an id.
fn probed(request: &Request) -> Response {
    if request.method() == Method::GET && request.uri().path() == "/" {
        return StatusCode::OK.into_response();
    }
    let (method, path) = (request.method(), request.uri().path());
    tracing::warn!(%method, path, "a request without an invocation id was refused");
    Error::bad_request("the request has no invocation id: it does not come from the Functions host")
        .into_response()
}

/// A client can send an id of its own, which the host leaves there: the host's comes last.
fn invocation_id(headers: &HeaderMap) -> Option<String> {
    let last = INVOCATION_IDS
        .iter()
        .find_map(|name| headers.get_all(*name).iter().next_back())?;
    Some(match last.as_bytes() {
        b"" => Context::fresh_invocation_id(),
        id => String::from_utf8_lossy(id).into_owned(),
    })
}

fn context(root: &AppRoot, invocation_id: String, headers: &HeaderMap) -> Context {
    // A time beyond what the clock can tell is as good as none.
    let deadline = root
        .timeout
        .and_then(|timeout| SystemTime::now().checked_add(timeout));
    Context::new(Target::Azure, invocation_id)
        .with_trace(TraceContext::from_headers(headers))
        .with_deadline(deadline)
}

/// Whether the call is JSON, rather than an HTTP request as it came.
///
/// In the modes that hand HTTP requests over as they are, all other functions are called in
/// invocation form still, and the path alone does not tell: a route may be a folder's name. So
/// it is told by what nobody but the host can send. The proxy gives every request its
/// correlation header, and invocations have none (`DefaultHttpProxyService.cs`). Forwarded bodies
/// have a `Content-Length`, those of a client without one being dropped (`ToHttpRequestMessage` in
/// `HttpRequestExtensions.cs`), where invocations are chunked.
fn is_invocation(root: &AppRoot, request: &Request) -> bool {
    if root.http_mode == HttpMode::Invocation {
        return true;
    }
    let headers = request.headers();
    let is_chunked = headers.get(TRANSFER_ENCODING).is_some_and(|coding| {
        coding.as_bytes().eq_ignore_ascii_case(b"chunked") && !headers.contains_key(CONTENT_LENGTH)
    });
    let uri = request.uri();
    let folder = uri.path().strip_prefix('/').unwrap_or_default();
    request.method() == Method::POST
        && is_chunked
        && !headers.contains_key(CORRELATION_ID)
        && uri.query().is_none()
        && root
            .function(folder)
            .is_some_and(|function| !function.is_http_in_and_out())
}

async fn plain(
    root: &AppRoot,
    service: &AppService,
    context: Context,
    mut request: Request,
) -> Response {
    match unprefixed(root, request.uri()) {
        Ok(uri) => {
            *request.uri_mut() = uri;
            service.respond(context, request).await
        }
        Err(error) => error.into_reported_response(&context),
    }
}

fn unprefixed(root: &AppRoot, uri: &Uri) -> Result<Uri> {
    let path = root.unprefixed(uri.path());
    if path.len() == uri.path().len() {
        return Ok(uri.clone());
    }
    let mut target = path.to_owned();
    if let Some(query) = uri.query() {
        target.push('?');
        target.push_str(query);
    }
    let target = PathAndQuery::try_from(target)
        .map_err(|error| Error::bad_request(format!("the path is not valid: {error}")))?;
    Ok(Uri::from(target))
}

/// The invocation mode: JSON in, JSON out, named after the function's folder.
async fn invocation(
    root: &AppRoot,
    deployed: &Deployed,
    context: Context,
    mut request: Request,
) -> Response {
    let folder = request.uri().path().trim_start_matches('/').to_owned();
    let function = root.function(&folder);
    let call = match request.bytes().await {
        Ok(call) => call,
        Err(error) => return error.into_reported_response(&context),
    };
    if let Some(binding) = function.and_then(FunctionJson::event_trigger) {
        return match EventTrigger::new(&folder, binding, &root.app_settings) {
            Some(trigger) => invoke(deployed.folder(&folder), &trigger, &call, &context).await,
            None => unsupported(root, &folder, binding).into_reported_response(&context),
        };
    }
    let response = match decoded(root, &folder, &call) {
        Ok(http) => {
            // The caller's own trace, where it has one; the host's is only around it.
            let trace = TraceContext::from_headers(http.headers()).or(context.trace());
            let context = context.clone().with_trace(trace);
            let context = context.with_native(AzureInvocation::new(call));
            plain(root, deployed.folder(&folder), context, http).await
        }
        Err(InvocationError::BadRequest(detail)) => {
            Error::bad_request(detail).into_reported_response(&context)
        }
        // Anything but 2xx fails the invocation, and the host reports it.
        Err(error) => {
            let error = Error::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string());
            return error.into_reported_response(&context);
        }
    };
    let output = function.and_then(FunctionJson::http_output);
    match encode(output.unwrap_or("res"), response).await {
        Ok(json) => ([(CONTENT_TYPE, "application/json")], json).into_response(),
        Err(error) => error.into_reported_response(&context),
    }
}

fn unsupported(root: &AppRoot, folder: &str, binding: &Binding) -> Error {
    let file = root.function_json(folder);
    let kind = binding.kind();
    let detail = format!(
        "{}: the trigger {kind:?} is not supported; these are: httpTrigger, {SUPPORTED}",
        file.display()
    );
    Error::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
}

/// Without a file a call may still be an HTTP request, which tells so itself.
fn decoded(root: &AppRoot, folder: &str, call: &[u8]) -> Result<Request, InvocationError> {
    let function = root.function(folder);
    match function.map(FunctionJson::http_trigger) {
        Some(None) => Err(InvocationError::NotHttp {
            why: "its function.json has no trigger".to_owned(),
        }),
        Some(known) => decode(known, call),
        None => decode(None, call).map_err(|error| match error {
            InvocationError::NotHttp { why } => InvocationError::NotHttp {
                why: format!(
                    "{why}, and what else it is nobody tells: there is no {}",
                    root.function_json(folder).display()
                ),
            },
            other => other,
        }),
    }
}

#[cfg(test)]
mod tests;
