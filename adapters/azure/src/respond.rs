//! One request of the host, whichever of its kinds it is.

use std::sync::Arc;
use std::time::SystemTime;

use http::header::CONTENT_TYPE;
use http::uri::{PathAndQuery, Uri};
use http::{HeaderMap, Method, StatusCode};
use polyfn_core::{
    AppService, Context, Error, IntoResponse, Request, RequestExt, Response, Result, Target,
    TraceContext,
};
use tokio::sync::watch;

use crate::InvocationError;
use crate::app_root::{AppRoot, HttpMode};
use crate::decode::decode;
use crate::deployed::Deployed;
use crate::encode::encode;
use crate::function_json::FunctionJson;

/// The header that tells a call from a probe; the second one is the proxying mode's.
const INVOCATION_IDS: [&str; 2] = ["x-azure-functions-invocationid", "x-ms-invocation-id"];

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
    match root.http_mode {
        HttpMode::Plain => plain(root, deployed.whole(), context, request).await,
        HttpMode::Invocation => invocation(root, &deployed, context, request).await,
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
    let decoded = match request.bytes().await {
        Ok(call) => decoded(function, &call),
        Err(error) => return error.into_reported_response(&context),
    };
    let response = match decoded {
        Ok(http) => {
            // The caller's own trace, where it has one; the host's is only around it.
            let trace = TraceContext::from_headers(http.headers()).or(context.trace());
            let context = context.clone().with_trace(trace);
            plain(root, deployed.folder(&folder), context, http).await
        }
        Err(InvocationError::BadRequest(detail)) => {
            Error::bad_request(detail).into_reported_response(&context)
        }
        // Anything but 2xx fails the invocation, and the host reports it.
        Err(error) => return Error::from(error).into_reported_response(&context),
    };
    let output = function.and_then(FunctionJson::http_output);
    match encode(output.unwrap_or("res"), response).await {
        Ok(json) => ([(CONTENT_TYPE, "application/json")], json).into_response(),
        Err(error) => error.into_reported_response(&context),
    }
}

/// A function whose file says that something else triggers it takes no HTTP, whatever its
/// data look like.
fn decoded(function: Option<&FunctionJson>, call: &[u8]) -> Result<Request, InvocationError> {
    match function.map(FunctionJson::http_trigger) {
        Some(None) => Err(InvocationError::NotHttp {
            why: "its function.json has no httpTrigger".to_owned(),
        }),
        known => decode(known.flatten(), call),
    }
}

#[cfg(test)]
mod tests;
