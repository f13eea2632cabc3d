//! One request of the host, whichever of its kinds it is.

use std::sync::Arc;
use std::time::SystemTime;

use http::{HeaderMap, Method, StatusCode};
use polyfn_core::{Context, Error, IntoResponse, Request, Response, Target, TraceContext};
use polyfn_server::{Concurrency, Probes};
use tokio::sync::watch;

use crate::app_root::AppRoot;
use crate::deployed::Deployed;
use crate::invocation::{invocation, is_invocation};
use crate::plain::{CORRELATION_ID, plain};

/// The header that tells a call from a probe; the second one is the proxying mode's.
const INVOCATION_IDS: [&str; 2] = ["x-azure-functions-invocationid", CORRELATION_ID];

/// What answers in this function app.
#[derive(Debug)]
pub(crate) struct Front {
    pub(crate) root: AppRoot,
    pub(crate) concurrency: Concurrency,
    pub(crate) probes: Probes,
}

pub(crate) async fn respond(
    front: &Front,
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
    let context = context(&front.root, invocation_id, request.headers());
    if is_invocation(&front.root, &request) {
        invocation(front, &deployed, context, request).await
    } else {
        plain(front, deployed.whole(), context, request).await
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

#[cfg(test)]
mod tests;
