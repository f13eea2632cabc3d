//! The environment variables of the process, read once.

use std::sync::Arc;

use crate::invoke_mode::InvokeMode;

/// What Lambda tells a process by
/// [environment variables](https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime).
#[derive(Debug, Clone)]
pub(crate) struct Environment {
    /// `AWS_LAMBDA_RUNTIME_API`: where the Runtime API is.
    pub(crate) runtime_api: Option<String>,
    /// `_HANDLER`: what was configured as the function's handler.
    pub(crate) handler: Option<String>,
    pub(crate) memory_mb: Option<u32>,
    pub(crate) region: Option<Arc<str>>,
    /// `POLYFN_AWS_INVOKE_MODE`: whether the fronts take streamed answers.
    pub(crate) invoke_mode: Option<String>,
    /// `AWS_LAMBDA_MAX_CONCURRENCY`: how many invocations at once a Managed Instance offers. One
    /// at a time elsewhere.
    pub(crate) workers: u32,
}

impl Environment {
    pub(crate) fn read() -> Self {
        // What is not UTF-8 is no value that is known, and has to show as one that is wrong.
        Self::from(|name| Some(std::env::var_os(name)?.to_string_lossy().into_owned()))
    }

    /// From any source of variables. A value of the platform's own that can't be read is as
    /// good as none: it is no reason not to start.
    pub(crate) fn from(variable: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        Self {
            runtime_api: set("AWS_LAMBDA_RUNTIME_API"),
            handler: set("_HANDLER"),
            memory_mb: set("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").and_then(|mb| mb.parse().ok()),
            region: set("AWS_REGION").map(Into::into),
            invoke_mode: set(InvokeMode::VARIABLE),
            workers: set("AWS_LAMBDA_MAX_CONCURRENCY")
                .and_then(|many| many.parse().ok())
                .map_or(1, |many: u32| many.max(1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_lambda_sets() {
        let environment = Environment::from(|name| {
            let value = match name {
                "AWS_LAMBDA_RUNTIME_API" => "127.0.0.1:9001",
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE" => "128",
                "AWS_REGION" => "eu-west-1",
                "AWS_LAMBDA_MAX_CONCURRENCY" => "8",
                _ => "",
            };
            Some(value.to_owned())
        });
        assert_eq!(environment.runtime_api.as_deref(), Some("127.0.0.1:9001"));
        assert_eq!(environment.handler, None);
        assert_eq!(environment.memory_mb, Some(128));
        assert_eq!(environment.region.as_deref(), Some("eu-west-1"));
        assert_eq!(environment.workers, 8);
    }

    #[test]
    fn wrong_values_count_as_none() {
        for wrong in ["-1 potato", "-1", "0", "4294967296"] {
            let environment = Environment::from(|_| Some(wrong.to_owned()));
            assert_eq!(environment.workers, 1, "{wrong}");
        }
        let environment = Environment::from(|_| Some("-1 potato".to_owned()));
        assert_eq!(environment.memory_mb, None);
    }
}
