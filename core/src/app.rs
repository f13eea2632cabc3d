//! The app: the functions of a program.

use std::fmt;

use bytes::Bytes;
use tower_layer::Layer;
use tower_service::Service;

use crate::event::DynEventHandler;
use crate::http::{Guard, Mount};
use crate::life::Life;
use crate::{
    AppService, BoxError, DynHandler, EventInput, EventTrigger, Function, Handler, IntoOutcome,
    IntoResponse, Request, Result, Route,
};

/// The functions of a program, each with a name and a trigger, and the layers around them.
///
/// ```
/// use polyfn_core::{App, Request, RequestExt, Result, get};
///
/// async fn hello(request: Request) -> Result<String> {
///     let name: String = request.param("name")?;
///     Ok(format!("Hello, {name}!"))
/// }
///
/// let app = App::new().http("hello", get("/hello/{name}"), hello);
/// let service = app.into_service().unwrap();
/// assert_eq!(service.functions().next().unwrap().name(), "hello");
/// ```
#[derive(Default)]
#[must_use]
pub struct App {
    pub(crate) functions: Vec<Function>,
    pub(crate) layers: Vec<AppLayer>,
    pub(crate) body_limit_bytes: Option<u64>,
    pub(crate) life: Life,
}

/// A tower layer whose type is forgotten.
pub(crate) type AppLayer = Box<dyn FnOnce(DynHandler) -> DynHandler + Send>;

impl App {
    /// An app without functions.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a function that answers HTTP requests on `route`.
    ///
    /// The name is the one that the platforms know the function by: a letter, then up to 62
    /// letters, digits, `_` or `-`.
    pub fn http<H>(mut self, name: impl Into<String>, route: Route, handler: H) -> Self
    where
        H: Handler<Request>,
        H::Output: IntoResponse,
    {
        let handler = DynHandler::new(handler);
        let function = Function::http(name.into(), route, handler);
        self.functions.push(function);
        self
    }

    /// Adds a function that takes the events of `trigger`: an [`Event`](crate::Event) at a time,
    /// or a whole [`Batch`](crate::Batch).
    ///
    /// The name is subject to the same rule as that of an [`http`](Self::http) function. A
    /// failed event is delivered again by the platform, unless the error says
    /// [`discard`](crate::Error::discard).
    ///
    /// ```
    /// use polyfn_core::{App, Event, ObjectCreated, Result, object_created};
    ///
    /// async fn thumbnail(event: Event<ObjectCreated>) -> Result<()> {
    ///     println!("{} is there", event.data.key);
    ///     Ok(())
    /// }
    ///
    /// let app = App::new().on("thumbnail", object_created("uploads").suffix(".png"), thumbnail);
    /// # app.into_service().unwrap();
    /// ```
    pub fn on<In, H>(
        mut self,
        name: impl Into<String>,
        trigger: impl Into<EventTrigger>,
        handler: H,
    ) -> Self
    where
        In: EventInput,
        H: Handler<In>,
        H::Output: IntoOutcome,
    {
        let handler = DynEventHandler::new(handler);
        let function = Function::event(name.into(), trigger.into(), handler);
        self.functions.push(function);
        self
    }

    /// Mounts a tower service, an `axum::Router` first of all, as one function. It sees
    /// the whole path, so an application that already exists is mounted on `/{*rest}`
    /// unchanged and gives up its routes one at a time:
    ///
    /// ```
    /// use axum::Router;
    /// use polyfn_core::{App, any, get};
    ///
    /// let existing = Router::new().route("/old", axum::routing::get(|| async { "still here" }));
    ///
    /// let app = App::new()
    ///     .http("moved", get("/moved"), |_| async { "moved over" })
    ///     .service("existing", any("/{*rest}"), existing);
    /// # app.into_service().unwrap();
    /// ```
    pub fn service<S, B>(self, name: impl Into<String>, route: Route, service: S) -> Self
    where
        S: Service<Request, Response = http::Response<B>> + Clone + Send + Sync + 'static,
        S::Future: Send,
        S::Error: Into<BoxError>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.http(name, route, Mount(service))
    }

    /// Puts a tower layer around all HTTP functions; a later one goes around the earlier ones.
    ///
    /// A layer sees every request, routed already: the [`Context`](crate::Context) that it
    /// finds in the extensions names the function. An error that it returns is answered
    /// like one of a handler.
    pub fn layer<L, B>(mut self, layer: L) -> Self
    where
        L: Layer<DynHandler> + Send + 'static,
        L::Service: Service<Request, Response = http::Response<B>> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Future: Send,
        <L::Service as Service<Request>>::Error: Into<BoxError>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<BoxError>,
    {
        self.layers.push(Box::new(move |inner| {
            DynHandler::new(Guard(Mount(layer.layer(inner))))
        }));
        self
    }

    /// Sets how large a request body may be, in bytes (default: 6 MiB, which is what Lambda
    /// can deliver). A larger one is answered with 413.
    pub fn body_limit(mut self, bytes: u64) -> Self {
        self.body_limit_bytes = Some(bytes);
        self
    }

    /// Adds work to do when the process is warmed up: first calls that would make the first
    /// user wait, such as one of the database's.
    ///
    /// A schedule with the payload `{"warmup": true}` warms up, and so does `/_polyfn/warmup` on
    /// targets with a server. Neither reaches a function, and an app without such work is warm by
    /// being there. The work may be called for again and again.
    ///
    /// ```
    /// use polyfn_core::{App, Result};
    ///
    /// async fn ping() -> Result<()> { Ok(()) }
    ///
    /// let app = App::new().warmup(ping);
    /// # app.into_service().unwrap();
    /// ```
    pub fn warmup<F, Fut>(mut self, work: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.life.warmup.add(work);
        self
    }

    /// Adds work to do before the process ends, when the last invocation is over: say goodbye,
    /// hand back what is leased.
    ///
    /// A platform gives it little time, and none where it kills the process without a word: what
    /// must not be lost may not wait for it.
    ///
    /// ```
    /// use polyfn_core::{App, Result};
    ///
    /// async fn say_goodbye() -> Result<()> { Ok(()) }
    ///
    /// let app = App::new().on_shutdown(say_goodbye);
    /// # app.into_service().unwrap();
    /// ```
    pub fn on_shutdown<F, Fut>(mut self, work: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<()>> + Send + 'static,
    {
        self.life.shutdown.add(work);
        self
    }

    /// Checks the functions and makes the service that answers for them.
    ///
    /// # Errors
    ///
    /// When two functions have the same name or take the same events, a name, a route or a
    /// schedule is not well-formed, or a handler takes what its trigger does not deliver. The
    /// error lists all that is wrong.
    pub fn into_service(self) -> Result<AppService, AppError> {
        AppService::new(self)
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("functions", &self.functions)
            .field("layers", &self.layers.len())
            .finish()
    }
}

/// What is wrong with an [`App`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", problems.join("; "))]
pub struct AppError {
    problems: Vec<String>,
}

impl AppError {
    pub(crate) fn new(problems: Vec<String>) -> Self {
        Self { problems }
    }

    /// Each problem, in words.
    pub fn problems(&self) -> impl Iterator<Item = &str> {
        self.problems.iter().map(String::as_str)
    }
}
