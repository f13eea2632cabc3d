//! What the environment asks of the app, whatever the target.

use std::collections::BTreeMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::Arc;
use std::time::{Duration, Instant};

use polyfn_core::{App, AppService, Error, Function, Result, Target};
use polyfn_telemetry::cost::{CostLog, Overrides};

use crate::env::setting;

#[derive(Debug)]
pub(crate) struct Deployment {
    body_limit_bytes: Option<u64>,
    batch_concurrency: Option<NonZeroUsize>,
    timeout_buffer: Option<Duration>,
    /// The function that is deployed alone.
    function: Option<String>,
    cost: Option<CostLog>,
    began: Instant,
}

impl Deployment {
    pub(crate) fn from_env(target: Target) -> Result<Self> {
        Ok(Self {
            began: Instant::now(),
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
        if let Some(log) = self.cost {
            service = service.observed(Arc::new(log.with_startup(self.began.elapsed())));
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

/// The log of costs, where it is asked for.
fn cost_log(target: Target) -> Result<Option<CostLog>> {
    let is_wanted = parsed("POLYFN_COST", "on or off", on_or_off)?.unwrap_or(false);
    let overrides = Overrides {
        region: setting("POLYFN_COST_REGION")?,
        memory_mb: parsed(
            "POLYFN_COST_MEMORY_MB",
            "a number of MiB, at least 1",
            |text| text.parse().ok(),
        )?,
        millivcpus: parsed(
            "POLYFN_COST_VCPUS",
            "a number of vCPUs from 0.001 to 1000, as 1 or 0.5",
            millivcpus,
        )?,
    };
    let variable = |name: &str| std::env::var(name).ok();
    Ok(is_wanted
        .then(|| CostLog::from_env(target, overrides, variable))
        .flatten())
}

fn on_or_off(text: &str) -> Option<bool> {
    match text {
        "on" => Some(true),
        "off" => Some(false),
        _ => None,
    }
}

/// Thousandths of what is written, `0.5` as well as `2`.
fn millivcpus(text: &str) -> Option<NonZeroU32> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = format!("{whole}{decimals:0<3}");
    let is_number = (1..=4).contains(&whole.len())
        && (1..=3).contains(&decimals.len())
        && digits.bytes().all(|byte| byte.is_ascii_digit());
    let millivcpus = is_number.then(|| digits.parse().ok())??;
    NonZeroU32::new(millivcpus).filter(|number| number.get() <= 1_000_000)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vcpus_are_counted_in_thousandths() {
        let read = |text| millivcpus(text).map(NonZeroU32::get);
        for (text, expected) in [
            ("1", 1000),
            ("0.5", 500),
            ("0.083", 83),
            ("2.0", 2000),
            ("1000", 1_000_000),
        ] {
            assert_eq!(read(text), Some(expected), "{text}");
        }
        for wrong in [
            "0", "0.0", "-1", "+1", ".5", "1.", "1e3", "1000.1", "0.0001", "two", "1 ", "inf",
            "99999", "1.2.3",
        ] {
            assert_eq!(read(wrong), None, "{wrong:?}");
        }
    }
}
