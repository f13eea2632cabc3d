//! What is nobody's event but the caller's own.

use bytes::Bytes;
use polyfn_core::{Attributes, Context, Data, Delivery, Event, EventKind, Origin, Payload};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::{EventInvocation, EventSource};
use crate::LambdaContext;

/// Any JSON that somebody invokes the function with; `None` where it is what one of AWS's
/// fronts sends, and which no function may take for its own.
///
/// # Errors
///
/// When it is no JSON.
pub(crate) fn plain(
    event: &Bytes,
    text: &str,
    context: &Context,
) -> Result<Option<EventInvocation>, serde_json::Error> {
    serde_json::from_str::<IgnoredAny>(text)?;
    if is_of_a_front(text) {
        return Ok(None);
    }
    let lambda: Option<&LambdaContext> = context.native();
    let arn = lambda.and_then(LambdaContext::invoked_function_arn);
    let attributes = Attributes::new(context.invocation_id(), arn.unwrap_or("aws:lambda"), "");
    let payload = Payload::Custom(Data::json(event.clone()));
    let event = Event::new(attributes, payload, context.clone());
    let delivery = Delivery::new(event, Origin::new([EventKind::Event]));
    Ok(Some(EventInvocation::single(EventSource::Invoke, delivery)))
}

/// Whether it is a request or a question of API Gateway, a load balancer or VPC Lattice in a
/// form that is not supported: a WebSocket's message, an authorizer's question, the first
/// event structure of Lattice.
fn is_of_a_front(text: &str) -> bool {
    #[derive(Deserialize)]
    struct Asked<'a> {
        #[serde(borrow, rename = "requestContext")]
        context: Option<&'a RawValue>,
        #[serde(rename = "httpMethod")]
        http_method: Option<&'a RawValue>,
        #[serde(rename = "methodArn")]
        method_arn: Option<&'a RawValue>,
        #[serde(rename = "routeArn")]
        route_arn: Option<&'a RawValue>,
        raw_path: Option<&'a RawValue>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Asking<'a> {
        #[serde(borrow)]
        http: Option<&'a RawValue>,
        elb: Option<&'a RawValue>,
        connection_id: Option<&'a RawValue>,
        service_arn: Option<&'a RawValue>,
        service_network_arn: Option<&'a RawValue>,
    }

    let object = |text: &str| text.trim_ascii_start().starts_with('{');
    let asked = object(text).then(|| serde_json::from_str::<Asked<'_>>(text).ok());
    let Some(asked) = asked.flatten() else {
        return false;
    };
    let is_text = |json: Option<&RawValue>| json.is_some_and(|json| json.get().starts_with('"'));
    let by_context = asked.context.filter(|context| object(context.get()));
    let asking =
        by_context.and_then(|context| serde_json::from_str::<Asking<'_>>(context.get()).ok());
    [
        asked.http_method,
        asked.method_arn,
        asked.route_arn,
        asked.raw_path,
    ]
    .into_iter()
    .any(is_text)
        || asking.is_some_and(|asking| {
            asking.http.is_some()
                || asking.elb.is_some()
                || asking.connection_id.is_some()
                || asking.service_arn.is_some()
                || asking.service_network_arn.is_some()
        })
}
