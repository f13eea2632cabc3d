//! The built app, answering requests.

use std::convert::Infallible;
use std::num::NonZeroUsize;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::{Either, select};
use http::{Method, StatusCode};
use http_body::Body as _;
use tower_service::Service;

use crate::event::{EventDispatch, mistriggered};
use crate::http::{Dispatch, Guard, ResponseFuture, Routed, Routes, guard, make_sendable};
use crate::life::Life;
use crate::names::misnamed;
use crate::observer::Observers;
use crate::{
    App, AppError, Body, BoxError, Context, Delivery, DynHandler, Error, Function, Observer,
    Outcome, Params, Request, Response, Result, Target,
};

/// The app in working order: routes each request to its function. Cheap to clone.
///
/// The adapters call it; it is a [`tower_service::Service`] as well, for servers and tests
/// of your own:
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use polyfn_core::{App, Body, Context, Request, Target, get};
///
/// let app = App::new().http("hello", get("/hello"), |_| async { "Hello!" });
/// let service = app.into_service().unwrap();
///
/// let request = http::Request::get("/hello").body(Body::empty()).unwrap();
/// let response = service.respond(Context::new(Target::Local, "1"), request).await;
/// assert_eq!(response.status(), 200);
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct AppService {
    functions: Arc<[Function]>,
    routes: Arc<Routes>,
    body_limit_bytes: u64,
    timeout_buffer: Duration,
    /// The place of the function that is deployed alone.
    only: Option<usize>,
    events: EventDispatch,
    dispatch: Dispatch,
    /// The same, within the app's layers, where it has any.
    layered: Option<DynHandler>,
    life: Arc<Life>,
    observers: Observers,
}

/// 6 MiB: what Lambda can deliver, so that the same requests pass everywhere.
const DEFAULT_BODY_LIMIT_BYTES: u64 = 6 * 1024 * 1024;

/// What an answer takes to leave, and some more.
const DEFAULT_TIMEOUT_BUFFER: Duration = Duration::from_millis(500);

impl AppService {
    pub(crate) fn new(app: App) -> Result<Self, AppError> {
        let App {
            functions,
            layers,
            body_limit_bytes,
            life,
        } = app;
        let mut problems = misnamed(&functions);
        problems.extend(mistriggered(&functions));
        let routes = Routes::new(&functions)
            .map_err(|wrong| problems.extend(wrong))
            .unwrap_or_default();
        if !problems.is_empty() {
            return Err(AppError::new(problems));
        }
        let functions: Arc<[Function]> = functions.into();
        let dispatch = Dispatch::new(Arc::clone(&functions));
        let layered = layers.into_iter().fold(None, |inner, layer| {
            let innermost = || DynHandler::new(Guard(dispatch.clone()));
            Some(layer(inner.unwrap_or_else(innermost)))
        });
        Ok(Self {
            routes: Arc::new(routes),
            body_limit_bytes: body_limit_bytes.unwrap_or(DEFAULT_BODY_LIMIT_BYTES),
            timeout_buffer: DEFAULT_TIMEOUT_BUFFER,
            only: None,
            events: EventDispatch::new(Arc::clone(&functions)),
            functions,
            dispatch,
            layered,
            life: Arc::new(life),
            observers: Observers::default(),
        })
    }

    pub(crate) fn life(&self) -> &Life {
        &self.life
    }

    /// The same service with another limit on request bodies, in bytes.
    #[must_use]
    pub fn with_body_limit(self, bytes: u64) -> Self {
        Self {
            body_limit_bytes: bytes,
            ..self
        }
    }

    /// The same service with another time between a handler's end and the platform's own
    /// deadline (500 ms): what is needed to answer in. See [`Context::budget`].
    #[must_use]
    pub fn with_timeout_buffer(self, buffer: Duration) -> Self {
        Self {
            timeout_buffer: buffer,
            ..self
        }
    }

    /// The time between a handler's end and the platform's own deadline.
    pub fn timeout_buffer(&self) -> Duration {
        self.timeout_buffer
    }

