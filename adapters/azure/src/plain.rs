//! HTTP requests that the host hands over as they are.

use http::uri::{PathAndQuery, Uri};
use polyfn_core::{AppService, Context, Error, Request, Response, Result};
use polyfn_server::Deadline;

use crate::app_root::AppRoot;
use crate::respond::Front;

/// The header that the proxying mode gives each request.
pub(crate) const CORRELATION_ID: &str = "x-ms-invocation-id";

/// Answers a request after its path has lost the route prefix.
pub(crate) async fn plain(
    front: &Front,
    service: &AppService,
    context: Context,
    mut request: Request,
) -> Response {
    match unprefixed(&front.root, request.uri()) {
        Ok(uri) => *request.uri_mut() = uri,
        Err(error) => return error.into_reported_response(&context),
    }
    if let Some(answer) = front.probes.answer(service, &context, &request) {
        return answer.await;
    }
    let place = match front.concurrency.place() {
        Ok(place) => place,
        Err(error) => return error.into_reported_response(&context),
    };
    let deadline = Deadline::of(service, &context);
    let time_is_up = deadline.passed();
    let mut response = service.respond_until(context, request, time_is_up).await;
    deadline.end_body(&mut response);
    place.keep_until_sent(&mut response);
    response
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
