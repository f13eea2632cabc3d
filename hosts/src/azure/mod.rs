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
//! configured mode. The other triggers' events come by [`FunctionsHost::deliver`], each in the wire
//! form of its [`Source`]; [`FunctionsHost::poll_queue`] and [`FunctionsHost::poll_blobs`] read them
//! from an emulator of Storage; [`FunctionsHost::invoke`] pulls a trigger by hand. A function for the
//! warm-up is called when the host starts, as on an instance that the platform adds.
//!
//! Not modelled: keys (`authLevel`), the `/admin` API, output bindings other than HTTP, the time
//! between two attempts, and Azure's own front end before the host.

mod activity;
mod app;
mod app_setting;
mod binding_data;
mod builder;
mod date_time;
mod delivery;
mod forwarding;
mod function_json;
mod host_headers;
mod host_json;
mod http_output;
mod http_request;
mod invocation;
mod net_value;
mod path;
mod proxying;
mod retry_policy;
mod route;
mod source;
mod storage;
mod subscriber;
mod worker;

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};

use self::app::App;
use self::binding_data::BindingData;
pub use self::builder::FunctionsHostBuilder;
use self::date_time::DateTime;
pub use self::invocation::{Answer, Invocation};
use self::net_value::NetValue;
pub use self::source::Source;
pub use self::storage::{BlobContainer, StorageQueue};
use self::worker::Worker;
use crate::base64;
use crate::event::{DeliveryOptions, DeliveryReport, Happening};
use crate::http_server::HttpServer;
use crate::{Error, Exit, LogLine};

/// A function app running as the Functions host runs it. Dropping it kills the worker.
#[derive(Debug)]
pub struct FunctionsHost {
    url: String,
    app: Arc<App>,
    worker: Arc<Worker>,
    warm_up: Option<Invocation>,
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

    /// The lines that the worker has printed, in the order in which they were finished.
    pub fn log_lines(&self) -> Vec<LogLine> {
        self.worker.log().lines()
    }

    /// What came of the warm-up, if the app has a function for it. A failure keeps the host from
    /// nothing.
    pub fn warm_up(&self) -> Option<&Invocation> {
        self.warm_up.as_ref()
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
        let function = self.app.function(function)?;
        let inputs = object(data)?.into_iter().map(|(name, value)| {
            let mut bindings = function.bindings.iter();
            let is_binary = bindings.any(|binding| binding.name == name && binding.is_binary());
            let bytes = value
                .as_str()
                .filter(|_| is_binary)
                .and_then(base64::decode);
            let value = bytes.map_or(NetValue::Json(value), |bytes| NetValue::Bytes(bytes.into()));
            (name, value)
        });
        let inputs: Vec<_> = inputs.collect();
        let mut binding_data = BindingData::default();
        for (name, value) in object(metadata)? {
            let date = value.as_str().and_then(DateTime::parse);
            binding_data.insert(
                name,
                date.map_or(NetValue::Json(value), NetValue::DateTimeOffset),
            );
        }
        self.app
            .trigger(function, &inputs, binding_data, None)
            .await
    }

    /// Tells the function that listens to it of each happening, as the source's trigger does, and
    /// again until it took it or the source gives up.
    ///
    /// The function is found by its trigger's type, cardinality and resource (`queueName`,
    /// `topicName`, `path`, `eventHubName`, `topic`, `containerName`); a timer's job is the
    /// function's name. Where that leaves several, and with Event Grid, whose trigger does not say
    /// what it listens to, [`DeliveryOptions::function`] names it.
    ///
    /// ```no_run
    /// # async fn example(host: polyfn_hosts::azure::FunctionsHost) -> Result<(), polyfn_hosts::Error> {
    /// use polyfn_hosts::azure::Source;
    /// use polyfn_hosts::event::{Content, DeliveryOptions, Happening, Message};
    ///
    /// let order = Happening::Message(Message {
    ///     channel: "orders".to_owned(),
    ///     body: Content::Text("{\"n\": 1}".to_owned()),
    ///     ..Message::default()
    /// });
    /// let report = host.deliver(Source::StorageQueue, &[order], &DeliveryOptions::default()).await?;
    /// assert!(report.dead_letters().is_empty(), "{:?}", report.failures);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the source does not tell of such a thing, when no function or more than one listens,
    /// or when the worker will not be ready again. Nothing is delivered in the first two cases.
    pub async fn deliver(
        &self,
        source: Source,
        happenings: &[Happening],
        options: &DeliveryOptions,
    ) -> Result<DeliveryReport, Error> {
        delivery::deliver(&self.app, source, happenings, options).await
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
