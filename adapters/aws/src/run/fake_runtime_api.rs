//! A Runtime API for tests: delivers what it is given, keeps what it is told.

use std::collections::{HashMap, VecDeque};
use std::io;
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
    pub(super) reading: Reading,
}

impl Planned {
    fn id(&self) -> String {
        let mut headers = self.headers.iter();
        let id = headers.find(|(name, _)| *name == "lambda-runtime-aws-request-id");
        id.map_or_else(String::new, |(_, id)| {
            String::from_utf8(id.clone()).unwrap()
        })
    }
}

/// How the answer is read.
#[derive(Debug, Clone, Default)]
pub(super) enum Reading {
    #[default]
    ToTheEnd,
    /// Not before this is notified.
    Once(Arc<Notify>),
    /// It is accepted, and only read then.
    AfterTheVerdict,
    /// Whoever reads goes away after the first bytes.
    GivenUp,
    /// Not at all: the verdict comes before.
    Never,
}

/// What the process told the Runtime API.
#[derive(Debug, Clone)]
pub(super) struct Told {
    /// What follows `/2018-06-01/runtime/`.
    pub(super) path: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) trailers: HeaderMap,
}

impl Told {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The prelude and the body of a streamed answer.
    pub(super) fn streamed(&self) -> (Value, &[u8]) {
        let zeros = self.body.windows(8).position(|bytes| bytes == [0; 8]);
        let (prelude, body) = self.body.split_at(zeros.expect("no end of the prelude"));
        (serde_json::from_slice(prelude).unwrap(), &body[8..])
    }

    /// The body of an answer, which is JSON itself.
    pub(super) fn problem(&self) -> Value {
        serde_json::from_str(self.json()["body"].as_str().unwrap()).unwrap()
    }
}

#[derive(Debug, Default)]
struct State {
    planned: Mutex<VecDeque<Planned>>,
    /// By the request's id.
    under_way: Mutex<HashMap<String, Planned>>,
    told: Mutex<Vec<Told>>,
    /// The path of each request, in their order.
    asked: Mutex<Vec<String>>,
    connections: Mutex<usize>,
    deliveries: Mutex<usize>,
    has_delivered: Notify,
    is_asked: Notify,
    is_done: Notify,
}

/// What becomes of extensions that register.
#[derive(Debug, Clone, Copy)]
pub(super) enum Extensions {
    Taken,
    Refused,
    /// They get no answer.
    Ignored,
}

#[derive(Debug, Clone)]
pub(super) struct FakeRuntimeApi {
    pub(super) address: String,
    extensions: Extensions,
    state: Arc<State>,
}

impl FakeRuntimeApi {
    pub(super) async fn start(planned: Vec<Planned>) -> Self {
        Self::with(Extensions::Taken, planned).await
    }

    pub(super) async fn with(extensions: Extensions, planned: Vec<Planned>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = Self {
            address: listener.local_addr().unwrap().to_string(),
            extensions,
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

    /// Waits until something is asked for at that path.
    pub(super) async fn asked_for(&self, path: &str) {
        while !self.asked().iter().any(|asked| asked == path) {
            self.state.is_asked.notified().await;
        }
    }

    pub(super) fn asked(&self) -> Vec<String> {
        self.state.asked.lock().unwrap().clone()
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

    async fn answer(self, request: Request<Incoming>) -> io::Result<Response<Full<Bytes>>> {
        let (parts, body) = request.into_parts();
        let path = parts.uri.path();
        self.state.asked.lock().unwrap().push(path.to_owned());
        self.state.is_asked.notify_one();
        if let Some(path) = path.strip_prefix("/2020-01-01/extension/") {
            return Ok(self.extension(path, &parts.headers, body).await);
        }
        let path = path.strip_prefix("/2018-06-01/runtime/").unwrap();
        if path == "invocation/next" {
            return Ok(self.next().await);
        }
        let id = path.split('/').nth(1).unwrap_or_default();
        let planned = self.state.under_way.lock().unwrap().remove(id);
        let planned = planned.unwrap_or_default();
        let told = Told {
            path: path.to_owned(),
            headers: parts.headers,
            body: Bytes::new(),
            trailers: HeaderMap::new(),
        };
        match planned.reading {
            Reading::ToTheEnd => self.read(told, body).await,
            Reading::Once(ready) => {
                ready.notified().await;
                self.read(told, body).await;
            }
            Reading::AfterTheVerdict => {
                let reading = self.clone();
                tokio::spawn(async move { reading.read(told, body).await });
            }
            Reading::Never => {}
            Reading::GivenUp => {
                let mut body = body;
                body.frame().await.unwrap().unwrap();
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
        }
        let mut response = Response::new(Full::from("{\"errorMessage\":\"no\"}"));
        *response.status_mut() = planned.verdict.unwrap_or(StatusCode::ACCEPTED);
        if planned.close {
            let close = "close".parse().unwrap();
            response.headers_mut().insert("connection", close);
        }
        Ok(response)
    }

    /// Reads what the process tells to its end, and keeps it.
    async fn read(&self, told: Told, body: Incoming) {
        let whole = body.collect().await.unwrap();
        let trailers = whole.trailers().cloned().unwrap_or_default();
        self.state.told.lock().unwrap().push(Told {
            body: whole.to_bytes(),
            trailers,
            ..told
        });
    }

    async fn extension(
        &self,
        path: &str,
        headers: &HeaderMap,
        body: Incoming,
    ) -> Response<Full<Bytes>> {
        const IDENTIFIER: &str = "lambda-extension-identifier";
        if path == "event/next" {
            assert_eq!(headers[IDENTIFIER], "the-extension");
            return std::future::pending().await;
        }
        assert_eq!(headers["lambda-extension-name"], "polyfn");
        let body = body.collect().await.unwrap().to_bytes();
        assert_eq!(body, "{\"events\":[]}");
        let response = Response::builder();
        let response = match self.extensions {
            Extensions::Taken => response.header(IDENTIFIER, "the-extension"),
            Extensions::Refused => response.status(StatusCode::NOT_FOUND),
            Extensions::Ignored => std::future::pending().await,
        };
        response.body(Full::default()).unwrap()
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
        self.state
            .under_way
            .lock()
            .unwrap()
            .insert(planned.id(), planned);
        *self.state.deliveries.lock().unwrap() += 1;
        self.state.has_delivered.notify_one();
        response.body(event.into()).unwrap()
    }
}
