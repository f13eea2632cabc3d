//! Configuring a Lambda host.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::{mpsc, oneshot};

use super::LambdaHost;
use super::concurrency::Concurrency;
use super::environment::{Environment, Limits};
use super::front::Front;
use super::gateway::Gateway;
use super::invoke_mode::InvokeMode;
use super::request::REGION;
use super::runtime_api::{RuntimeApi, Subscriptions};
use crate::child::Program;
use crate::error::Kind;
use crate::http_server::HttpServer;
use crate::{Error, surroundings};

/// Configures a [`LambdaHost`]; made by [`LambdaHost::builder`].
#[derive(Debug, Clone)]
pub struct LambdaHostBuilder {
    binary: PathBuf,
    front: Front,
    invoke_mode: InvokeMode,
    stage: Option<String>,
    handler: String,
    function_name: String,
    memory_mb: u32,
    timeout: Duration,
    init_limit: Option<Duration>,
    concurrency: Concurrency,
    port: u16,
    environment: BTreeMap<OsString, OsString>,
}

impl LambdaHostBuilder {
    pub(super) fn new(binary: PathBuf) -> Self {
        Self {
            binary,
            front: Front::HttpApi,
            invoke_mode: InvokeMode::Buffered,
            stage: None,
            handler: "bootstrap".to_owned(),
            function_name: "f".to_owned(),
            memory_mb: 128,
            timeout: Duration::from_secs(3),
            init_limit: None,
            concurrency: Concurrency::Sequential,
            port: 0,
            environment: BTreeMap::new(),
        }
    }

    /// The front that [`LambdaHost::url`] reaches (default: HTTP API).
    #[must_use]
    pub fn front(mut self, front: Front) -> Self {
        self.front = front;
        self
    }

    /// Whether the front waits for the whole answer (the default) or streams it.
    #[must_use]
    pub fn invoke_mode(mut self, mode: InvokeMode) -> Self {
        self.invoke_mode = mode;
        self
    }

    /// The stage of a REST API (default `prod`) or an HTTP API (default `$default`).
    #[must_use]
    pub fn stage(mut self, stage: impl Into<String>) -> Self {
        self.stage = Some(stage.into());
        self
    }

    /// `_HANDLER` (default `bootstrap`).
    #[must_use]
    pub fn handler(mut self, handler: impl Into<String>) -> Self {
        self.handler = handler.into();
        self
    }

    /// `AWS_LAMBDA_FUNCTION_NAME` (default `f`).
    #[must_use]
    pub fn function_name(mut self, name: impl Into<String>) -> Self {
        self.function_name = name.into();
        self
    }

    /// `AWS_LAMBDA_FUNCTION_MEMORY_SIZE` (default 128); not enforced.
    #[must_use]
    pub fn memory_mb(mut self, megabytes: u32) -> Self {
        self.memory_mb = megabytes;
        self
    }

    /// The time limit of an invocation in seconds (default 3, as the service has it).
    #[must_use]
    pub fn timeout_s(mut self, seconds: u64) -> Self {
        self.timeout = Duration::from_secs(seconds);
        self
    }

    /// How long the Init phase before the first invocation may take (default 10 s; with a
    /// [`concurrency`](Self::concurrency) 130 s, or the time limit of an invocation if that is
    /// longer). A process that takes longer is killed, and started again with the next invocation,
    /// within its time limit.
    #[must_use]
    pub fn init_limit(mut self, limit: Duration) -> Self {
        self.init_limit = Some(limit);
        self
    }

    /// Runs the function as on Managed Instances: up to so many invocations at once
    /// (`AWS_LAMBDA_MAX_CONCURRENCY`). Without it they come one after the other.
    ///
    /// More than that wait for their turn here, where the service refuses them until it has started
    /// another environment. An invocation that exceeds its time limit fails, but nothing is killed:
    /// "your code continues running", and keeps its place until it answers.
    #[must_use]
    pub fn concurrency(mut self, limit: NonZeroUsize) -> Self {
        self.concurrency = Concurrency::Managed(limit);
        self
    }

