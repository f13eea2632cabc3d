//! The Runtime API that the process under test polls.
//!
//! The rules are those of <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>:
//! `GET /2018-06-01/runtime/invocation/next` (a long poll, for any number of pollers),
//! `POST …/invocation/{id}/response`, `POST …/invocation/{id}/error`, `POST …/runtime/init/error`;
//! and under `/2020-01-01` the [Extensions API](extension).
//! The sizes are those of <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>,
//! and of the Runtime Interface Emulator where the page rounds.

mod answers;
mod extension;
mod posted;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode};
use hyper::body::Incoming;
use serde_json::json;
use tokio::sync::{Notify, oneshot};

use self::answers::{Refusal, answer};
use self::extension::Extensions;
pub(super) use self::extension::Subscriptions;
use super::invocation::Invocation;
use super::request::{ACCOUNT, new_request_id};
use super::streamed::Streamed;
use crate::body::{Body, full, read};

/// Of a request, and of a buffered response: 6 MiB, and 100 bytes that the service adds.
pub(super) const PAYLOAD_LIMIT: usize = 6 * 1024 * 1024 + 100;

/// What `next` hands to the process.
#[derive(Debug)]
pub(super) struct Delivery {
    pub(super) headers: HeaderMap,
    pub(super) payload: Bytes,
}

/// What comes of a delivery.
#[derive(Debug)]
pub(super) enum Answer {
    Whole(Invocation),
    Stream(Streamed),
}

impl Answer {
    /// What an invoker gets that waits for all of it.
    pub(super) async fn whole(self) -> Invocation {
        match self {
            Self::Whole(outcome) => outcome,
            Self::Stream(streamed) => streamed.whole().await,
        }
    }
}

/// The state that the API's requests and the environment share.
#[derive(Debug)]
pub(super) struct RuntimeApi {
    function_name: String,
    handler: String,
    subscriptions: Subscriptions,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// Requests for `next` that wait.
    pollers: VecDeque<oneshot::Sender<Delivery>>,
    /// The invocations that the process has been given.
    current: HashMap<String, oneshot::Sender<Answer>>,
    /// The process's own report that it cannot start.
    init_error: Option<Invocation>,
    extensions: Extensions,
    /// Whether the Init phase is over.
    is_initialised: bool,
}

impl RuntimeApi {
    pub(super) fn new(
        function_name: String,
        handler: String,
        subscriptions: Subscriptions,
    ) -> Self {
        Self {
            function_name,
            handler,
            subscriptions,
            state: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Forgets everything about an earlier process.
    pub(super) fn reset(&self) {
        *self.state() = State::default();
    }

    /// Waits until the runtime has asked for its first invocation, and each extension for its
    /// first event.
    pub(super) async fn initialised(&self) {
        loop {
            let changed = self.changed.notified();
            if self.state().is_initialised {
                return;
            }
            changed.await;
        }
    }

    /// Whether any extension has registered.
    pub(super) fn has_extensions(&self) -> bool {
        !self.state().extensions.is_empty()
    }

    /// Waits until the process polls, and gives it what `delivery` makes then.
    pub(super) async fn deliver(
        &self,
        id: &str,
        delivery: impl Fn() -> Delivery,
    ) -> oneshot::Receiver<Answer> {
        loop {
            let changed = self.changed.notified();
            if let Some(poller) = self.next_poller() {
                let (sender, answer) = oneshot::channel();
                let delivery = delivery();
                let headers = delivery.headers.clone();
                self.state().current.insert(id.to_owned(), sender);
                // Otherwise that poller has gone away in this moment.
                if poller.send(delivery).is_ok() {
                    self.state().extensions.tell(&headers);
                    return answer;
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

    /// One that waits, once the extensions are done with the invocation before.
    fn next_poller(&self) -> Option<oneshot::Sender<Delivery>> {
        let mut state = self.state();
        if !state.extensions.are_ready() {
            return None;
        }
        while let Some(poller) = state.pollers.pop_front() {
            if !poller.is_closed() {
                return Some(poller);
            }
        }
        None
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Every update leaves the state whole, whatever happened to its last holder.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) async fn serve(self: Arc<Self>, request: Request<Incoming>) -> Response<Body> {
        let path = request.uri().path().to_owned();
        let method = request.method().clone();
        let answered = match (method, &path.split('/').skip(1).collect::<Vec<_>>()[..]) {
            (Method::GET, ["2018-06-01", "runtime", "invocation", "next"]) => self.next().await,
            (Method::POST, ["2018-06-01", "runtime", "invocation", id, "response"]) => {
                self.response(id, request).await
            }
            (Method::POST, ["2018-06-01", "runtime", "invocation", id, "error"]) => {
                self.error(id, request).await
            }
            (Method::POST, ["2018-06-01", "runtime", "init", "error"]) => {
                self.failed_start(request).await
            }
            (Method::POST, ["2020-01-01", "extension", "register"]) => self.register(request).await,
            (Method::GET, ["2020-01-01", "extension", "event", "next"]) => {
                self.next_event(request.headers()).await
            }
            _ => Err(Refusal::not_found()),
        };
        answered.unwrap_or_else(Response::from)
    }

    async fn next(&self) -> Result<Response<Body>, Refusal> {
        let (sender, delivery) = oneshot::channel();
        self.update(|state| {
            state.pollers.push_back(sender);
            state.extensions.close();
        });
        let delivery = delivery.await.map_err(|_| gone())?;
        let mut response = Response::new(full(delivery.payload));
        *response.headers_mut() = delivery.headers;
        Ok(response)
    }

    async fn register(&self, request: Request<Incoming>) -> Result<Response<Body>, Refusal> {
        let (parts, body) = request.into_parts();
        let body = read(body, PAYLOAD_LIMIT).await;
        let body = body.map_err(|_| Refusal::truncated())?;
        let mut state = self.state();
        let extensions = &mut state.extensions;
        let id = extensions.register(&parts.headers, &body, self.subscriptions)?;
        let mut facts = json!({
            "functionName": self.function_name,
            "functionVersion": "$LATEST",
            "handler": self.handler,
        });
        let features = header(&parts.headers, "lambda-extension-accept-feature");
        if features.is_some_and(|list| list.split(',').any(|name| name.trim() == "accountId")) {
            facts["accountId"] = ACCOUNT.into();
        }
        Ok(with_header(
            answer(StatusCode::OK, &facts),
            "lambda-extension-identifier",
            &id,
        ))
    }

    async fn next_event(&self, headers: &HeaderMap) -> Result<Response<Body>, Refusal> {
        let event = self.update(|state| state.extensions.next(headers))?;
        let event = event.await.map_err(|_| gone())?;
        Ok(with_header(
            answer(StatusCode::OK, &event),
            "lambda-extension-event-identifier",
            &new_request_id(),
        ))
    }

    /// Changes the state, and wakes whoever waits for a change.
    fn update<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let mut state = self.state();
        let changed = change(&mut state);
        state.is_initialised |= !state.pollers.is_empty() && state.extensions.are_ready();
        drop(state);
        self.changed.notify_waiters();
        changed
    }
}

fn gone() -> Refusal {
    Refusal::forbidden("InvalidStateTransition", "another process has taken over")
}

fn with_header(mut response: Response<Body>, name: &'static str, value: &str) -> Response<Body> {
    // What this host makes up is always a header value.
    response.headers_mut().extend(
        value
            .parse()
            .ok()
            .map(|value| (http::HeaderName::from_static(name), value)),
    );
    response
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}
