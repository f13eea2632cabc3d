//! What an invocation knows about itself.

use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::Extensions;

use crate::TraceContext;
use crate::cancellation::{Cancellation, UntilEnd};

/// Where the process runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Target {
    /// This machine.
    Local,
    /// AWS Lambda.
    Aws,
    /// Google Cloud Functions or Cloud Run.
    Gcp,
    /// Azure Functions.
    Azure,
}

impl Target {
    /// The name of the cargo feature that compiles the target in.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Aws => "aws",
            Self::Gcp => "gcp",
            Self::Azure => "azure",
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The facts of one invocation, the same on every cloud.
///
/// A handler finds it with [`RequestExt::context`](crate::RequestExt::context). Cloning it
/// is cheap. What a platform does not report is `None`.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use polyfn_core::{Context, Target};
///
/// let context = Context::new(Target::Local, "7f3a")
///     .with_deadline(SystemTime::now() + Duration::from_secs(30));
/// assert_eq!(context.invocation_id(), "7f3a");
/// assert!(context.remaining().unwrap() <= Duration::from_secs(30));
/// ```
#[derive(Clone)]
pub struct Context(Arc<Facts>);

#[derive(Clone)]
struct Facts {
    target: Target,
    invocation_id: String,
    function: Arc<str>,
    deadline: Option<SystemTime>,
    attempt: Option<u32>,
    trace: Option<TraceContext>,
    memory_mb: Option<u32>,
    region: Option<Arc<str>>,
    is_cold_start: bool,
    cancellation: Cancellation,
    native: Extensions,
}

impl Context {
    /// The context of an invocation of which no more is known yet.
    pub fn new(target: Target, invocation_id: impl Into<String>) -> Self {
        Self(Arc::new(Facts {
            target,
            invocation_id: invocation_id.into(),
            function: Arc::default(),
            deadline: None,
            attempt: None,
            trace: None,
            memory_mb: None,
            region: None,
            is_cold_start: false,
            cancellation: Cancellation::default(),
            native: Extensions::new(),
        }))
    }

