//! One invocation, from what Lambda delivers to its answer.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use polyfn_core::{AppService, Context, EventKind, Function, Target, is_warmup};

use crate::deployment::Deployment;
use crate::environment::Environment;
use crate::events::{EventFailure, EventInvocation, EventSource};
use crate::outgoing::Outgoing;
use crate::runtime_api::Delivery;
use crate::{DecodeError, Invocation, LambdaContext, LambdaEvent};
use crate::{decode, decode_invocation, http_answer, time_limit, xray};

/// Why an invocation fails, as Lambda is told.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) enum InvocationError {
    Decode(#[from] DecodeError),
    Event(#[from] EventFailure),
}

impl InvocationError {
    pub(crate) fn error_type(&self) -> &'static str {
        match self {
            Self::Decode(error) => error.error_type(),
            Self::Event(failure) => failure.error_type(),
        }
    }
}

/// Answers the invocation. Whatever goes wrong with a request is an answer too.
pub(crate) async fn answer(
    delivery: Delivery,
    deployment: &Deployment,
) -> Result<Outgoing, InvocationError> {
    let Deployment {
        service,
        environment,
        invoke_mode,
    } = deployment;
    let Delivery { id, headers, event } = delivery;
    let lambda = LambdaContext::new(headers);
    let context = context(id.request_id, lambda, event.clone(), environment);
    // It is an event, even where no function takes any.
    let is_warmup = is_warmup(&event);
    let invocation = match is_warmup || service.takes_events() {
        true => decode_invocation(event.clone(), &context)?,
        false => Invocation::Http(decode(event.clone())?),
    };
    match invocation {
        Invocation::Http(invocation) => {
            Ok(http_answer::answer(invocation, service, context, *invoke_mode).await)
        }
        Invocation::Event(invocation) if is_warmup || is_for(service, &invocation) => {
            let answer = deliver(invocation, service, &context).await?;
            Ok(Outgoing::Whole(answer.into()))
        }
        Invocation::Event(_) => Err(DecodeError::unknown(&String::from_utf8_lossy(&event)).into()),
    }
}

/// Whether there may be a function for it. JSON of which nobody says whose it is has to be
/// asked for.
fn is_for(service: &AppService, invocation: &EventInvocation) -> bool {
    let is_event = |function: &Function| {
        let trigger = function.event_trigger();
        trigger.is_some_and(|trigger| trigger.kind() == EventKind::Event)
    };
    let is_asked_for = invocation.source != EventSource::Invoke || invocation.items.is_empty();
    is_asked_for || service.functions().any(is_event)
}

/// Handles the events until a little before Lambda's own limit.
async fn deliver(
    invocation: EventInvocation,
    service: &AppService,
    context: &Context,
) -> Result<Vec<u8>, EventFailure> {
    let time_is_up = time_limit::reached(time_limit::of(context, service));
    let (deliveries, answer) = invocation.into_deliveries();
    answer.encode(service.deliver(context, deliveries, time_is_up).await)
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
    let trace = lambda.xray_trace_id().and_then(xray::trace_context);
    Context::new(Target::Aws, request_id)
        .with_memory_mb(environment.memory_mb)
        .with_region(environment.region.clone())
        .with_deadline(deadline)
        .with_trace(trace)
        .with_native(lambda)
        .with_native(LambdaEvent::new(event))
}
