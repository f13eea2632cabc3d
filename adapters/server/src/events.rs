//! Events that come by HTTP, and the answer to them.

use bytes::Bytes;
use http::StatusCode;
use polyfn_core::{
    AppService, Context, Delivery, Error, IntoResponse, Json, Outcome, Response, problem_response,
};
use serde::Serialize;
use serde_json::value::RawValue;
use std::sync::Arc;

use crate::Deadline;

/// Handles the events of one request, and answers with what came of them.
///
/// | events | answer |
/// |---|---|
/// | one, done | 204, or 200 with the value that the handler returned as JSON |
/// | one, failed | a problem document with the error's status, 500 where that is no failure's |
/// | several, all done | 200 and a list of what came of each |
/// | several, some failed | 500 and that list; all of them were tried |
///
/// A handler that still runs a little before the context's deadline is dropped, and its event
/// has failed with 504.
pub async fn deliver(
    service: &AppService,
    context: &Context,
    deliveries: Vec<Delivery>,
) -> Response {
    let time_is_up = Deadline::of(service, context).passed();
    let ids: Vec<_> = deliveries
        .iter()
        .map(|delivery| delivery.event().id().to_owned())
        .collect();
    let mut outcomes = service.deliver(context, deliveries, time_is_up).await;
    match outcomes.len() {
        1 => outcomes
            .pop()
            .map_or_else(|| done(None), |outcome| one(outcome, context)),
        _ => several(&ids, &outcomes, context),
    }
}

fn one(outcome: Outcome, context: &Context) -> Response {
    match outcome {
        Outcome::Done(value) => done(value),
        // A handler may have given its error any status; a failure must not look like none.
        Outcome::Failed(error) if error.status().as_u16() < 400 => {
            problem_response(&Arc::new(as_internal(&error)), context)
        }
        Outcome::Failed(error) => problem_response(&error, context),
        Outcome::Skipped => problem_response(&Arc::new(not_tried()), context),
    }
}

/// The same told as 500: the detail and the headers stay.
pub fn as_internal(error: &Error) -> Error {
    let detail = error.detail().unwrap_or_default().to_owned();
    let internal = Error::new(StatusCode::INTERNAL_SERVER_ERROR, detail);
    let headers = error.headers().iter();
    headers.fold(internal, |internal, (name, value)| {
        internal.with_header(name.clone(), value.clone())
    })
}

fn done(value: Option<Bytes>) -> Response {
    match value {
        None => StatusCode::NO_CONTENT.into_response(),
        Some(json) => ([("content-type", "application/json")], json).into_response(),
    }
}

fn not_tried() -> Error {
    Error::unavailable("the time was up before the event was looked at")
}

/// What came of one of several events.
#[derive(Serialize)]
struct Item<'a> {
    id: &'a str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    returned: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<&'a str>,
}

#[derive(Serialize)]
struct Items<'a> {
    invocation_id: &'a str,
    outcomes: Vec<Item<'a>>,
}

fn several(ids: &[String], outcomes: &[Outcome], context: &Context) -> Response {
    let items = ids
        .iter()
        .zip(outcomes)
        .map(|(id, outcome)| item(id, outcome));
    let list = Json(Items {
        invocation_id: context.invocation_id(),
        outcomes: items.collect(),
    });
    let failed = outcomes.iter().find(|outcome| !outcome.is_done());
    let mut response = list.into_response();
    if let Some(failed) = failed {
        *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        // The adapter can see by it what its platform wants to hear.
        if let Outcome::Failed(error) = failed {
            let problem = problem_response(error, context);
            response
                .extensions_mut()
                .extend(problem.extensions().clone());
        }
    }
    response
}

fn item<'a>(id: &'a str, outcome: &'a Outcome) -> Item<'a> {
    let (word, error, value) = match outcome {
        Outcome::Done(value) => ("done", None, value.as_ref()),
        Outcome::Failed(error) => ("failed", Some(error), None),
        Outcome::Skipped => ("skipped", None, None),
    };
    Item {
        id,
        outcome: word,
        // The core wrote it as JSON.
        returned: value.and_then(|json| serde_json::from_slice(json).ok()),
        status: error.map(|error| error.status().as_u16()),
        detail: error.and_then(|error| error.detail()),
    }
}
