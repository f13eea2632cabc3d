//! What an invocation uses.

use std::time::Duration;

use super::plan::Plan;

/// What an invocation used, as far as the price depends on it.
///
/// ```
/// use std::time::Duration;
/// use polyfn_telemetry::cost::{Architecture, Plan, Usage, estimate};
///
/// let usage = Usage::new(Plan::Lambda, Duration::from_millis(120), 512)
///     .with_architecture(Architecture::Arm)
///     .in_region("af-south-1");
/// assert_eq!(estimate(&usage).region_class, "Cape Town");
/// ```
#[derive(Debug, Clone, Copy)]
#[must_use]
pub struct Usage<'a> {
    pub(super) plan: Plan,
    pub(super) duration: Duration,
    pub(super) memory_mb: u32,
    pub(super) startup: Duration,
    pub(super) region: Option<&'a str>,
    pub(super) architecture: Architecture,
    pub(super) millivcpus: Option<u32>,
    pub(super) after_gb_seconds: u64,
}

/// The kind of processor, which has a price of its own on Lambda.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Architecture {
    /// x86-64, and any other.
    X86,
    /// 64-bit Arm.
    Arm,
}

impl Architecture {
    /// That which this program was compiled for.
    pub fn of_this_program() -> Self {
        match std::env::consts::ARCH {
            "aarch64" => Self::Arm,
            _ => Self::X86,
        }
    }
}

impl<'a> Usage<'a> {
    /// An invocation of that duration, with so many MiB of memory: those that are configured,
    /// or on [`Plan::AzureConsumption`] those that were used. It is on x86, was no cold start,
    /// and its region is not known.
    pub const fn new(plan: Plan, duration: Duration, memory_mb: u32) -> Self {
        Self {
            plan,
            duration,
            memory_mb,
            startup: Duration::ZERO,
            region: None,
            architecture: Architecture::X86,
            millivcpus: None,
            after_gb_seconds: 0,
        }
    }

    /// A cold start, before which the process took so long to start.
    pub const fn with_startup(self, startup: Duration) -> Self {
        Self { startup, ..self }
    }

    /// In this region, in the platform's own words. One that the table does not name costs what
    /// most do; so does one that is not known.
    pub fn in_region(self, region: impl Into<Option<&'a str>>) -> Self {
        Self {
            region: region.into(),
            ..self
        }
    }

    /// On this kind of processor.
    pub const fn with_architecture(self, architecture: Architecture) -> Self {
        Self {
            architecture,
            ..self
        }
    }

    /// With so many thousandths of a vCPU, on Cloud Run; else the memory decides.
    pub fn with_millivcpus(self, millivcpus: impl Into<Option<u32>>) -> Self {
        Self {
            millivcpus: millivcpus.into(),
            ..self
        }
    }

    /// After the account has used so many GB-seconds in this month, region and architecture:
    /// on Lambda the price falls with them. A process can't know, so [`CostLog`] takes none.
    ///
    /// [`CostLog`]: super::CostLog
    pub const fn after_gb_seconds(self, gb_seconds: u64) -> Self {
        Self {
            after_gb_seconds: gb_seconds,
            ..self
        }
    }
}
