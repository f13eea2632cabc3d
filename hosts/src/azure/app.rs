//! A function app and its worker: finding the function, calling it in its mode, its time limit.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode};
use hyper::body::Incoming;
use serde_json::{Map, Value};
use tokio::time::timeout;

use super::activity::Activity;
use super::binding_data::BindingData;
use super::forwarding::forward;
use super::function_json::Function;
use super::host_headers::new_invocation_id;
use super::host_json::{HostJson, HttpMode};
use super::http_request::{RoutedRequest, sys};
use super::invocation::{Answer, Invocation, NoAnswer};
use super::net_value::NetValue;
use super::proxying::proxy;
use super::worker::{Run, Worker};
use super::{http_output, invocation, path};
use crate::Error;
use crate::body::{Body, BoxError, Unread, empty, full, read};
use crate::cut_off::cut_off;
use crate::error::Kind;

/// `FUNCTIONS_REQUEST_BODY_SIZE_LIMIT`'s default, `HttpRequestBodySizeMiddleware.cs`.
const REQUEST_LIMIT: usize = 104_857_600;

#[derive(Debug)]
pub(super) struct App {
    host: HostJson,
    /// In the order in which their routes are tried.
    functions: Vec<Function>,
    worker: Arc<Worker>,
    activity_timeout: Duration,
    /// How many items have come to be delivered.
    arrived: AtomicI64,
}

impl App {
    pub(super) fn new(
        host: HostJson,
        mut functions: Vec<Function>,
        worker: Arc<Worker>,
        activity_timeout: Duration,
    ) -> Self {
        functions.sort_by_key(|function| {
            function
                .route
                .as_ref()
                .map(super::route::Template::precedence)
        });
        Self {
            host,
            functions,
            worker,
            activity_timeout,
            arrived: AtomicI64::new(0),
        }
    }

    pub(super) async fn serve(self: Arc<Self>, request: Request<Incoming>) -> Response<Body> {
        let (parts, body) = request.into_parts();
        let path = path::decode(parts.uri.path());
        let Some((function, route_values)) = self.find(&parts.method, &path) else {
            return unrouted(&path);
        };
        let request = RoutedRequest {
            parts,
            path,
            route_values,
        };
        // A failing invocation is a 500 without a body: the message goes to the log.
        self.call(function, &request, body)
            .await
            .unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
    }

    /// The function of a path (with the prefix) and its route values.
    fn find(&self, method: &http::Method, path: &str) -> Option<(&Function, Map<String, Value>)> {
        let path = path.strip_prefix('/').unwrap_or(path);
        let prefix = self.host.route_prefix.trim_matches('/');
        let below = match prefix {
            "" => path,
            prefix => match path.split_at_checked(prefix.len())? {
                (start, "") if start.eq_ignore_ascii_case(prefix) => "",
                (start, rest) if start.eq_ignore_ascii_case(prefix) => rest.strip_prefix('/')?,
                _ => return None,
            },
        };
        self.functions
            .iter()
            .filter(|function| function.takes(method))
            .find_map(|function| {
                let values = function.route.as_ref()?.matches(below)?;
                Some((function, values))
            })
    }

    async fn call(
        &self,
        function: &Function,
        request: &RoutedRequest,
        body: Incoming,
    ) -> Result<Response<Body>, BoxError> {
        let run = self.worker.ready().await?;
        let response = self
            .call_in_mode(Arc::clone(&run), function, request, body)
            .await;
        if response.is_err() {
            run.settle().await;
        }
        response
    }

    async fn call_in_mode(
        &self,
        run: Arc<Run>,
        function: &Function,
        request: &RoutedRequest,
        body: Incoming,
    ) -> Result<Response<Body>, BoxError> {
        let id = new_invocation_id();
        let mode = if function.is_http_in_and_out() {
            self.host.http_mode
        } else {
            HttpMode::Invocation
        };
        if mode == HttpMode::Proxying {
            return self.proxy(run, request, body, &id).await;
        }
        let body = match read(body, REQUEST_LIMIT).await {
            Ok(body) => body,
            Err(Unread::TooLarge) => return Ok(status(StatusCode::PAYLOAD_TOO_LARGE)),
            Err(Unread::Broken) => return Ok(status(StatusCode::BAD_REQUEST)),
        };
        let port = self.worker.port();
        if mode == HttpMode::Forwarding {
            return match self.limited(&run, forward(port, request, body, &id)).await {
                Some(response) => response,
                None => Err("the invocation timed out".into()),
            };
        }
        let data = Map::from_iter([(function.trigger.name.clone(), request.datum(&body))]);
        let metadata = request.metadata(&function.name, &body);
        match self.invoke(&run, &function.name, &id, data, metadata).await {
            Invocation::Completed(answer) => Ok(http_output::response(function, &answer)?),
            failure => Err(format!("{failure:?}").into()),
        }
    }

