//! A call of the host, handled and answered.

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use polyfn_core::{AppService, Context, Delivery, Error, IntoResponse, Outcome, Response, Result};
use polyfn_server::Deadline;
use serde::Serialize;
use serde_json::value::RawValue;

use super::decode::decode;
use super::trigger::EventTrigger;

/// The host waits for ever when nothing or `null` comes.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    outputs: Nothing,
    logs: [Nothing; 0],
    return_value: Option<Box<RawValue>>,
}

#[derive(Serialize)]
struct Nothing {}

/// Handles the events of a call. Anything but 2xx fails the invocation, and with it every item
/// of a batch: the host knows no other way.
pub(crate) async fn invoke(
    service: &AppService,
    trigger: &EventTrigger,
    call: &Bytes,
    context: &Context,
) -> Response {
    let items = match decode(trigger, call, context) {
        Ok(items) => items,
        Err(error) => return failed(&error).into_reported_response(context),
    };
    match deliver(service, items, context).await {
        Ok(values) => succeeded(&values, context),
        Err(error) => error.into_reported_response(context),
    }
}

/// The answer to a call that went well, with what it returned.
pub(crate) fn succeeded(values: &[Option<Bytes>], context: &Context) -> Response {
    match answer(values) {
        Ok(json) => ([(CONTENT_TYPE, "application/json")], json).into_response(),
        Err(error) => error.into_reported_response(context),
    }
}

/// The values that the functions returned.
async fn deliver(
    service: &AppService,
    items: Vec<Result<Delivery>>,
    context: &Context,
) -> Result<Vec<Option<Bytes>>> {
    let count = items.len();
    let mut failures = Vec::new();
    let mut deliveries = Vec::new();
    for (place, item) in items.into_iter().enumerate() {
        match item {
            Ok(delivery) => deliveries.push(delivery),
            Err(error) => {
                let invocation_id = context.invocation_id();
                tracing::error!(invocation_id, place, %error, "an event can't be read");
                failures.push(Arc::new(error));
            }
        }
    }
    let time_is_up = Deadline::of(service, context).passed();
    let mut values = Vec::new();
    let mut skipped = 0;
    for outcome in service.deliver(context, deliveries, time_is_up).await {
        match outcome {
            Outcome::Done(value) => values.push(value),
            Outcome::Failed(error) => failures.push(error),
            Outcome::Skipped => skipped += 1,
        }
    }
    match failures.first() {
        None if skipped == 0 => Ok(values),
        None => Err(internal(format!(
            "{skipped} of {count} events were skipped"
        ))),
        Some(first) if count == 1 => Err(failed(first)),
        Some(first) => {
            let failed = failures.len();
            let why = shown(first);
            Err(internal(format!(
                "{failed} of {count} events failed, {skipped} were skipped; the first: {why}"
            )))
        }
    }
}

fn internal(detail: String) -> Error {
    Error::new(StatusCode::INTERNAL_SERVER_ERROR, detail)
}

/// The same as a failure of the function: a status of 4xx would say that the host is wrong.
fn failed(error: &Error) -> Error {
    internal(shown(error))
}

/// What may be told. The rest is in the log.
fn shown(error: &Error) -> String {
    let status = || error.status().to_string();
    error.detail().map_or_else(status, str::to_owned)
}

fn answer(values: &[Option<Bytes>]) -> Result<Vec<u8>> {
    let answer = Answer {
        outputs: Nothing {},
        logs: [],
        return_value: return_value(values)?,
    };
    Ok(serde_json::to_vec(&answer)?)
}

/// One value is returned as it is, several as an array.
fn return_value(values: &[Option<Bytes>]) -> Result<Option<Box<RawValue>>> {
    let Some(first) = values.iter().flatten().next() else {
        return Ok(None);
    };
    // A function that takes a whole batch returns one value for all of it.
    let is_same = |value: &Option<Bytes>| {
        let value = value.as_ref();
        value.is_some_and(|value| (value.as_ptr(), value.len()) == (first.as_ptr(), first.len()))
    };
    if values.iter().all(is_same) {
        return Ok(Some(serde_json::from_slice(first)?));
    }
    let values = values.iter().map(|value| match value {
        Some(value) => serde_json::from_slice(value),
        None => Ok(RawValue::NULL.to_owned()),
    });
    let values = values.collect::<Result<Vec<Box<RawValue>>, _>>()?;
    Ok(Some(serde_json::value::to_raw_value(&values)?))
}
