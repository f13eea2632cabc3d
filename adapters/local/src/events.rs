//! Events, posted to a function by its name.

use bytes::Bytes;
use http::header::ALLOW;
use http::{HeaderMap, HeaderValue, Method, StatusCode};
use polyfn_core::cloudevents::{self, CloudEvent, Mode};
use polyfn_core::{
    AppService, Attributes, Context, Data, Delivery, Error, Event, EventKind, EventTrigger,
    Function, Origin, Payload, Request, RequestExt, Response, Result, Trigger,
};
use polyfn_server::{Deadline, deliver};

use crate::bare;
use crate::vendor::Vendor;

/// Answers `POST /_polyfn/<name>`.
pub(crate) async fn respond(
    service: &AppService,
    vendors: &[Vendor],
    context: Context,
    name: &str,
    request: Request,
) -> Response {
    let deliveries = deliveries(service, vendors, &context, name, request);
    match Deadline::of(service, &context).bound(deliveries).await {
        Ok((alone, deliveries)) => deliver(&alone, &context, deliveries).await,
        Err(error) => error.into_reported_response(&context),
    }
}

/// The function, deployed alone, and the events for it.
async fn deliveries(
    service: &AppService,
    vendors: &[Vendor],
    context: &Context,
    name: &str,
    mut request: Request,
) -> Result<(AppService, Vec<Delivery>)> {
    let trigger = event_trigger(service, name)?;
    if request.method() != Method::POST {
        let detail = format!("events are posted, and this is {}", request.method());
        return Err(Error::new(StatusCode::METHOD_NOT_ALLOWED, detail)
            .with_header(ALLOW, HeaderValue::from_static("POST")));
    }
    let alone = service.clone().alone(name)?;
    let body = std::mem::take(request.body_mut());
    *request.body_mut() = service.limited(body);
    let body = request.bytes().await?;
    let headers = request.headers();
    let deliveries = match by_vendor(vendors, trigger, headers, &body, context) {
        Some(deliveries) => deliveries?,
        None => neutral(trigger, name, headers, body, context)?,
    };
    Ok((alone, deliveries))
}

fn event_trigger<'a>(service: &'a AppService, name: &str) -> Result<&'a EventTrigger> {
    let Some(function) = service.function(name) else {
        let known: Vec<_> = service.functions().map(Function::name).collect();
        return Err(Error::not_found(format!(
            "there is no function `{name}`; the app has: {}",
            known.join(", ")
        )));
    };
    match function.trigger() {
        Trigger::Event(trigger) => Ok(trigger),
        other => Err(Error::conflict(format!(
            "`{name}` takes no events, it is called by HTTP: {other}"
        ))),
    }
}

fn by_vendor(
    vendors: &[Vendor],
    trigger: &EventTrigger,
    headers: &HeaderMap,
    body: &Bytes,
    context: &Context,
) -> Option<Result<Vec<Delivery>>> {
    vendors.iter().find_map(|vendor| {
        let decoded = (vendor.decode)(trigger.kind(), headers, body, context)?;
        Some(
            decoded.map_err(|error| {
                Error::bad_request(format!("an event of {}: {error}", vendor.target))
            }),
        )
    })
}

/// A CloudEvent whose data are the function's payload, or that payload alone.
fn neutral(
    trigger: &EventTrigger,
    name: &str,
    headers: &HeaderMap,
    body: Bytes,
    context: &Context,
) -> Result<Vec<Delivery>> {
    // One that lacks its `ce-specversion` is refused, rather than taken for a bare payload.
    let is_cloud_event =
        Mode::of(headers).is_some() || headers.keys().any(|name| name.as_str().starts_with("ce-"));
    let events = if is_cloud_event {
        cloudevents::decode(headers, &body)
            .map_err(|error| Error::bad_request(error.to_string()))?
    } else {
        vec![bare_event(trigger, name, headers, body, context)]
    };
    let is_batch = Mode::of(headers) == Some(Mode::Batched);
    let events = events.into_iter().enumerate();
    events
        .map(|(place, event)| {
            delivery(trigger, event, context).map_err(|error| match is_batch {
                true => of_batch(&error, place),
                false => error,
            })
        })
        .collect()
}

/// Says which event of a batch it is that can't be read.
fn of_batch(error: &Error, place: usize) -> Error {
    let detail = error.detail().unwrap_or_default();
    Error::new(
        error.status(),
        format!("event {place} of the batch: {detail}"),
    )
}

/// What somebody wrote by hand says nothing of itself but its content type.
fn bare_event(
    trigger: &EventTrigger,
    name: &str,
    headers: &HeaderMap,
    body: Bytes,
    context: &Context,
) -> CloudEvent {
    let kind = trigger.kind();
    let event_type = match kind {
        EventKind::Event => trigger.name().to_owned(),
        kind => format!("polyfn.local.{kind}"),
    };
    let attributes = Attributes::new(
        context.invocation_id(),
        format!("/_polyfn/{name}"),
        event_type,
    );
    let content_type = headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        // What curl and others say of everything that they are not told more of.
        .filter(|content_type| !content_type.starts_with("application/x-www-form-urlencoded"));
    let data = Data::new(body);
    let data = match content_type {
        Some(content_type) => data.with_content_type(content_type.to_owned()),
        None => data,
    };
    CloudEvent::new(attributes, data)
}

fn delivery(trigger: &EventTrigger, event: CloudEvent, context: &Context) -> Result<Delivery> {
    let CloudEvent {
        attributes, data, ..
    } = event;
    let mut payload = bare::payload(trigger, &attributes.id, data.clone())?;
    tell(&mut payload, &attributes);
    let context = context.clone().with_attempt(1);
    let event = Event::new(attributes, payload, context);
    Ok(Delivery::new(event, Origin::new([trigger.kind()]).named(trigger.name())).with_raw(data))
}

/// What a CloudEvent's attributes say of a message or a record.
fn tell(payload: &mut Payload, attributes: &Attributes) {
    let extensions = attributes
        .extensions
        .iter()
        .map(|(name, value)| (name.clone(), value.to_string()));
    // https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/partitioning.md
    let partition_key = attributes.extension("partitionkey").map(str::to_owned);
    match payload {
        Payload::Message(message) => {
            message.attributes = extensions.collect();
            message.group = partition_key;
            message.sent = attributes.time;
        }
        Payload::Record(record) => {
            record.attributes = extensions.collect();
            record.partition_key = partition_key;
            record.written = attributes.time;
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests;