    async fn proxy(
        &self,
        run: Arc<Run>,
        request: &RoutedRequest,
        body: Incoming,
        id: &str,
    ) -> Result<Response<Body>, BoxError> {
        let activity = Activity::new();
        let body = activity.marked(body);
        let over = {
            let (activity, limit) = (activity.clone(), self.activity_timeout);
            let time_limit = self.host.function_timeout;
            async move {
                tokio::select! {
                    () = activity.ceases(limit) => {}
                    () = passes(time_limit) => run.recycle(),
                }
            }
        };
        let mut over = Box::pin(over);
        let response = tokio::select! {
            response = proxy(self.worker.port(), request, body, id) => response?,
            () = &mut over => return Err("the invocation timed out".into()),
        };
        activity.mark();
        Ok(response.map(|body| cut_off(activity.marked(body), over)))
    }

    /// The number that the next item has in its queue or stream; the first is 1.
    pub(super) fn next_sequence_number(&self) -> i64 {
        self.arrived
            .fetch_add(1, Ordering::Relaxed)
            .saturating_add(1)
    }

    pub(super) fn functions(&self) -> &[Function] {
        &self.functions
    }

    pub(super) fn function(&self, name: &str) -> Result<&Function, Error> {
        let mut functions = self.functions.iter();
        functions
            .find(|function| function.name == name)
            .ok_or_else(|| {
                let names = self.functions.iter().map(|function| function.name.as_str());
                let names: Vec<_> = names.collect();
                Kind::NoSuchFunction(name.to_owned(), names.join(", ")).into()
            })
    }

    /// An invocation of a function that HTTP does not trigger.
    pub(super) async fn trigger(
        &self,
        function: &Function,
        inputs: &[(String, NetValue)],
        mut binding_data: BindingData,
        retry_context: Option<Value>,
    ) -> Result<Invocation, Error> {
        let run = self.worker.ready().await?;
        binding_data.insert_sys(sys(&function.name));
        for (_, value) in inputs
            .iter()
            .filter(|(name, _)| *name == function.trigger.name)
        {
            binding_data.poison(value);
        }
        let mut metadata = binding_data.metadata();
        // Set last: no message can forge it.
        metadata.extend(retry_context.map(|context| ("RetryContext".to_owned(), context)));
        let data = inputs
            .iter()
            .map(|(name, value)| (name.clone(), value.wire()));
        let id = new_invocation_id();
        let outcome = self
            .invoke(&run, &function.name, &id, data.collect(), metadata)
            .await;
        if !matches!(outcome, Invocation::Completed(_)) {
            run.settle().await;
        }
        Ok(outcome)
    }

    /// `/admin/warmup`, which the platform calls once on each instance that it adds: the function
    /// that is called `warmup`, in any case of letters, and has a `warmupTrigger`
    /// (<https://learn.microsoft.com/azure/azure-functions/functions-bindings-warmup>). Its trigger
    /// binds no value (`WarmupTriggerBinding.cs`); that this is a null on the wire is assumed.
    pub(super) async fn warm_up(&self) -> Result<Option<Invocation>, Error> {
        let mut functions = self.functions.iter();
        let warmup = functions.find(|function| {
            function.name.eq_ignore_ascii_case("warmup") && function.trigger.is("warmupTrigger")
        });
        let Some(function) = warmup else {
            return Ok(None);
        };
        let nothing = [(function.trigger.name.clone(), NetValue::Json(Value::Null))];
        let outcome = self.trigger(function, &nothing, BindingData::default(), None);
        outcome.await.map(Some)
    }

    async fn invoke(
        &self,
        run: &Run,
        function: &str,
        id: &str,
        data: Map<String, Value>,
        metadata: Map<String, Value>,
    ) -> Invocation {
        let answer = async {
            match invocation::call(self.worker.port(), function, id, data, metadata).await {
                Ok(answer) => Ok(answer),
                Err(NoAnswer::Failed(reason)) => Err(reason),
                // Nothing ever completes the invocation: its time limit has to.
                Err(NoAnswer::Hangs) => std::future::pending::<Result<Answer, String>>().await,
            }
        };
        match (self.limited(run, answer).await, self.host.function_timeout) {
            (Some(Ok(answer)), _) => Invocation::Completed(answer),
            (Some(Err(reason)), _) => Invocation::Failed { reason },
            (None, after) => Invocation::TimedOut {
                after: after.unwrap_or_default(),
            },
        }
    }

    /// Runs `invocation` until `functionTimeout`, which kills the whole worker.
    async fn limited<T>(&self, run: &Run, invocation: impl Future<Output = T>) -> Option<T> {
        let Some(limit) = self.host.function_timeout else {
            return Some(invocation.await);
        };
        let result = timeout(limit, invocation).await.ok();
        if result.is_none() {
            run.recycle();
        }
        result
    }
}

/// `HomepageMiddleware`: the root, where no function has it.
fn unrouted(path: &str) -> Response<Body> {
    if path != "/" {
        return status(StatusCode::NOT_FOUND);
    }
    let mut response = Response::new(full(Bytes::from_static(
        b"<html><body>Your Azure Function App is up and running.</body></html>",
    )));
    response.headers_mut().insert(
        http::header::CONTENT_TYPE,
        HeaderValue::from_static("text/html"),
    );
    response
}

fn status(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(empty());
    *response.status_mut() = status;
    response
}

/// Waits as long as `limit` says; for ever without one.
async fn passes(limit: Option<Duration>) {
    match limit {
        Some(limit) => tokio::time::sleep(limit).await,
        None => std::future::pending().await,
    }
}
