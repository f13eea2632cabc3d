//! One invocation, from its event to its answer.

use std::ops::RangeInclusive;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::response::Parts;
use http::{Method, StatusCode};
use polyfn_core::{AppService, Context, Error, Request, Response, Target, TraceContext, caught};

use crate::collected::{NotCollected, collected};
use crate::environment::Environment;
use crate::runtime_api::Delivery;
use crate::{DecodeError, HttpInvocation, LambdaContext, LambdaEvent, Shape};
use crate::{decode, encode, xray};

/// The statuses that all fronts let a function answer with. API Gateway and load balancers
/// document none, and call an answer with any other malformed.
const STATUSES: RangeInclusive<u16> = 200..=599;

/// Answers the invocation. Whatever goes wrong in it is an answer too, except an event that
/// no answer would fit.
pub(crate) async fn answer(
    delivery: Delivery,
    service: &AppService,
    environment: &Environment,
) -> Result<Vec<u8>, DecodeError> {
    let Delivery { id, headers, event } = delivery;
    let HttpInvocation { shape, request } = decode(event.clone())?;
    let lambda = LambdaContext::new(headers);
    let trace = trace(request.as_ref().ok(), &lambda);
    let context = context(id.request_id, lambda, event, environment).with_trace(trace);
    let request = match request {
        Ok(request) => request,
        Err(refused) => {
            let (parts, body) = reported(refused, &context);
            return Ok(encode(shape, &parts, &body));
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
    Ok(outcome.unwrap_or_else(|error| {
        // The app's own log names the function; so does this one, which is for what the app
        // never hears of.
        let context = service.routed(context, &method, uri.path());
        let (parts, mut body) = reported(error, &context);
        if method == Method::HEAD {
            body.clear();
        }
        encode(shape, &parts, &body)
    }))
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
        Shape::RestApi | Shape::HttpApi | Shape::FunctionUrl | Shape::VpcLattice => {
            "the response is larger than Lambda allows (6 MiB)"
        }
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

fn context(
    request_id: String,
    lambda: LambdaContext,
    event: Bytes,
    environment: &Environment,
) -> Context {
    let deadline = lambda
        .deadline_ms()
        .and_then(|ms| SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(ms)));
    let context = Context::new(Target::Aws, request_id)
        .with_memory_mb(environment.memory_mb)
        .with_region(environment.region.clone())
        .with_native(lambda)
        .with_native(LambdaEvent::new(event));
    match deadline {
        Some(deadline) => context.with_deadline(deadline),
        None => context,
    }
}

/// The client's own trace context goes before X-Ray's.
fn trace(request: Option<&Request>, lambda: &LambdaContext) -> Option<TraceContext> {
    request
        .and_then(|request| TraceContext::from_headers(request.headers()))
        .or_else(|| lambda.xray_trace_id().and_then(xray::trace_context))
}
