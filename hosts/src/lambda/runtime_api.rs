//! The Runtime API that the process under test polls.
//!
//! The rules are those of <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>:
//! `GET /2018-06-01/runtime/invocation/next` (a long poll, for any number of pollers),
//! `POST …/invocation/{id}/response`, `POST …/invocation/{id}/error`, `POST …/runtime/init/error`.
//! The sizes are those of <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>,
//! and of the Runtime Interface Emulator where the page rounds.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use serde_json::{Value, json};
use tokio::sync::{Notify, oneshot};

use super::invocation::Invocation;
use crate::base64;
use crate::body::{Body, Unread, full, read_with_trailers};

/// Of a request, and of a buffered response: 6 MiB, and 100 bytes that the service adds.
pub(super) const PAYLOAD_LIMIT: usize = 6 * 1024 * 1024 + 100;

/// Of a streamed response.
const STREAM_LIMIT: usize = 200 * 1024 * 1024;

const PREFIX: &str = "/2018-06-01/runtime/";

/// What `next` hands to the process.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) payload: Bytes,
}

/// The state that the API's requests and the environment share.
#[derive(Debug, Default)]
pub(super) struct RuntimeApi {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Requests for `next` that wait.
    pollers: VecDeque<oneshot::Sender<Delivery>>,
    /// The invocation that the process has been given.
    current: Option<(String, oneshot::Sender<Invocation>)>,
    /// The process's own report that it cannot start.
    init_error: Option<Invocation>,
}

impl RuntimeApi {
    /// Forgets everything about an earlier process.
    pub(super) fn reset(&self) {
        *self.state() = State::default();
    }

    /// Waits until the process polls, and gives it the invocation.
    pub(super) async fn deliver(
        &self,
        id: &str,
        mut delivery: Delivery,
    ) -> oneshot::Receiver<Invocation> {
        loop {
            let changed = self.changed.notified();
            if let Some(poller) = self.next_poller() {
                let (sender, outcome) = oneshot::channel();
                self.state().current = Some((id.to_owned(), sender));
                match poller.send(delivery) {
                    Ok(()) => return outcome,
                    // That poller has gone away in this moment.
                    Err(returned) => delivery = returned,
                }
            } else {
                changed.await;
            }
        }
    }

    /// Waits for a report of a failed start.
    pub(super) async fn init_error(&self) -> Invocation {
        loop {
            let changed = self.changed.notified();
            if let Some(error) = self.state().init_error.take() {
                return error;
            }
            changed.await;
        }
    }