    /// The port that the front listens on (default 0: any).
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// One more environment variable of the process.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.insert(name.into(), value.into());
        self
    }

    /// Starts the Runtime API, the process and the front.
    ///
    /// It does not wait for the process to be ready: as with the service, the first invocation
    /// does, and a start that fails is what that invocation reports.
    ///
    /// # Errors
    /// When the binary cannot be executed, a port cannot be had, the time limit ends later than a
    /// clock can tell, or the front is to stream and cannot.
    pub async fn start(self) -> Result<LambdaHost, Error> {
        if SystemTime::now().checked_add(self.timeout).is_none() {
            return Err(Kind::TimeLimit(self.timeout).into());
        }
        if self.invoke_mode == InvokeMode::ResponseStream && !self.front.streams() {
            return Err(Kind::NoStreaming(self.front.name()).into());
        }
        let runtime_api = Arc::new(RuntimeApi::new(
            self.function_name.clone(),
            self.handler.clone(),
            match self.concurrency {
                Concurrency::Sequential => Subscriptions::Invocations,
                Concurrency::Managed(_) => Subscriptions::Nothing,
            },
        ));
        let served = Arc::clone(&runtime_api);
        let runtime_server =
            HttpServer::start(0, move |request| Arc::clone(&served).serve(request)).await?;

        let program = Program {
            binary: surroundings::absolute(&self.binary),
            arguments: Vec::new(),
            directory: None,
            environment: self.environment(&runtime_server.address().to_string()),
        };
        let default_init_limit = self.concurrency.init_limit(self.timeout);
        let limits = Limits {
            timeout: self.timeout,
            init: self.init_limit.unwrap_or(default_init_limit),
            concurrency: self.concurrency,
        };
        let environment = Environment::start(program, &self.function_name, limits, runtime_api)?;
        let environment = Arc::new(environment);
        let (jobs, queue) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel();
        let worker = tokio::spawn(Arc::clone(&environment).run(queue, stopped));

        let stage = self
            .stage
            .unwrap_or_else(|| self.front.default_stage().to_owned());
        let gateway = Arc::new(Gateway {
            front: self.front,
            invoke_mode: self.invoke_mode,
            stage,
            jobs: jobs.clone(),
        });
        let front_server = HttpServer::start(self.port, move |request| {
            Arc::clone(&gateway).serve(request)
        })
        .await?;
        Ok(LambdaHost {
            url: format!("http://{}", front_server.address()),
            jobs,
            environment,
            stop: Some(stop),
            worker,
            front_server,
            _runtime_server: runtime_server,
        })
    }

    /// <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>, "Defined runtime
    /// environment variables". `_X_AMZN_TRACE_ID` is the runtime's to set, for each invocation.
    fn environment(&self, runtime_api: &str) -> BTreeMap<OsString, OsString> {
        let task_root = self
            .binary
            .parent()
            .map(surroundings::absolute)
            .unwrap_or_default();
        let name = &self.function_name;
        let mut environment = surroundings::inherited();
        let defined = [
            ("AWS_LAMBDA_RUNTIME_API", runtime_api.into()),
            ("AWS_LAMBDA_FUNCTION_NAME", name.into()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".into()),
            (
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
                self.memory_mb.to_string().into(),
            ),
            (
                "AWS_LAMBDA_LOG_GROUP_NAME",
                format!("/aws/lambda/{name}").into(),
            ),
            (
                "AWS_LAMBDA_LOG_STREAM_NAME",
                "2026/01/01/[$LATEST]00000000000000000000000000000000".into(),
            ),
            (
                "AWS_LAMBDA_INITIALIZATION_TYPE",
                self.concurrency.initialization_type().into(),
            ),
            ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023".into()),
            ("AWS_REGION", REGION.into()),
            ("AWS_DEFAULT_REGION", REGION.into()),
            ("_HANDLER", OsString::from(&self.handler)),
            ("LAMBDA_TASK_ROOT", task_root.into_os_string()),
            ("LAMBDA_RUNTIME_DIR", "/var/runtime".into()),
            ("TZ", ":UTC".into()),
        ];
        environment.extend(defined.map(|(name, value): (&str, OsString)| (name.into(), value)));
        if let Concurrency::Managed(limit) = self.concurrency {
            let limit = limit.to_string().into();
            environment.insert("AWS_LAMBDA_MAX_CONCURRENCY".into(), limit);
        }
        environment.extend(self.environment.clone());
        environment
    }
}
