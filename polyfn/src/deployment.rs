//! What the environment asks of the app, whatever the target.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use polyfn_core::{App, AppService, Error, Function, Result, Target};
use polyfn_telemetry::cost::CostLog;
use tokio::time::Instant;

use crate::cost::cost_log;
use crate::env::{parsed, setting};

#[derive(Debug)]
pub(crate) struct Deployment {
    body_limit_bytes: Option<u64>,
    batch_concurrency: Option<NonZeroUsize>,
    timeout_buffer: Option<Duration>,
    /// The function that is deployed alone.
    function: Option<String>,
    cost: Option<CostLog>,
}

impl Deployment {
    pub(crate) fn from_env(target: Target) -> Result<Self> {
        Ok(Self {
            body_limit_bytes: parsed("POLYFN_BODY_LIMIT", "a number of bytes", |text| {
                text.parse().ok()
            })?,
            batch_concurrency: parsed(
                "POLYFN_BATCH_CONCURRENCY",
                "a number of events, at least 1",
                |text| text.parse().ok(),
            )?,
            timeout_buffer: parsed(
                "POLYFN_TIMEOUT_BUFFER",
                "a number of milliseconds, as 500 or 500ms",
                milliseconds,
            )?,
            function: setting("POLYFN_FUNCTION")?,
            cost: cost_log(target)?,
        })
    }

    /// The app, checked and set up as asked, of a process that `began` then.
    pub(crate) async fn start(
        self,
        began: Instant,
        app: impl AsyncFnOnce() -> Result<App>,
    ) -> Result<AppService> {
        let mut service = bound(app().await?.into_service()?)?;
        if let Some(bytes) = self.body_limit_bytes {
            service = service.with_body_limit(bytes);
        }
        if let Some(events) = self.batch_concurrency {
            service = service.with_batch_concurrency(events);
        }
        if let Some(buffer) = self.timeout_buffer {
            service = service.with_timeout_buffer(buffer);
        }
        if let Some(log) = self.cost {
            service = service.observed(Arc::new(log.with_startup(began.elapsed())));
        }
        match self.function {
            None => Ok(service),
            Some(name) => service
                .alone(&name)
                .map_err(|error| Error::internal(format!("POLYFN_FUNCTION={name}: {error}"))),
        }
    }
}

/// The app with the names of its triggers bound to the real ones.
fn bound(service: AppService) -> Result<AppService> {
    let mut real_names = BTreeMap::new();
    for variable in service.functions().filter_map(Function::binding_variable) {
        if let Some(real_name) = setting(&variable)? {
            real_names.insert(variable, real_name);
        }
    }
    Ok(service.bound(|variable| real_names.get(variable).cloned()))
}

fn milliseconds(text: &str) -> Option<Duration> {
    let digits = text.strip_suffix("ms").unwrap_or(text).trim();
    digits.parse().ok().map(Duration::from_millis)
}
