//! Calls in invocation form: JSON in, JSON out, named after the function's folder.

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING};
use http::{Method, StatusCode};
use polyfn_core::{Context, Error, IntoResponse, Request, RequestExt, Response, TraceContext};

use crate::app_root::{AppRoot, HttpMode};
use crate::decode::decode;
use crate::deployed::Deployed;
use crate::encode::encode;
use crate::events::{EventTrigger, SUPPORTED, invoke};
use crate::function_json::{Binding, FunctionJson};
use crate::plain::{CORRELATION_ID, plain};
use crate::respond::Front;
use crate::warmup::{is_warmup, warmed_up};
use crate::{AzureInvocation, InvocationError};

/// Whether the call is JSON, rather than an HTTP request as it came.
///
/// In the modes that hand HTTP requests over as they are, all other functions are called in
/// invocation form still, and the path alone does not tell: a route may be a folder's name. So
/// it is told by what nobody but the host can send. The proxy gives every request its
/// correlation header, and invocations have none (`DefaultHttpProxyService.cs`). Forwarded bodies
/// have a `Content-Length`, those of a client without one being dropped (`ToHttpRequestMessage` in
/// `HttpRequestExtensions.cs`), where invocations are chunked.
pub(crate) fn is_invocation(root: &AppRoot, request: &Request) -> bool {
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

/// Answers such a call: with events, or with the HTTP request that it stands for.
pub(crate) async fn invocation(
    front: &Front,
    deployed: &Deployed,
    context: Context,
    mut request: Request,
) -> Response {
    let root = &front.root;
    let folder = request.uri().path().trim_start_matches('/').to_owned();
    let function = root.function(&folder);
    let call = match request.bytes().await {
        Ok(call) => call,
        Err(error) => return error.into_reported_response(&context),
    };
    if let Some(binding) = function.and_then(FunctionJson::event_trigger) {
        if is_warmup(deployed.whole(), &folder, binding) {
            return warmed_up(deployed.whole(), &context).await;
        }
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
            plain(front, deployed.folder(&folder), context, http).await
        }
        Err(InvocationError::BadRequest(detail)) => {
            Error::bad_request(detail).into_reported_response(&context)
        }
        // Anything but 2xx fails the invocation, and the host reports it.
        Err(error) => {
            let detail = error.to_string();
            let error = Error::new(StatusCode::INTERNAL_SERVER_ERROR, detail).with_source(error);
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
