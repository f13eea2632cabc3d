//! Azure Functions: the Functions host with a custom handler.
//!
//! The real host is not to be had from a public registry, so this one is **derived from its
//! source** (Azure/azure-functions-host, `src/WebJobs.Script/Workers/Http` and its neighbours;
//! the module of each rule names its file) and has not been compared with a running one. The
//! documentation is
//! <https://learn.microsoft.com/azure/azure-functions/functions-custom-handlers>.
//!
//! It reads an app root as the host does (`host.json`, every `<Function>/function.json`), starts the
//! custom handler, routes HTTP requests to functions by their route templates and calls them in the
//! configured mode. Other triggers are pulled by hand: [`FunctionsHost::invoke`].
//!
//! Not modelled: keys (`authLevel`), the `/admin` API, output bindings other than HTTP, retries,
//! and Azure's own front end before the host.

mod app;
mod builder;
mod encoding;
mod forwarding;
mod function_json;
mod host_headers;
mod host_json;
mod http_output;
mod http_request;
mod invocation;
mod path;
mod proxying;
mod route;
mod worker;

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};

use self::app::App;
pub use self::builder::FunctionsHostBuilder;
pub use self::invocation::{Answer, Invocation};
use self::worker::Worker;
use crate::http_server::HttpServer;
use crate::{Error, Exit};

/// A function app running as the Functions host runs it. Dropping it kills the worker.
#[derive(Debug)]
pub struct FunctionsHost {
    url: String,
    app: Arc<App>,
    worker: Arc<Worker>,
    _server: HttpServer,
}

impl FunctionsHost {
    /// Configures a host for the app in `app_root`.
    pub fn builder(app_root: impl Into<PathBuf>) -> FunctionsHostBuilder {
        FunctionsHostBuilder::new(app_root.into())
    }

    /// `http://127.0.0.1:PORT` of the host; functions are below the route prefix.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the worker has printed, stdout and stderr as they came.
    pub fn log(&self) -> String {
        self.worker.log().both()
    }

    /// How many worker processes have been started so far.
    pub fn workers_started(&self) -> usize {
        self.worker.started()
    }

    /// Triggers a function in invocation mode, as a queue, a timer or a blob would.
    ///
    /// `data` is an object of binding values and `metadata` an object of binding data. A JSON value
    /// stands for the .NET value of its kind, and the host encodes it: `{"message": "{\"a\":1}"}`
    /// is a queue message whose text is `{"a":1}`. A string stands for bytes (in base64) if the
    /// binding has `dataType: binary`; in `metadata` one in RFC 3339 stands for a date.
    ///
    /// # Errors
    /// When there is no such function, when `data` or `metadata` is neither an object nor null, or
    /// when the worker will not be ready again. An invocation that fails is no error: see
    /// [`Invocation`].
    pub async fn invoke(
        &self,
        function: &str,
        data: Value,
        metadata: Value,
    ) -> Result<Invocation, Error> {
        let data = object(data)?;
        let metadata = object(metadata)?;
        self.app.trigger(function, &data, &metadata).await
    }

    /// Stops the worker as the host does: a kill, without a SIGTERM.
    ///
    /// # Errors
    /// When the operating system does not say how the process ended.
    pub async fn stop(self) -> Result<Exit, Error> {
        self.worker.stop().await
    }
}

fn object(value: Value) -> Result<Map<String, Value>, Error> {
    match value {
        Value::Null => Ok(Map::new()),
        Value::Object(map) => Ok(map),
        other => Err(crate::error::Kind::NoObject(other.to_string()).into()),
    }
}