    fn next_poller(&self) -> Option<oneshot::Sender<Delivery>> {
        let mut state = self.state();
        while let Some(poller) = state.pollers.pop_front() {
            if !poller.is_closed() {
                return Some(poller);
            }
        }
        None
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every update of the state is a single assignment: it is whole after a panic as well.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn serve(self: Arc<Self>, request: Request<Incoming>) -> Response<Body> {
        let path = request.uri().path().to_owned();
        let Some(route) = path.strip_prefix(PREFIX) else {
            return refusal(
                StatusCode::NOT_FOUND,
                "NotFound",
                "no such path in the Runtime API",
            );
        };
        let method = request.method().clone();
        match route.split('/').collect::<Vec<_>>()[..] {
            ["invocation", "next"] if method == Method::GET => self.next().await,
            ["invocation", id, "response"] if method == Method::POST => {
                self.response(id, request).await
            }
            ["invocation", id, "error"] if method == Method::POST => self.error(id, request).await,
            ["init", "error"] if method == Method::POST => self.failed_start(request).await,
            _ => refusal(
                StatusCode::NOT_FOUND,
                "NotFound",
                "no such method and path in the Runtime API",
            ),
        }
    }

    async fn next(&self) -> Response<Body> {
        let (sender, delivery) = oneshot::channel();
        self.state().pollers.push_back(sender);
        self.changed.notify_waiters();
        let Ok(delivery) = delivery.await else {
            return refusal(
                StatusCode::FORBIDDEN,
                "InvalidStateTransition",
                "another process has taken over",
            );
        };
        let mut response = Response::new(full(delivery.payload));
        response.headers_mut().extend(delivery.headers);
        response
    }

    async fn response(&self, id: &str, request: Request<Incoming>) -> Response<Body> {
        let streamed = header(request.headers(), "lambda-runtime-function-response-mode")
            .as_deref()
            == Some("streaming");
        let limit = if streamed {
            STREAM_LIMIT
        } else {
            PAYLOAD_LIMIT
        };
        match read_with_trailers(request.into_body(), limit).await {
            Ok((body, trailers)) => {
                // A stream that fails half way says so in its trailers.
                let outcome = match header(&trailers, "lambda-runtime-function-error-type") {
                    Some(error_type) => stream_error(error_type, &trailers),
                    None => Invocation::Response(body),
                };
                self.finish(id, outcome)
            }
            Err(Unread::TooLarge) => {
                let accepted = self.finish(id, Invocation::ResponseTooLarge { limit });
                if accepted.status() != StatusCode::ACCEPTED {
                    return accepted;
                }
                let message = format!("Exceeded maximum allowed payload size ({limit} bytes).");
                refusal(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "RequestEntityTooLarge",
                    &message,
                )
            }
            // The process has closed the connection half way. It may try again, or die.
            Err(Unread::Broken) => refusal(
                StatusCode::BAD_REQUEST,
                "InvalidRequest",
                "the body broke off",
            ),
        }
    }

    async fn error(&self, id: &str, request: Request<Incoming>) -> Response<Body> {
        let (error_type, error_message) = report(request).await;
        self.finish(
            id,
            Invocation::Error {
                error_type,
                error_message,
            },
        )
    }

    async fn failed_start(&self, request: Request<Incoming>) -> Response<Body> {
        let (error_type, error_message) = report(request).await;
        self.state().init_error = Some(Invocation::InitError {
            error_type,
            error_message,
        });
        self.changed.notify_waiters();
        accepted()
    }

    fn finish(&self, id: &str, outcome: Invocation) -> Response<Body> {
        let current = self.state().current.take_if(|(current, _)| current == id);
        match current {
            // The environment has stopped waiting only if the whole host is going away.
            Some((_, sender)) => match sender.send(outcome) {
                Ok(()) => accepted(),
                Err(_) => refusal(
                    StatusCode::BAD_REQUEST,
                    "InvalidRequestID",
                    "the invocation is over",
                ),
            },
            None => refusal(
                StatusCode::BAD_REQUEST,
                "InvalidRequestID",
                "Invalid request ID",
            ),
        }
    }
}

/// `{"errorType","errorMessage"}` of the body; the type may be in a header as well.
async fn report(request: Request<Incoming>) -> (String, String) {
    let header_type = header(request.headers(), "lambda-runtime-function-error-type");
    let body = match read_with_trailers(request.into_body(), PAYLOAD_LIMIT).await {
        Ok((body, _)) => body,
        Err(_) => Bytes::new(),
    };
    let report: Value = serde_json::from_slice(&body).unwrap_or_default();
    let member = |name: &str| report.get(name).and_then(Value::as_str).map(str::to_owned);
    let error_type = member("errorType")
        .or(header_type)
        .unwrap_or_else(|| "Unhandled".to_owned());
    let error_message =
        member("errorMessage").unwrap_or_else(|| String::from_utf8_lossy(&body).into_owned());
    (error_type, error_message)
}

fn stream_error(error_type: String, trailers: &HeaderMap) -> Invocation {
    let error_message = header(trailers, "lambda-runtime-function-error-body")
        .and_then(|body| base64::decode(&body))
        .map(|body| String::from_utf8_lossy(&body).into_owned())
        .unwrap_or_default();
    Invocation::Error {
        error_type,
        error_message,
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}

fn accepted() -> Response<Body> {
    answer(StatusCode::ACCEPTED, &json!({"status": "OK"}))
}

fn refusal(status: StatusCode, error_type: &str, message: &str) -> Response<Body> {
    answer(
        status,
        &json!({"errorType": error_type, "errorMessage": message}),
    )
}

fn answer(status: StatusCode, body: &Value) -> Response<Body> {
    let mut response = Response::new(full(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(
        http::header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}
