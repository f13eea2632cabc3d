//! How many invocations an execution environment has at once.

use std::num::NonZeroUsize;
use std::time::Duration;

/// Of an environment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Concurrency {
    /// One after the other: Lambda's default.
    Sequential,
    /// Up to so many, as on Managed Instances.
    Managed(NonZeroUsize),
}

impl Concurrency {
    pub(super) fn places(self) -> usize {
        match self {
            Self::Sequential => 1,
            Self::Managed(limit) => limit.get(),
        }
    }

    pub(super) fn is_managed(self) -> bool {
        self != Self::Sequential
    }

    /// `AWS_LAMBDA_INITIALIZATION_TYPE`.
    pub(super) fn initialization_type(self) -> &'static str {
        match self {
            Self::Sequential => "on-demand",
            Self::Managed(_) => "lambda-managed-instances",
        }
    }

    /// The limit of the Init phase: ten seconds
    /// (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html>), or 130 or
    /// the function's own if that is longer
    /// (<https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-execution-environment.html>).
    pub(super) fn init_limit(self, timeout: Duration) -> Duration {
        match self {
            Self::Sequential => Duration::from_secs(10),
            Self::Managed(_) => timeout.max(Duration::from_secs(130)),
        }
    }
}
