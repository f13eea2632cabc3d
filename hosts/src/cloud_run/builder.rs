//! Configuring a Cloud Run host.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::uri::PathAndQuery;

use super::CloudRunHost;
use super::front::{FrontEnd, Limits};
use super::instance::Instance;
use crate::child::Program;
use crate::error::Kind;
use crate::http_server::HttpServer;
use crate::{Error, surroundings};

/// How many requests an instance has at once unless somebody says otherwise
/// (<https://cloud.google.com/run/docs/about-concurrency>).
pub const DEFAULT_CONCURRENCY: NonZeroUsize = NonZeroUsize::MIN.saturating_add(79);

/// Configures a [`CloudRunHost`]; made by [`CloudRunHost::builder`].
#[derive(Debug, Clone)]
pub struct CloudRunHostBuilder {
    binary: PathBuf,
    service: String,
    timeout_s: u64,
    startup_timeout: Duration,
    concurrency: NonZeroUsize,
    pending_limit: Duration,
    port: u16,
    push_path: String,
    environment: BTreeMap<OsString, OsString>,
}

impl CloudRunHostBuilder {
    pub(super) fn new(binary: PathBuf) -> Self {
        Self {
            binary,
            service: "hello".to_owned(),
            timeout_s: 300,
            // The default TCP probe: one period of 240 s, one failure.
            startup_timeout: Duration::from_secs(240),
            concurrency: DEFAULT_CONCURRENCY,
            pending_limit: Duration::from_secs(10),
            port: 0,
            push_path: "/".to_owned(),
            environment: BTreeMap::new(),
        }
    }

    /// The service's name (default `hello`); revision and configuration are named after it.
    #[must_use]
    pub fn service(mut self, name: impl Into<String>) -> Self {
        self.service = name.into();
        self
    }

    /// The request time limit in seconds (default 300; the service takes 1 to 3600).
    #[must_use]
    pub fn timeout_s(mut self, seconds: u64) -> Self {
        self.timeout_s = seconds;
        self
    }

    /// How long the port may take to open (default 240 s).
    #[must_use]
    pub fn startup_timeout(mut self, limit: Duration) -> Self {
        self.startup_timeout = limit;
        self
    }

    /// `containerConcurrency`: how many requests the instance has at once (default
    /// [`DEFAULT_CONCURRENCY`]; the service takes 1 to 1000). There is no second instance here: a request that finds no room waits.
    #[must_use]
    pub fn concurrency(mut self, limit: NonZeroUsize) -> Self {
        self.concurrency = limit;
        self
    }

    /// How long a request waits for room before it is answered with 429 (default 10 s, the least
    /// that <https://cloud.google.com/run/docs/about-instance-autoscaling> promises).
    #[must_use]
    pub fn pending_limit(mut self, limit: Duration) -> Self {
        self.pending_limit = limit;
        self
    }

    /// The port that the front end listens on (default 0: any).
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The path (and query) that [`CloudRunHost::deliver`] sends events to (default `/`).
    #[must_use]
    pub fn push_path(mut self, path: impl Into<String>) -> Self {
        self.push_path = path.into();
        self
    }

    /// One more environment variable of the container.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.insert(name.into(), value.into());
        self
    }

    /// Starts the container and waits until its port is open.
    ///
    /// # Errors
    /// When the binary cannot be executed, when it exits before the port is open, when the
    /// start-up time limit passes, when the push path is none, or when the request time limit ends
    /// later than a clock can tell.
    pub async fn start(self) -> Result<CloudRunHost, Error> {
        let timeout = Duration::from_secs(self.timeout_s);
        if SystemTime::now().checked_add(timeout).is_none() {
            return Err(Kind::TimeLimit(timeout).into());
        }
        let push_path = push_path(&self.push_path)?;
        let program = Program {
            binary: surroundings::absolute(&self.binary),
            arguments: Vec::new(),
            directory: None,
            environment: self.environment(),
        };
        let instance = Arc::new(Instance::start(program, self.startup_timeout).await?);
        let limits = Limits {
            timeout,
            concurrency: self.concurrency,
            pending: self.pending_limit,
        };
        let front = Arc::new(FrontEnd::new(Arc::clone(&instance), limits));
        let server =
            HttpServer::start(self.port, move |request| Arc::clone(&front).serve(request)).await?;
        Ok(CloudRunHost {
            url: format!("http://{}", server.address()),
            instance,
            push_path,
            server,
        })
    }

    /// The container contract's variables, all but `PORT`, which each process is given anew.
    fn environment(&self) -> BTreeMap<OsString, OsString> {
        let mut environment = surroundings::inherited();
        let defined = [
            ("K_SERVICE", self.service.clone()),
            ("K_REVISION", format!("{}-00001-abc", self.service)),
            ("K_CONFIGURATION", self.service.clone()),
            ("CLOUD_RUN_TIMEOUT_SECONDS", self.timeout_s.to_string()),
        ];
        environment.extend(defined.map(|(name, value)| (name.into(), value.into())));
        environment.extend(self.environment.clone());
        environment
    }
}

fn push_path(path: &str) -> Result<PathAndQuery, Error> {
    let parsed = path.parse().ok().filter(|_| path.starts_with('/'));
    parsed.ok_or_else(|| Kind::PushPath(path.to_owned()).into())
}
