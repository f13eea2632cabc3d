//! A Runtime API for tests: delivers what it is given, keeps what it is told.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// What `next` answers.
#[derive(Debug, Clone, Default)]
pub(super) struct Planned {
    pub(super) event: Vec<u8>,
    pub(super) headers: Vec<(&'static str, Vec<u8>)>,
    /// What the POST of the answer is answered with; 202 if not set.
    pub(super) verdict: Option<StatusCode>,
    /// Whether the connection is closed after this delivery was answered.
    pub(super) close: bool,
}

/// What the process told the Runtime API.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// What follows `/2018-06-01/runtime/`.
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
}

impl Told {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The body of an answer, which is JSON itself.
    pub(super) fn problem(&self) -> Value {
        serde_json::from_str(self.json()["body"].as_str().unwrap()).unwrap()
    }
}

#[derive(Debug, Default)]
struct State {
    planned: Mutex<VecDeque<Planned>>,
    under_way: Mutex<Option<Planned>>,
    told: Mutex<Vec<Told>>,
    connections: Mutex<usize>,
    deliveries: Mutex<usize>,
    has_delivered: Notify,
    is_done: Notify,
}

#[derive(Debug, Clone)]
pub(super) struct FakeRuntimeApi {
    pub(super) address: String,
    state: Arc<State>,
}

impl FakeRuntimeApi {
    pub(super) async fn start(planned: Vec<Planned>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = Self {
            address: listener.local_addr().unwrap().to_string(),
            state: Arc::new(State {
                planned: Mutex::new(planned.into()),
                ..State::default()
            }),
        };
        let served = api.clone();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                *served.state.connections.lock().unwrap() += 1;
                let served = served.clone();
                let service = service_fn(move |request| served.clone().answer(request));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        api
    }

    /// Waits until all was delivered and `next` is asked once more.
    pub(super) async fn done(&self) {
        self.state.is_done.notified().await;
    }

    /// Waits until `count` invocations have been handed out, whether or not they have arrived.
    pub(super) async fn delivered(&self, count: usize) {
        while self.deliveries() < count {
            self.state.has_delivered.notified().await;
        }
    }

    pub(super) fn deliveries(&self) -> usize {
        *self.state.deliveries.lock().unwrap()
    }

    pub(super) fn told(&self) -> Vec<Told> {
        self.state.told.lock().unwrap().clone()
    }

    pub(super) fn connections(&self) -> usize {
        *self.state.connections.lock().unwrap()
    }

    async fn answer(self, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
        let (parts, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        let path = parts.uri.path();
        let path = path.strip_prefix("/2018-06-01/runtime/").unwrap();
        if path == "invocation/next" {
            return Ok(self.next().await);
        }
        self.state.told.lock().unwrap().push(Told {
            path: path.to_owned(),
            headers: parts.headers,
            body,
        });
        let planned = self
            .state
            .under_way
            .lock()
            .unwrap()
            .take()
            .unwrap_or_default();
        let mut response = Response::new(Full::from("{\"errorMessage\":\"no\"}"));
        *response.status_mut() = planned.verdict.unwrap_or(StatusCode::ACCEPTED);
        if planned.close {
            let close = "close".parse().unwrap();
            response.headers_mut().insert("connection", close);
        }
        Ok(response)
    }

    async fn next(&self) -> Response<Full<Bytes>> {
        let Some(planned) = self.state.planned.lock().unwrap().pop_front() else {
            self.state.is_done.notify_one();
            return std::future::pending().await;
        };
        let mut response = Response::builder();
        for (name, value) in &planned.headers {
            response = response.header(*name, value.as_slice());
        }
        let event = planned.event.clone();
        *self.state.under_way.lock().unwrap() = Some(planned);
        *self.state.deliveries.lock().unwrap() += 1;
        self.state.has_delivered.notify_one();
        response.body(event.into()).unwrap()
    }
}
