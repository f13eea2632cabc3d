//! HTTP requests that the host hands over as they are.

use http::uri::{PathAndQuery, Uri};
use polyfn_core::{AppService, Context, Error, Request, Response, Result};

use crate::app_root::AppRoot;

/// The header that the proxying mode gives each request.
pub(crate) const CORRELATION_ID: &str = "x-ms-invocation-id";

/// Answers a request after its path has lost the route prefix.
pub(crate) async fn plain(
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
