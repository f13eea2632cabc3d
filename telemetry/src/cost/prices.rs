//! The table of prices.

use std::sync::LazyLock;

use serde::Deserialize;

use super::plan::Plan;
use super::usage::{Architecture, Usage};
use super::usd::Usd;

/// How each plan bills, and what it costs.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Prices {
    plans: Plans,
    rates: Rates,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Plans {
    lambda: Billing,
    cloud_run: Billing,
    cloud_run_functions: Billing,
    azure_consumption: Billing,
    azure_flex_consumption: Billing,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Rates {
    lambda: ByRegion,
    cloud_run: ByRegion,
    azure_consumption: ByRegion,
    azure_flex_consumption: ByRegion,
}

/// What a plan bills of an invocation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Billing {
    pub(super) startup: Startup,
    pub(super) time: TimeSteps,
    pub(super) memory: MemorySteps,
    /// The thousandths of a vCPU that come with so many MiB, where CPUs are billed.
    #[serde(default)]
    pub(super) vcpus: Steps<u32>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Startup {
    Billed,
    Free,
}

/// Time is rounded up to a step, and to the least that is billed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TimeSteps {
    pub(super) step_ms: u64,
    pub(super) least_ms: u64,
}

/// Memory is rounded up to a step, and to the least that is billed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MemorySteps {
    pub(super) step_mb: u32,
    pub(super) least_mb: u32,
    /// What there is where nothing is configured.
    pub(super) default_mb: u32,
}

/// The rates of a plan: of most regions, and of those that differ.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ByRegion {
    base: Rate,
    regions: Vec<Rate>,
}

/// What is paid in a class of regions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rate {
    pub(super) class: String,
    /// The regions of the class; of a base all that no other class has.
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    pub(super) vcpu_second: Usd,
    /// For 1024 MB, by the GB-seconds that went before in the same month.
    gb_second: Steps<Usd>,
    gb_second_arm: Option<Steps<Usd>>,
    pub(super) request: Usd,
    pub(super) as_of: String,
    pub(super) source: String,
    pub(super) note: Option<String>,
}

impl Rate {
    pub(super) fn gb_second(&self, usage: &Usage<'_>) -> Usd {
        let steps = match (usage.architecture, &self.gb_second_arm) {
            (Architecture::Arm, Some(arm)) => arm,
            _ => &self.gb_second,
        };
        steps.at(usage.after_gb_seconds)
    }
}

/// A value that changes where a quantity reaches a bound.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Steps<T> {
    first: T,
    #[serde(default = "Vec::new")]
    then: Vec<Step<T>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step<T> {
    from: u64,
    is: T,
}

impl<T: Copy> Steps<T> {
    pub(super) fn at(&self, quantity: u64) -> T {
        let reached = self.then.iter().rfind(|step| step.from <= quantity);
        reached.map_or(self.first, |step| step.is)
    }
}

impl Prices {
    /// The table, read when it is first asked for.
    pub(super) fn get() -> &'static Self {
        static PRICES: LazyLock<Prices> = LazyLock::new(|| {
            #[expect(
                clippy::expect_used,
                reason = "the text is part of the program, and the tests read it"
            )]
            serde_json::from_str(include_str!("prices.json")).expect("the table of prices")
        });
        &PRICES
    }

    pub(super) fn billing(&self, plan: Plan) -> &Billing {
        match plan {
            Plan::Lambda => &self.plans.lambda,
            Plan::CloudRun => &self.plans.cloud_run,
            Plan::CloudRunFunctions => &self.plans.cloud_run_functions,
            Plan::AzureConsumption => &self.plans.azure_consumption,
            Plan::AzureFlexConsumption => &self.plans.azure_flex_consumption,
        }
    }

    pub(super) fn rate(&self, plan: Plan, region: Option<&str>) -> &Rate {
        let rates = match plan {
            Plan::Lambda => &self.rates.lambda,
            Plan::CloudRun | Plan::CloudRunFunctions => &self.rates.cloud_run,
            Plan::AzureConsumption => &self.rates.azure_consumption,
            Plan::AzureFlexConsumption => &self.rates.azure_flex_consumption,
        };
        let named = rates.regions.iter().find(|rate| {
            let mut names = rate.names.iter();
            region.is_some_and(|region| names.any(|name| name == region))
        });
        named.unwrap_or(&rates.base)
    }
}

#[cfg(test)]
mod tests;
