//! Requests that bring events, and the answers to them.

use std::sync::Arc;

use http::header::ALLOW;
use http::{HeaderValue, Method, StatusCode};
use polyfn_core::{
    AppService, Context, Delivery, Error, Request, RequestExt, Response, Result, error_of,
    problem_response,
};
use polyfn_server::{Deadline, as_internal, deliver};

use crate::events::decode;

/// Answers a request that has to be an event.
pub(crate) async fn of_event(
    service: AppService,
    context: Context,
    mut request: Request,
) -> Response {
    let deadline = Deadline::of(&service, &context);
    let deliveries = deliveries(&service, &context, &mut request);
    match deadline.bound(deliveries).await {
        Ok(Some(deliveries)) => outcome(&service, &context, deliveries).await,
        Ok(None) => no_event().into_reported_response(&context),
        Err(error) => error.into_reported_response(&context),
    }
}

/// Answers a request that may be an event; the app does where it is none.
pub(crate) async fn of_what_may_be_an_event(
    service: AppService,
    context: Context,
    mut request: Request,
) -> Response {
    let deadline = Deadline::of(&service, &context);
    let deliveries = deliveries(&service, &context, &mut request);
    match deadline.bound(deliveries).await {
        Ok(Some(deliveries)) => outcome(&service, &context, deliveries).await,
        Ok(None) => {
            let time_is_up = deadline.passed();
            service.respond_until(context, request, time_is_up).await
        }
        Err(error) => error.into_reported_response(&context),
    }
}

/// The failures after which each service of Google's delivers again. Eventarc Advanced [gives up]
/// after any other, be it a 5xx such as 501.
///
/// [gives up]: https://cloud.google.com/eventarc/advanced/docs/retry-events
const TRIED_AGAIN: [StatusCode; 7] = [
    StatusCode::REQUEST_TIMEOUT,
    StatusCode::CONFLICT,
    StatusCode::TOO_MANY_REQUESTS,
    StatusCode::INTERNAL_SERVER_ERROR,
    StatusCode::BAD_GATEWAY,
    StatusCode::SERVICE_UNAVAILABLE,
    StatusCode::GATEWAY_TIMEOUT,
];

/// What came of the events. Only a handler that discards an event gives it up, so that a failure
/// with a status which would give it up as well, or take it for done, is 500.
async fn outcome(service: &AppService, context: &Context, deliveries: Vec<Delivery>) -> Response {
    let response = deliver(service, context, deliveries).await;
    match error_of(&response) {
        Some(error) if !TRIED_AGAIN.contains(&response.status()) => {
            problem_response(&Arc::new(as_internal(error)), context)
        }
        _ => response,
    }
}

/// The events of the request, which keeps its body.
async fn deliveries(
    service: &AppService,
    context: &Context,
    request: &mut Request,
) -> Result<Option<Vec<Delivery>>> {
    let body = std::mem::take(request.body_mut());
    *request.body_mut() = service.limited(body);
    let body = request.bytes().await?;
    let decoded = decode(request.headers(), &body, context)?;
    *request.body_mut() = body.into();
    Ok(decoded.map(|decoded| decoded.deliveries))
}

fn no_event() -> Error {
    Error::bad_request(
        "events are taken here, and this is none of Google's: no CloudEvent, no push of Pub/Sub \
         (`message` and `subscription`), no background event (`eventType`, `eventId`, `data`) \
         and no call of Cloud Scheduler",
    )
}

/// 405, as the frameworks answer to what can't be an event.
pub(crate) fn not_posted(method: &Method) -> Error {
    let detail = format!("events are posted, and this is {method}");
    Error::new(StatusCode::METHOD_NOT_ALLOWED, detail)
        .with_header(ALLOW, HeaderValue::from_static("POST"))
}

#[cfg(test)]
mod tests;
