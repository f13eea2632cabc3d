//! One request, from its event to its answer.

use std::future::poll_fn;
use std::ops::RangeInclusive;
use std::pin::Pin;
use std::task::Poll;

use bytes::Bytes;
use http::response::Parts;
use http::{Method, StatusCode};
use hyper::body::Body as _;
use polyfn_core::{AppService, Body, Context, Error, Request, Response, TraceContext, caught};
use tokio::time::Instant;

use crate::collected::{NotCollected, collected};
use crate::invoke_mode::InvokeMode;
use crate::outgoing::Outgoing;
use crate::prelude::{self, prelude};
use crate::streamed::Streamed;
use crate::{HttpInvocation, Shape, encode, time_limit};

/// The statuses that all fronts let a function answer with. API Gateway and load balancers
/// document none, and call an answer with any other malformed.
const STATUSES: RangeInclusive<u16> = 200..=599;

/// Answers the request. Whatever goes wrong is an answer too.
pub(crate) async fn answer(
    invocation: HttpInvocation,
    service: &AppService,
    context: Context,
    mode: InvokeMode,
) -> Outgoing {
    let HttpInvocation { shape, request } = invocation;
    let form = Form::of(shape, mode);
    let context = traced(context, request.as_ref().ok());
    let request = match request {
        Ok(request) => request,
        Err(refused) => {
            let (parts, body) = reported(refused, &context);
            return form.of_whole(&parts, body, context);
        }
    };
    let (method, uri) = (request.method().clone(), request.uri().clone());
    // The app's own panics are answered within; what is caught here are those of a body that
    // is dropped.
    let outcome = caught(async {
        let limit = time_limit::of(&context, service);
        let (parts, body) = responded(service, context.clone(), request, limit).await?;
        match form {
            Form::Whole(shape) => whole(shape, &parts, body, limit).await,
            Form::Streamed(shape) => {
                let context = service.routed(context.clone(), &method, uri.path());
                begun(shape, &parts, body, limit, context).await
            }
        }
    });
    let outcome = outcome
        .await
        .unwrap_or_else(|panic| Err(Error::internal(panic)));
    outcome.unwrap_or_else(|error| {
        // The app's own log names the function; so does this one, which is for what the app
        // never hears of.
        let context = service.routed(context, &method, uri.path());
        let (parts, mut body) = reported(error, &context);
        if method == Method::HEAD {
            body.clear();
        }
        form.of_whole(&parts, body, context)
    })
}

/// The form in which an answer leaves.
#[derive(Clone, Copy)]
enum Form {
    Whole(Shape),
    Streamed(Shape),
}

impl Form {
    fn of(shape: Shape, mode: InvokeMode) -> Self {
        match mode {
            // Errors as well: who expects a prelude takes nothing else.
            InvokeMode::ResponseStream if shape.can_stream() => Self::Streamed(shape),
            InvokeMode::ResponseStream | InvokeMode::Buffered => Self::Whole(shape),
        }
    }

    /// An answer of which all is there.
    fn of_whole(self, parts: &Parts, body: Bytes, context: Context) -> Outgoing {
        match self {
            Self::Whole(shape) => Outgoing::Whole(encode(shape, parts, &body).into()),
            Self::Streamed(shape) => {
                let prelude = prelude(shape, parts);
                let streamed = Streamed::new(prelude, Some(body), Body::empty(), None, context);
                Outgoing::Streamed(Box::new(streamed))
            }
        }
    }
}

/// The response, or an error in its place.
async fn responded(
    service: &AppService,
    context: Context,
    request: Request,
    limit: Option<Instant>,
) -> Result<(Parts, Body), Error> {
    let time_is_up = time_limit::reached(limit);
    let response = service.respond_until(context, request, time_is_up).await;
    let (parts, body) = response.into_parts();
    if !STATUSES.contains(&parts.status.as_u16()) {
        let error = format!(
            "the handler answered {}, which no front takes",
            parts.status
        );
        return Err(Error::internal(error));
    }
    Ok((parts, body))
}

/// An answer with the whole body, which has to be there in time too.
async fn whole(
    shape: Shape,
    parts: &Parts,
    body: Body,
    limit: Option<Instant>,
) -> Result<Outgoing, Error> {
    let collecting = collected(body, shape.answer_limit_bytes());
    let body = match limit {
        Some(limit) => tokio::time::timeout_at(limit, collecting).await,
        None => Ok(collecting.await),
    };
    let answer = match body {
        Ok(Ok(body)) => encode(shape, parts, &body),
        Ok(Err(NotCollected::TooLarge)) => return Err(too_large(shape)),
        // Not through `From`, which takes a body's error for the request's.
        Ok(Err(NotCollected::Failed(error))) => return Err(Error::internal(error)),
        Err(_) => {
            let detail = "the function did not answer in time";
            return Err(Error::new(StatusCode::GATEWAY_TIMEOUT, detail));
        }
    };
    if answer.len() > shape.answer_limit_bytes() {
        return Err(too_large(shape));
    }
    Ok(Outgoing::Whole(answer.into()))
}

/// An answer that begins to leave. A body that fails at once is still an error like others; it
/// is not waited for, since a client may act on the head alone.
async fn begun(
    shape: Shape,
    parts: &Parts,
    mut body: Body,
    limit: Option<Instant>,
    context: Context,
) -> Result<Outgoing, Error> {
    let prelude = prelude(shape, parts);
    if shape == Shape::RestApi && prelude.len() > prelude::LIMIT_BYTES {
        let detail = "the response's headers are larger than API Gateway allows (16 KB)";
        return Err(Error::new(StatusCode::INTERNAL_SERVER_ERROR, detail));
    }
    let first = match poll_fn(|cx| Poll::Ready(Pin::new(&mut body).poll_frame(cx))).await {
        Poll::Ready(Some(frame)) => frame.map_err(Error::internal)?.into_data().ok(),
        Poll::Ready(None) | Poll::Pending => None,
    };
    let streamed = Streamed::new(prelude, first, body, limit, context);
    Ok(Outgoing::Streamed(Box::new(streamed)))
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

/// The client's own trace context goes before X-Ray's.
fn traced(context: Context, request: Option<&Request>) -> Context {
    match request.and_then(|request| TraceContext::from_headers(request.headers())) {
        Some(trace) => context.with_trace(trace),
        None => context,
    }
}
