//! What the environment asks of the app, whatever the target.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use polyfn_core::{App, AppService, Error, Function, Result};

use crate::env::setting;

#[derive(Debug)]
pub(crate) struct Deployment {
    body_limit_bytes: Option<u64>,
    batch_concurrency: Option<NonZeroUsize>,
    timeout_buffer: Option<Duration>,
    /// The function that is deployed alone.
    function: Option<String>,
}

impl Deployment {
    pub(crate) fn from_env() -> Result<Self> {
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
        })
    }

    /// The app, checked and set up as asked.
    pub(crate) async fn start(self, app: impl AsyncFnOnce() -> Result<App>) -> Result<AppService> {
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

/// The value of a variable, `None` where it is not set.
fn parsed<T>(
    name: &str,
    expected: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>> {
    let Some(text) = setting(name)? else {
        return Ok(None);
    };
    match parse(&text) {
        Some(value) => Ok(Some(value)),
        None => Err(Error::internal(format!(
            "{name}={text}: expected {expected}"
        ))),
    }
}

fn milliseconds(text: &str) -> Option<Duration> {
    let digits = text.strip_suffix("ms").unwrap_or(text).trim();
    digits.parse().ok().map(Duration::from_millis)
}
