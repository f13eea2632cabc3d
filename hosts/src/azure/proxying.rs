//! `enableProxyingHttpRequest`: YARP streams the request to the worker and the answer back
//! (`ProxyInvocationRequest`, `DefaultHttpProxyService.cs`, `RetryProxyHandler.cs`).
//!
//! What is destroyed here: the path's escapes, as [`path`](super::path) says, hop-by-hop headers,
//! and whether a request header was repeated (`HttpClient` writes one line for each name). The
//! host's headers replace those that a client sent under their names.

use std::time::Duration;

use http::{HeaderValue, Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1::SendRequest;

use super::forwarding::joined;
use super::host_headers::{
    CORRELATION_HEADER, HOST_VERSION, HOST_VERSION_HEADER, INVOCATION_ID_HEADER,
};
use super::http_request::RoutedRequest;
use super::path;
use crate::body::{Body, BoxError};
use crate::{hop_by_hop, http_client};

/// `ActivityTimeout` in `DefaultHttpProxyService.cs`.
pub(super) const ACTIVITY_TIMEOUT: Duration = Duration::from_secs(240);

const MAX_RETRIES: u32 = 10;
const INITIAL_DELAY: Duration = Duration::from_millis(50);
const MAXIMUM_DELAY: Duration = Duration::from_millis(250);

/// Sends the request on; the answer's body is still to be streamed.
pub(super) async fn proxy(
    port: u16,
    request: &RoutedRequest,
    body: Body,
    invocation_id: &str,
) -> Result<Response<Incoming>, BoxError> {
    let mut outgoing = Request::new(body);
    *outgoing.method_mut() = request.parts.method.clone();
    *outgoing.uri_mut() = target(request).parse()?;
    *outgoing.headers_mut() = joined(&request.parts.headers)?;
    let headers = outgoing.headers_mut();
    hop_by_hop::remove(headers);
    headers.insert(HOST_VERSION_HEADER, HeaderValue::from_static(HOST_VERSION));
    headers.insert(INVOCATION_ID_HEADER, HeaderValue::from_str(invocation_id)?);
    headers.insert(CORRELATION_HEADER, HeaderValue::from_str(invocation_id)?);
    let mut response = connect(port).await?.send_request(outgoing).await?;
    hop_by_hop::remove(response.headers_mut());
    Ok(response)
}

fn target(request: &RoutedRequest) -> String {
    match request.parts.uri.query() {
        // `QueryString` is empty for a lone question mark.
        None | Some("") => path::proxied(&request.path),
        Some(query) => format!("{}?{query}", path::proxied(&request.path)),
    }
}

async fn connect(port: u16) -> Result<SendRequest<Body>, BoxError> {
    let mut delay = INITIAL_DELAY;
    for _ in 1..MAX_RETRIES {
        if let Ok(connection) = http_client::connect(port).await {
            return Ok(connection);
        }
        tokio::time::sleep(delay).await;
        delay = (delay * 2).min(MAXIMUM_DELAY);
    }
    http_client::connect(port).await
}
