//! From what was used to what it costs.

use std::time::Duration;

use super::plan::Plan;
use super::prices::{Billing, Prices, Startup};
use super::usage::Usage;
use super::usd::Usd;

/// What an invocation costs, as an estimate: see [the module](super) for what is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Estimate {
    /// How it is paid for.
    pub plan: Plan,
    /// The time that is billed, in milliseconds.
    pub billed_ms: u64,
    /// The memory that is billed, in MiB.
    pub memory_mb: u32,
    /// The price of the time and of the one request.
    pub usd: Usd,
    /// The regions with the same prices.
    pub region_class: &'static str,
    /// The day of which the prices are, as `2026-09-19`.
    pub as_of: &'static str,
    /// The vendor's page of the prices.
    pub source: &'static str,
    /// What is not certain about them.
    pub note: Option<&'static str>,
}

/// The price of an invocation.
///
/// A second with 1024 MB on Lambda, which a well-known sample has as 0.00000208 USD: that is
/// the price with 128 MB.
///
/// ```
/// use std::time::Duration;
/// use polyfn_telemetry::cost::{Plan, Usage, estimate};
///
/// let usage = Usage::new(Plan::Lambda, Duration::from_millis(1000), 1024);
/// let estimate = estimate(&usage);
/// assert_eq!(estimate.billed_ms, 1000);
/// // 0.0000166667 for the GB-second and 0.0000002 for the request.
/// assert_eq!(estimate.usd.to_string(), "0.0000168667");
/// ```
pub fn estimate(usage: &Usage<'_>) -> Estimate {
    let prices = Prices::get();
    let billing = prices.billing(usage.plan);
    let rate = prices.rate(usage.plan, usage.region);

    let billed_ms = billed_ms(billing, usage);
    let memory_mb = billed_memory_mb(billing, usage.memory_mb);
    let millivcpus = usage
        .millivcpus
        .unwrap_or_else(|| billing.vcpus.at(memory_mb.into()));

    let milliseconds = u128::from(billed_ms);
    let memory = rate
        .gb_second(usage)
        .of(milliseconds * u128::from(memory_mb), 1000 * 1024);
    let vcpus = rate
        .vcpu_second
        .of(milliseconds * u128::from(millivcpus), 1000 * 1000);
    Estimate {
        plan: usage.plan,
        billed_ms,
        memory_mb,
        usd: memory.plus(vcpus).plus(rate.request),
        region_class: &rate.class,
        as_of: &rate.as_of,
        source: &rate.source,
        note: rate.note.as_deref(),
    }
}

fn billed_ms(billing: &Billing, usage: &Usage<'_>) -> u64 {
    let time = match billing.startup {
        Startup::Billed => usage.startup.saturating_add(usage.duration),
        Startup::Free => usage.duration,
    };
    let milliseconds = time
        .as_nanos()
        .div_ceil(Duration::from_millis(1).as_nanos());
    let milliseconds = u64::try_from(milliseconds).unwrap_or(u64::MAX);
    let billed = milliseconds.max(billing.time.least_ms);
    billed
        .checked_next_multiple_of(billing.time.step_ms)
        .unwrap_or(u64::MAX)
}

fn billed_memory_mb(billing: &Billing, memory_mb: u32) -> u32 {
    memory_mb
        .max(billing.memory.least_mb)
        .checked_next_multiple_of(billing.memory.step_mb)
        .unwrap_or(u32::MAX)
}
