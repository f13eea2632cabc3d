//! Configuring a Functions host.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::FunctionsHost;
use super::app::App;
use super::function_json::Function;
use super::host_headers::new_invocation_id;
use super::host_json::HostJson;
use super::proxying::ACTIVITY_TIMEOUT;
use super::worker::Worker;
use crate::child::Program;
use crate::free_port::free_port;
use crate::http_server::HttpServer;
use crate::{Error, surroundings};

/// Configures a [`FunctionsHost`]; made by [`FunctionsHost::builder`].
#[derive(Debug, Clone)]
pub struct FunctionsHostBuilder {
    app_root: PathBuf,
    port: u16,
    activity_timeout: Duration,
    environment: BTreeMap<OsString, OsString>,
}

impl FunctionsHostBuilder {
    pub(super) fn new(app_root: PathBuf) -> Self {
        Self {
            app_root,
            port: 0,
            activity_timeout: ACTIVITY_TIMEOUT,
            environment: BTreeMap::new(),
        }
    }

    /// The port that the host listens on (default 0: any).
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// How long nothing may move in a request that is proxied, before it is cut off (default
    /// 240 s, which the host does not let anybody change).
    #[must_use]
    pub fn activity_timeout(mut self, limit: Duration) -> Self {
        self.activity_timeout = limit;
        self
    }

    /// One more app setting, which the worker sees as an environment variable.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.insert(name.into(), value.into());
        self
    }

    /// Reads the app, starts its worker and waits until it answers `GET /`. Where the app has a
    /// warm-up function, it is called before anything else, and heard out: as long as
    /// `functionTimeout` lets it.
    ///
    /// # Errors
    /// When `host.json` or a `function.json` cannot be used, or when the worker never becomes
    /// ready: it exits with 0, or the host has given up after three failed starts.
    pub async fn start(self) -> Result<FunctionsHost, Error> {
        let app_root = surroundings::absolute(&self.app_root);
        let host = HostJson::read(&app_root)?;
        let mut environment = surroundings::inherited();
        environment.insert("FUNCTIONS_WORKER_RUNTIME".into(), "custom".into());
        environment.extend(self.environment);
        let functions = Function::read_all(&app_root, &environment)?;
        let worker_port = free_port()?;
        let worker_id = OsString::from(new_invocation_id());
        let worker_port_text = OsString::from(worker_port.to_string());
        // `HttpWorkerProcess.CreateWorkerProcess`.
        environment.extend([
            ("FUNCTIONS_HTTPWORKER_PORT".into(), worker_port_text.clone()),
            ("FUNCTIONS_HTTPWORKER_ID".into(), worker_id.clone()),
            ("FUNCTIONS_CUSTOMHANDLER_PORT".into(), worker_port_text),
            ("FUNCTIONS_CUSTOMHANDLER_WORKER_ID".into(), worker_id),
            ("FUNCTIONS_APP_ROOT_PATH".into(), app_root.into_os_string()),
        ]);
        let program = Program {
            binary: host.executable.clone(),
            arguments: host.arguments.clone(),
            directory: Some(host.working_directory.clone()),
            environment,
        };
        let worker = Arc::new(Worker::start(
            program,
            worker_port,
            host.initialization_timeout,
        ));
        worker.ready().await?;
        let app = Arc::new(App::new(
            host,
            functions,
            Arc::clone(&worker),
            self.activity_timeout,
        ));
        let warm_up = app.warm_up().await?;
        let served = Arc::clone(&app);
        let server =
            HttpServer::start(self.port, move |request| Arc::clone(&served).serve(request)).await?;
        Ok(FunctionsHost {
            url: format!("http://{}", server.address()),
            app,
            worker,
            warm_up,
            _server: server,
        })
    }
}