    /// The same service with the logical names of triggers bound to real ones: `variable` is
    /// asked for each [`Function::binding_variable`].
    #[must_use]
    pub fn bound(self, variable: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            events: self.events.bound(variable),
            ..self
        }
    }

    /// The same service with another limit on how many events of one invocation are handled at
    /// once (10).
    #[must_use]
    pub fn with_batch_concurrency(self, events: NonZeroUsize) -> Self {
        Self {
            events: self.events.with_concurrency(events),
            ..self
        }
    }

    /// The same service with one more that hears of each invocation.
    #[must_use]
    pub fn observed(self, observer: Arc<dyn Observer>) -> Self {
        Self {
            observers: self.observers.with(observer),
            ..self
        }
    }

    /// The function of that name.
    pub fn function(&self, name: &str) -> Option<&Function> {
        self.functions().find(|function| function.name() == name)
    }

    /// The functions, in the order in which they were added.
    pub fn functions(&self) -> impl Iterator<Item = &Function> {
        self.functions
            .iter()
            .enumerate()
            .filter(|(place, _)| self.only.is_none_or(|only| only == *place))
            .map(|(_, function)| function)
    }

    /// Whether one function is deployed alone.
    pub fn is_alone(&self) -> bool {
        self.only.is_some()
    }

    /// Whether there are functions that take events.
    pub fn takes_events(&self) -> bool {
        self.events.takes_events()
    }

    /// The same service for a deployment of one function alone. One that HTTP calls gets every
    /// path with a method that its route takes, and its path parameters where the route
    /// matches; one that takes events gets all of its kind, whatever their bucket or queue.
    ///
    /// # Errors
    ///
    /// When there is no function of that name; the error lists those that there are.
    pub fn alone(self, name: &str) -> Result<Self, AppError> {
        let Some(place) = self.functions.iter().position(|f| f.name() == name) else {
            let known: Vec<_> = self.functions.iter().map(Function::name).collect();
            return Err(AppError::new(vec![format!(
                "there is no function `{name}`; the app has: {}",
                known.join(", ")
            )]));
        };
        let routes = Routes::alone(place, &self.functions[place]).map_err(AppError::new)?;
        Ok(Self {
            routes: Arc::new(routes),
            only: Some(place),
            events: self.events.alone(place),
            ..self
        })
    }

    /// The context with the name of the function that such a request is for: for adapters,
    /// which have to log about invocations that gave no response.
    #[must_use]
    pub fn routed(&self, context: Context, method: &Method, path: &str) -> Context {
        match self.routes.find(method, path) {
            (Routed::Function(place), _) => {
                context.with_function(self.functions[place].shared_name())
            }
            _ => context,
        }
    }

    /// The body, failing once it is larger than the limit: for adapters, which read the bodies
    /// of events themselves.
    #[must_use]
    pub fn limited(&self, body: Body) -> Body {
        body.limited(self.body_limit_bytes)
    }

    /// Handles the events of one invocation, several at once where their order does not matter,
    /// and tells what came of each, in their order. Never fails and never panics.
    ///
    /// When `time_is_up` is ready, the handlers that still run are dropped: their events have
    /// failed, and those that nobody has looked at are skipped.
    ///
    /// A schedule with the payload `{"warmup": true}` [warms up](Self::warm_up) and reaches no
    /// function; so does an event without a type.
    pub async fn deliver(
        &self,
        context: &Context,
        mut deliveries: Vec<Delivery>,
        time_is_up: impl Future<Output = ()> + Send,
    ) -> Vec<Outcome> {
        if let [only] = &deliveries[..] {
            if only.is_warmup() {
                return vec![self.warmed_up().await];
            }
        }
        let mut context = context.clone();
        if self.life.is_cold_start() {
            context = context.at_cold_start();
            deliveries.iter_mut().for_each(Delivery::at_cold_start);
        }
        let started = self.observers.started();
        let outcomes = self.events.deliver(deliveries, time_is_up).await;
        self.observers.ended(&context, started).await;
        outcomes
    }

    async fn warmed_up(&self) -> Outcome {
        match self.warm_up().await {
            Ok(()) => Outcome::Done(Some(Bytes::from_static(b"\"warmed up\""))),
            Err(error) => Outcome::Failed(Arc::new(error)),
        }
    }

    /// Answers one request. Never fails and never panics: what goes wrong is a response.
    pub fn respond(
        &self,
        context: Context,
        request: Request,
    ) -> impl Future<Output = Response> + Send + use<> {
        self.respond_until(context, request, std::future::pending())
    }

    /// [`respond`](Self::respond), but when `time_is_up` is ready, a handler that still runs
    /// is dropped, and the answer is 504.
    pub fn respond_until<T>(
        &self,
        context: Context,
        mut request: Request,
        time_is_up: T,
    ) -> impl Future<Output = Response> + Send + use<T>
    where
        T: Future<Output = ()> + Send,
    {
        // All that can be done at once is done here: the future then is small, and cheap to
        // move about.
        let (routed, params) = self.route(&request);
        let mut context = match &routed {
            Routed::Function(place) => context.with_function(self.functions[*place].shared_name()),
            _ => context,
        };
        if self.life.is_cold_start() {
            context = context.at_cold_start();
        }
        let is_head = request.method() == Method::HEAD;
        let body = std::mem::take(request.body_mut());
        *request.body_mut() = self.limited(body);
        let extensions = request.extensions_mut();
        extensions.insert(context.clone());
        if params.is_empty() {
            // Within another app, those of its route are there.
            extensions.remove::<Params>();
        } else {
            extensions.insert(params);
        }
        let answer = match &self.layered {
            None => self.dispatch.answer(routed, request),
            Some(layered) => {
                extensions.insert(routed);
                layered.respond(request)
            }
        };
        let observers = self.observers.clone();
        async move {
            let started = observers.started();
            let answered = in_time(&context, answer, time_is_up);
            let mut response = context.scope(guard(&context, answered)).await;
            make_sendable(&mut response, is_head, &context);
            observers.ended(&context, started).await;
            response
        }
    }

    fn route(&self, request: &Request) -> (Routed, Params) {
        if request.body().size_hint().lower() > self.body_limit_bytes {
            return (Routed::TooLarge(self.body_limit_bytes), Params::default());
        }
        self.routes.find(request.method(), request.uri().path())
    }
}

/// The answer, unless the time is up before: the handler is dropped then.
async fn in_time(
    context: &Context,
    answer: ResponseFuture,
    time_is_up: impl Future<Output = ()>,
) -> Result<Response> {
    let mut until_end = context.until_end();
    match select(answer, pin!(time_is_up)).await {
        Either::Left((response, _)) => {
            until_end.end();
            Ok(response)
        }
        Either::Right(_) => Err(Error::new(
            StatusCode::GATEWAY_TIMEOUT,
            "the function did not answer in time",
        )),
    }
}

/// A request that carries a [`Context`] in its extensions keeps it; any other gets a fresh
/// local one.
impl<B> Service<http::Request<B>> for AppService
where
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<B>) -> Self::Future {
        let mut request = request.map(Body::new);
        let context = request
            .extensions_mut()
            .remove()
            .unwrap_or_else(|| Context::new(Target::Local, Context::fresh_invocation_id()));
        let response = self.respond(context, request);
        Box::pin(async { Ok(response.await) })
    }
}
