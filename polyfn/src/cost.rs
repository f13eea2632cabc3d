//! The settings of the log of costs.

use std::num::NonZeroU32;

use polyfn_core::{Result, Target};
use polyfn_telemetry::cost::{CostLog, Overrides};

use crate::env::{parsed, setting};

/// The log of costs, where it is asked for.
pub(crate) fn cost_log(target: Target) -> Result<Option<CostLog>> {
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
