//! The line about each invocation.

use std::num::NonZeroU32;
use std::pin::Pin;
use std::time::Duration;

use polyfn_core::{Context, Observer, Target};

use super::estimate::{Estimate, estimate};
use super::memory;
use super::plan::Plan;
use super::prices::Prices;
use super::usage::{Architecture, Usage};

/// Logs what each invocation costs, at the level `info`.
///
/// On a cloud the line has `duration_ms`, `billed_ms`, `memory_mb`, `requests`,
/// `estimated_usd`, `provider`, `plan`, `region`, `region_class` and `prices_as_of`; and in
/// `assumed` what of the price's grounds was not to be found out (`memory`, `region`). On this
/// machine it has what the same would cost on each cloud: `lambda_usd`, `cloud_run_usd` and
/// `azure_usd`.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use std::sync::Arc;
/// use polyfn_core::{App, Target, get};
/// use polyfn_telemetry::cost::{CostLog, Overrides};
///
/// let app = App::new().http("hello", get("/"), |_| async { "Hello!" });
/// let mut service = app.into_service().unwrap();
/// let log = CostLog::from_env(Target::Local, Overrides::default(), |name| {
///     std::env::var(name).ok()
/// });
/// if let Some(log) = log {
///     service = service.observed(Arc::new(log));
/// }
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct CostLog {
    /// `None` on this machine.
    plan: Option<Plan>,
    overrides: Overrides,
    /// What the platform says of where it is, where the invocation does not.
    region: Option<String>,
    startup: Duration,
}

/// What goes before what can be found out.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// The region, in the platform's own words.
    pub region: Option<String>,
    /// The memory that is configured, in MiB.
    pub memory_mb: Option<NonZeroU32>,
    /// The CPUs that are configured, in thousandths of a vCPU.
    pub millivcpus: Option<NonZeroU32>,
}

/// What clouds are compared with on this machine: enough for each of them.
const LOCAL_MEMORY_MB: u32 = 512;

impl CostLog {
    /// The log for a process on that target. `None`, with a warning, where it is not billed by
    /// the invocation: on dedicated plans and with provisioned instances.
    pub fn from_env(
        target: Target,
        overrides: Overrides,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Option<Self> {
        let plan = Plan::of(target, &variable);
        if plan.is_none() && target != Target::Local {
            tracing::warn!(
                "this deployment is not billed by the invocation, so no costs are logged"
            );
            return None;
        }
        Some(Self {
            plan,
            overrides,
            // https://learn.microsoft.com/azure/app-service/reference-app-settings
            region: variable("REGION_NAME"),
            startup: Duration::ZERO,
        })
    }

    /// The same log for a process that took so long to start: it is billed with a cold start.
    #[must_use]
    pub fn with_startup(self, startup: Duration) -> Self {
        Self { startup, ..self }
    }

    fn usage<'a>(
        &'a self,
        plan: Plan,
        memory_mb: u32,
        context: &'a Context,
        took: Duration,
    ) -> Usage<'a> {
        let usage = Usage::new(plan, took, memory_mb)
            .with_architecture(Architecture::of_this_program())
            .with_millivcpus(self.overrides.millivcpus.map(NonZeroU32::get))
            .in_region(self.region(context));
        if context.is_cold_start() {
            usage.with_startup(self.startup)
        } else {
            usage
        }
    }

    fn region<'a>(&'a self, context: &'a Context) -> Option<&'a str> {
        let overridden = self.overrides.region.as_deref();
        overridden
            .or_else(|| context.region())
            .or(self.region.as_deref())
    }

    /// The memory that is known of, in MiB.
    fn memory_mb(&self, plan: Plan, context: &Context) -> Option<u32> {
        let overridden = self.overrides.memory_mb.map(NonZeroU32::get);
        overridden
            .or_else(|| context.memory_mb())
            .or_else(|| match plan {
                Plan::CloudRun | Plan::CloudRunFunctions => memory::limit_mb(),
                Plan::AzureConsumption => memory::used_mb(),
                Plan::Lambda | Plan::AzureFlexConsumption => None,
            })
    }

    fn log(&self, plan: Plan, context: &Context, took: Duration) {
        let memory_mb = self.memory_mb(plan, context);
        let region = self.region(context);
        let default_mb = Prices::get().billing(plan).memory.default_mb;
        let Estimate {
            billed_ms,
            memory_mb: billed_mb,
            usd,
            region_class,
            as_of,
            ..
        } = estimate(&self.usage(plan, memory_mb.unwrap_or(default_mb), context, took));
        let assumed = match (memory_mb, region) {
            (Some(_), Some(_)) => None,
            (Some(_), None) => Some("region"),
            (None, Some(_)) => Some("memory"),
            (None, None) => Some("memory, region"),
        };
        tracing::info!(
            duration_ms = milliseconds(took),
            billed_ms,
            memory_mb = billed_mb,
            requests = 1,
            estimated_usd = %usd,
            provider = plan.provider(),
            plan = %plan,
            region,
            region_class,
            prices_as_of = as_of,
            assumed,
            "cost of the invocation"
        );
    }

    fn log_comparison(&self, context: &Context, took: Duration) {
        let configured = self.overrides.memory_mb.map(NonZeroU32::get);
        let memory_mb = configured.unwrap_or(LOCAL_MEMORY_MB);
        let usd = |plan| estimate(&self.usage(plan, memory_mb, context, took)).usd;
        tracing::info!(
            duration_ms = milliseconds(took),
            memory_mb,
            lambda_usd = %usd(Plan::Lambda),
            cloud_run_usd = %usd(Plan::CloudRun),
            azure_usd = %usd(Plan::AzureConsumption),
            assumed = configured.is_none().then_some("memory"),
            "cost of the invocation, were it in a cloud"
        );
    }
}

impl Observer for CostLog {
    fn ended<'a>(
        &'a self,
        context: &'a Context,
        took: Duration,
    ) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>> {
        // In the invocation's scope: the log says which one it is.
        Box::pin(context.scope(async move {
            match self.plan {
                Some(plan) => self.log(plan, context, took),
                None => self.log_comparison(context, took),
            }
        }))
    }
}

/// With three decimals at most.
fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1000.0
}