    /// A fresh invocation id, for platforms that give none: 32 hex digits.
    pub fn fresh_invocation_id() -> String {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let random = fastrand::u128(..).to_be_bytes();
        let mut id = [0; 32];
        for (byte, pair) in random.iter().zip(id.chunks_exact_mut(2)) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 0xf)];
        }
        // Digits are ASCII, so this is always the id.
        String::from_utf8(id.to_vec()).unwrap_or_default()
    }

    /// The id that the platform gave this invocation, or one made here.
    pub fn invocation_id(&self) -> &str {
        &self.0.invocation_id
    }

    /// The name of the function that is invoked; empty where no route matched.
    pub fn function(&self) -> &str {
        &self.0.function
    }

    /// Where the process runs.
    pub fn target(&self) -> Target {
        self.0.target
    }

    /// When the platform gives up on the invocation.
    pub fn deadline(&self) -> Option<SystemTime> {
        self.0.deadline
    }

    /// How long until the [deadline](Self::deadline); zero when it has passed.
    pub fn remaining(&self) -> Option<Duration> {
        let deadline = self.0.deadline?;
        Some(
            deadline
                .duration_since(SystemTime::now())
                .unwrap_or_default(),
        )
    }

    /// How long a handler may take so that `buffer` is left before the deadline, to answer in;
    /// at least half of the time that there is. `None` where no deadline is known.
    pub fn budget(&self, buffer: Duration) -> Option<Duration> {
        let remaining = self.remaining()?;
        Some(remaining.saturating_sub(buffer).max(remaining / 2))
    }

    /// Whether the invocation was given up before its end: its time is up, the client went
    /// away, or the process ends. See [`cancelled`](Self::cancelled).
    pub fn is_cancelled(&self) -> bool {
        self.0.cancellation.is_cancelled()
    }

    /// Waits until the invocation is given up before its end.
    ///
    /// The handler itself is dropped then, at an await, and need not ask. This is for what goes
    /// on without it: tasks that it has spawned, and blocking code, which can't be dropped and
    /// has to look at [`is_cancelled`](Self::is_cancelled) from time to time.
    ///
    /// ```
    /// use polyfn_core::{Request, RequestExt, Result};
    ///
    /// async fn count(request: Request) -> Result<String> {
    ///     let context = request.context().clone();
    ///     let counting = tokio::task::spawn_blocking(move || {
    ///         (0_u64..1 << 20).take_while(|_| !context.is_cancelled()).count()
    ///     });
    ///     Ok(counting.await?.to_string())
    /// }
    /// ```
    pub fn cancelled(&self) -> impl Future<Output = ()> + Send + use<> {
        self.0.cancellation.cancelled()
    }

    /// Whether the process answers its first invocation.
    pub fn is_cold_start(&self) -> bool {
        self.0.is_cold_start
    }

    /// Which delivery of the same event this is, counted from 1.
    pub fn attempt(&self) -> Option<u32> {
        self.0.attempt
    }

    /// Where the invocation stands in a distributed trace.
    pub fn trace(&self) -> Option<TraceContext> {
        self.0.trace
    }

    /// The memory that the process may use, in MiB.
    pub fn memory_mb(&self) -> Option<u32> {
        self.0.memory_mb
    }

    /// The cloud region, in the platform's own words.
    pub fn region(&self) -> Option<&str> {
        self.0.region.as_deref()
    }

    /// The platform's own value of this type: the escape hatch for what is not portable.
    ///
    /// Each adapter's documentation lists the types that it provides.
    pub fn native<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.0.native.get()
    }

    fn change(mut self, change: impl FnOnce(&mut Facts)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    /// Sets the deadline. One that has passed already counts as unknown: some emulators
    /// send a deadline in 1970.
    #[must_use]
    pub fn with_deadline(self, deadline: impl Into<Option<SystemTime>>) -> Self {
        let deadline = deadline
            .into()
            .filter(|deadline| *deadline > SystemTime::now());
        self.change(|facts| facts.deadline = deadline)
    }

    /// Sets which delivery of the same event this is, counted from 1.
    #[must_use]
    pub fn with_attempt(self, attempt: impl Into<Option<u32>>) -> Self {
        let attempt = attempt.into();
        self.change(|facts| facts.attempt = attempt)
    }

    /// Sets the trace that the invocation belongs to.
    #[must_use]
    pub fn with_trace(self, trace: impl Into<Option<TraceContext>>) -> Self {
        let trace = trace.into();
        self.change(|facts| facts.trace = trace)
    }

    /// Sets the memory that the process may use, in MiB.
    #[must_use]
    pub fn with_memory_mb(self, memory_mb: impl Into<Option<u32>>) -> Self {
        let memory_mb = memory_mb.into();
        self.change(|facts| facts.memory_mb = memory_mb)
    }

    /// Sets the cloud region.
    #[must_use]
    pub fn with_region(self, region: impl Into<Option<Arc<str>>>) -> Self {
        let region = region.into();
        self.change(|facts| facts.region = region)
    }

    /// Adds a value of the platform's own for [`native`](Self::native).
    #[must_use]
    pub fn with_native<T: Any + Clone + Send + Sync>(self, value: T) -> Self {
        self.change(|facts| {
            facts.native.insert(value);
        })
    }

    pub(crate) fn at_cold_start(self) -> Self {
        self.change(|facts| facts.is_cold_start = true)
    }

    /// The context of a call of `function` with an event, given up with `cancellation`.
    pub(crate) fn called(self, function: &Arc<str>, cancellation: &Cancellation) -> Self {
        self.change(|facts| {
            facts.function = Arc::clone(function);
            facts.cancellation = cancellation.clone();
        })
    }

    /// Gives the invocation up where what is returned is dropped before its end.
    pub(crate) fn until_end(&self) -> UntilEnd {
        UntilEnd::of(&self.0.cancellation)
    }

    pub(crate) fn with_function(self, function: &Arc<str>) -> Self {
        self.change(|facts| facts.function = Arc::clone(function))
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("invocation_id", &self.0.invocation_id)
            .field("function", &self.0.function)
            .field("target", &self.0.target)
            .field("deadline", &self.0.deadline)
            .field("attempt", &self.0.attempt)
            .field("trace", &self.0.trace)
            .field("memory_mb", &self.0.memory_mb)
            .field("region", &self.0.region)
            .finish_non_exhaustive()
    }
}
