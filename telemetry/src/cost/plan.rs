//! What the platform bills by.

use std::fmt;

use polyfn_core::Target;

/// A way of paying for functions by the invocation.
///
/// ```
/// use polyfn_telemetry::cost::Plan;
///
/// assert_eq!(Plan::CloudRun.to_string(), "cloud-run");
/// assert_eq!(Plan::CloudRun.provider(), "gcp");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Plan {
    /// AWS Lambda, on demand.
    Lambda,
    /// A Cloud Run service that is billed by requests.
    CloudRun,
    /// The same, deployed as a function: its memory decides about its CPUs.
    CloudRunFunctions,
    /// Azure Functions on the Consumption plan.
    AzureConsumption,
    /// Azure Functions on the Flex Consumption plan, on demand.
    AzureFlexConsumption,
}

impl Plan {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Lambda,
        Self::CloudRun,
        Self::CloudRunFunctions,
        Self::AzureConsumption,
        Self::AzureFlexConsumption,
    ];

    /// The cloud, by the name of its target.
    pub const fn provider(self) -> &'static str {
        match self {
            Self::Lambda => Target::Aws.name(),
            Self::CloudRun | Self::CloudRunFunctions => Target::Gcp.name(),
            Self::AzureConsumption | Self::AzureFlexConsumption => Target::Azure.name(),
        }
    }

    /// The plan that a process is on, by the variables that the platform sets; `None` where it
    /// is billed otherwise than by the invocation.
    ///
    /// - `AWS_LAMBDA_INITIALIZATION_TYPE`:
    ///   <https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html>
    /// - `FUNCTION_TARGET`: <https://cloud.google.com/functions/docs/configuring/env-var>
    /// - `WEBSITE_SKU`: <https://github.com/Azure/azure-functions-host>, `ScriptConstants`
    pub(super) fn of(target: Target, variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        match target {
            Target::Aws => match variable("AWS_LAMBDA_INITIALIZATION_TYPE").as_deref() {
                None | Some("on-demand") => Some(Self::Lambda),
                Some(_) => None,
            },
            Target::Gcp => match variable("FUNCTION_TARGET") {
                None => Some(Self::CloudRun),
                Some(_) => Some(Self::CloudRunFunctions),
            },
            Target::Azure => match variable("WEBSITE_SKU").as_deref() {
                None | Some("Dynamic") => Some(Self::AzureConsumption),
                Some("FlexConsumption") => Some(Self::AzureFlexConsumption),
                Some(_) => None,
            },
            _ => None,
        }
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lambda => "lambda",
            Self::CloudRun => "cloud-run",
            Self::CloudRunFunctions => "cloud-run-functions",
            Self::AzureConsumption => "azure-consumption",
            Self::AzureFlexConsumption => "azure-flex-consumption",
        })
    }
}
