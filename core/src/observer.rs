//! Who else hears of invocations.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::Context;

/// Hears of each invocation, for what a process tells of itself: cost, traces.
///
/// [`AppService::observed`](crate::AppService::observed) adds one.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use std::pin::Pin;
/// use std::sync::Arc;
/// use std::time::Duration;
/// use polyfn_core::{App, Body, Context, Observer, Request, Target, get};
///
/// struct Durations;
///
/// impl Observer for Durations {
///     fn ended<'a>(
///         &'a self,
///         context: &'a Context,
///         took: Duration,
///     ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
///         Box::pin(async move { println!("{} took {took:?}", context.function()) })
///     }
/// }
///
/// let app = App::new().http("hello", get("/"), |_| async { "Hello!" });
/// let service = app.into_service().unwrap().observed(Arc::new(Durations));
/// # let request = http::Request::get("/").body(Body::empty()).unwrap();
/// # service.respond(Context::new(Target::Local, "1"), request).await;
/// # }
/// ```
pub trait Observer: Send + Sync + 'static {
    /// An invocation has ended: a request is answered, save for a body that streams, or the
    /// events of one invocation are handled. It is awaited before the answer leaves, since
    /// a platform may stop the process right after.
    fn ended<'a>(
        &'a self,
        context: &'a Context,
        took: Duration,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>;
}

/// All that hear of an app's invocations.
#[derive(Clone, Default)]
pub(crate) struct Observers(Option<Arc<[Arc<dyn Observer>]>>);

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.as_ref().map_or(0, |known| known.len());
        write!(f, "Observers({count})")
    }
}

impl Observers {
    pub(crate) fn with(&self, observer: Arc<dyn Observer>) -> Self {
        let known = self.0.iter().flat_map(|known| known.iter().cloned());
        Self(Some(known.chain([observer]).collect()))
    }

    /// When an invocation starts; nobody asks where there is none to be told.
    pub(crate) fn started(&self) -> Option<Instant> {
        self.0.as_ref().map(|_| Instant::now())
    }

    pub(crate) async fn ended(&self, context: &Context, started: Option<Instant>) {
        let (Some(observers), Some(started)) = (&self.0, started) else {
            return;
        };
        let took = started.elapsed();
        for observer in observers.iter() {
            observer.ended(context, took).await;
        }
    }
}
