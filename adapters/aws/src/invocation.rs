//! One invocation, from its event to its answer.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::StatusCode;
use http::response::Parts;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use polyfn_core::{AppService, Context, Error, Request, Response, Target, TraceContext};

use crate::environment::Environment;
use crate::runtime_api::Delivery;
use crate::unwind::caught;
use crate::{DecodeError, HttpInvocation, LambdaContext, LambdaEvent, Shape};
use crate::{decode, encode, xray};

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
    let outcome = match request {
        Ok(request) => {
            let budget = budget(&context, environment.timeout_buffer);
            within(
                budget,
                caught(respond(service, shape, context.clone(), request)),
            )
            .await
            .and_then(|caught| caught.unwrap_or_else(|panic| Err(body_panicked(&panic))))
        }
        Err(refused) => Err(refused),
    };
    let (parts, body) = match outcome {
        Ok(response) => response,
        Err(error) => reported(error, &context),
    };
    let answer = encode(shape, &parts, &body);
    if answer.len() <= shape.answer_limit_bytes() {
        return Ok(answer);
    }
    Ok(oversize(shape, &context))
}

/// Answers in place of an answer that Lambda or the front would not take. The client can read
/// it; of the other, it would only hear 502.
fn oversize(shape: Shape, context: &Context) -> Vec<u8> {
    let (parts, body) = reported(too_large(shape), context);
    encode(shape, &parts, &body)
}

/// The response with its whole body.
async fn respond(
    service: &AppService,
    shape: Shape,
    context: Context,
    request: Request,
) -> Result<(Parts, Bytes), Error> {
    let (parts, body) = service.respond(context, request).await.into_parts();
    if let Some(bytes) = body.as_bytes() {
        return Ok((parts, bytes.clone()));
    }
    // A stream is held to the limit while it is read: it may have no end.
    match Limited::new(body, shape.answer_limit_bytes())
        .collect()
        .await
    {
        Ok(collected) => Ok((parts, collected.to_bytes())),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large(shape)),
        // Not through `From`, which takes a body's error for the request's.
        Err(error) => Err(Error::internal(error)),
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

fn body_panicked(panic: &str) -> Error {
    Error::internal(format!("the response's body panicked: {panic}"))
}

/// The error's own answer, logged.
fn reported(error: Error, context: &Context) -> (Parts, Bytes) {
    let response: Response = error.into_reported_response(context);
    let (parts, body) = response.into_parts();
    (parts, body.as_bytes().cloned().unwrap_or_default())
}

/// How long the handler may take: until `buffer` before the deadline, but at least half of
/// what there is.
fn budget(context: &Context, buffer: Duration) -> Option<Duration> {
    let remaining = context.remaining()?;
    Some(remaining.saturating_sub(buffer).max(remaining / 2))
}

/// Drops `work` when its time is up, so that the client gets an answer and the log a line,
/// instead of the process being killed.
async fn within<T>(budget: Option<Duration>, work: impl Future<Output = T>) -> Result<T, Error> {
    let Some(budget) = budget else {
        return Ok(work.await);
    };
    tokio::time::timeout(budget, work).await.map_err(|_| {
        Error::new(
            StatusCode::GATEWAY_TIMEOUT,
            "the function did not answer in time",
        )
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
