//! Handlers: what a user writes.

use std::fmt;

/// Something that turns one input into one output: most often an `async fn`.
///
/// There is one input and one arity, on purpose: a mistake in a handler's signature is then
/// explained by the compiler, with the type that is wrong. State comes in through
/// [`with`], a closure, or a struct that implements this trait:
///
/// ```
/// use polyfn_core::{Handler, Request};
///
/// struct Greeter { greeting: String }
///
/// impl Handler<Request> for Greeter {
///     type Output = String;
///
///     async fn call(&self, request: Request) -> String {
///         format!("{} from {}", self.greeting, request.uri().path())
///     }
/// }
/// ```
pub trait Handler<In>: Send + Sync + 'static {
    /// What the handler makes of the input.
    type Output;

    /// Handles one input.
    fn call(&self, input: In) -> impl Future<Output = Self::Output> + Send;
}

impl<F, In, Fut> Handler<In> for F
where
    F: Fn(In) -> Fut + Send + Sync + 'static,
    Fut: Future + Send,
{
    type Output = Fut::Output;

    fn call(&self, input: In) -> impl Future<Output = Fut::Output> + Send {
        self(input)
    }
}

/// Gives a handler function state, cloned for each invocation: a pool, a client, an `Arc`.
///
/// ```
/// use std::sync::Arc;
/// use polyfn_core::{App, Request, get, with};
///
/// async fn greet(greeting: Arc<String>, _: Request) -> String {
///     format!("{greeting}!")
/// }
///
/// let app = App::new().http("greet", get("/"), with(Arc::new("Hello".to_owned()), greet));
/// # app.into_service().unwrap();
/// ```
pub fn with<S, F>(state: S, function: F) -> With<S, F> {
    With { state, function }
}

/// A handler function with its state, made by [`with`].
#[derive(Clone)]
pub struct With<S, F> {
    state: S,
    function: F,
}

impl<S, F, In, Fut> Handler<In> for With<S, F>
where
    S: Clone + Send + Sync + 'static,
    F: Fn(S, In) -> Fut + Send + Sync + 'static,
    Fut: Future + Send,
{
    type Output = Fut::Output;

    fn call(&self, input: In) -> impl Future<Output = Fut::Output> + Send {
        (self.function)(self.state.clone(), input)
    }
}

impl<S, F> fmt::Debug for With<S, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("With")
    }
}
