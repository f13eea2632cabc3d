//! One request, from its event to its answer.

use std::ops::RangeInclusive;
use std::time::Duration;

use bytes::Bytes;
use http::response::Parts;
use http::{Method, StatusCode};
use polyfn_core::{AppService, Context, Error, Request, Response, TraceContext, caught};

use crate::collected::{NotCollected, collected};
use crate::encode;
use crate::{HttpInvocation, Shape};

/// The statuses that all fronts let a function answer with. API Gateway and load balancers
/// document none, and call an answer with any other malformed.
const STATUSES: RangeInclusive<u16> = 200..=599;

/// Answers the request. Whatever goes wrong is an answer too.
pub(crate) async fn answer(
    invocation: HttpInvocation,
    service: &AppService,
    context: Context,
) -> Vec<u8> {
    let HttpInvocation { shape, request } = invocation;
    let context = traced(context, request.as_ref().ok());
    let request = match request {
        Ok(request) => request,
        Err(refused) => {
            let (parts, body) = reported(refused, &context);
            return encode(shape, &parts, &body);
        }
    };
    let (method, uri) = (request.method().clone(), request.uri().clone());
    let budget = context.budget(service.timeout_buffer());
    // The app's own panics are answered within; what is caught here are those of a body that
    // is dropped.
    let outcome = caught(within(
        budget,
        respond(service, shape, context.clone(), request),
    ))
    .await
    .unwrap_or_else(|panic| Err(Error::internal(panic)))
    .and_then(|(parts, body)| {
        let answer = encode(shape, &parts, &body);
        if answer.len() > shape.answer_limit_bytes() {
            return Err(too_large(shape));
        }
        Ok(answer)
    });
    outcome.unwrap_or_else(|error| {
        // The app's own log names the function; so does this one, which is for what the app
        // never hears of.
        let context = service.routed(context, &method, uri.path());
        let (parts, mut body) = reported(error, &context);
        if method == Method::HEAD {
            body.clear();
        }
        encode(shape, &parts, &body)
    })
}

/// The response with its whole body.
async fn respond(
    service: &AppService,
    shape: Shape,
    context: Context,
    request: Request,
) -> Result<(Parts, Bytes), Error> {
    let (parts, body) = service.respond(context, request).await.into_parts();
    if !STATUSES.contains(&parts.status.as_u16()) {
        let error = format!(
            "the handler answered {}, which no front takes",
            parts.status
        );
        return Err(Error::internal(error));
    }
    match collected(body, shape.answer_limit_bytes()).await {
        Ok(body) => Ok((parts, body)),
        Err(NotCollected::TooLarge) => Err(too_large(shape)),
        // Not through `From`, which takes a body's error for the request's.
        Err(NotCollected::Failed(error)) => Err(Error::internal(error)),
    }
}

fn too_large(shape: Shape) -> Error {
    let detail = match shape {
        Shape::AlbSingleValue | Shape::AlbMultiValue => {
            "the response is larger than the load balancer allows (1 MB)"
        }
        Shape::RestApi
        | Shape::HttpApiFormat1
        | Shape::HttpApi
        | Shape::FunctionUrl
        | Shape::VpcLattice => "the response is larger than Lambda allows (6 MiB)",
    };
    Error::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
}

/// The error's own answer, logged.
fn reported(error: Error, context: &Context) -> (Parts, Bytes) {
    let response: Response = error.into_reported_response(context);
    let (parts, body) = response.into_parts();
    (parts, body.as_bytes().cloned().unwrap_or_default())
}

/// Drops `work` when its time is up, so that the client gets an answer and the log a line,
/// instead of the process being killed.
async fn within<T>(
    budget: Option<Duration>,
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    let Some(budget) = budget else {
        return work.await;
    };
    tokio::time::timeout(budget, work)
        .await
        .unwrap_or_else(|_| {
            Err(Error::new(
                StatusCode::GATEWAY_TIMEOUT,
                "the function did not answer in time",
            ))
        })
}

/// The client's own trace context goes before X-Ray's.
fn traced(context: Context, request: Option<&Request>) -> Context {
    match request.and_then(|request| TraceContext::from_headers(request.headers())) {
        Some(trace) => context.with_trace(trace),
        None => context,
    }
}
