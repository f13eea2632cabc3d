//! The `retry` of a `function.json`: the host itself calls a failed function again, before the
//! trigger hears of the failure.
//!
//! <https://learn.microsoft.com/azure/azure-functions/functions-bindings-error-pages#retry-policies>;
//! the rules are those of `ValidateRetryOptions` in `Utility.cs`. No time passes between the
//! attempts here.

use serde::Deserialize;
use serde_json::{Value, json};

use super::host_json::time_span;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct File {
    strategy: Option<String>,
    max_retry_count: Option<i32>,
    delay_interval: Option<String>,
    minimum_interval: Option<String>,
    maximum_interval: Option<String>,
}

/// How often the host calls a function again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RetryPolicy {
    /// −1: for ever.
    max_retry_count: i32,
}

impl TryFrom<File> for RetryPolicy {
    type Error = String;

    fn try_from(file: File) -> Result<Self, String> {
        let needed = |name: &str, interval: Option<String>| {
            let interval = interval.ok_or_else(|| format!("the retry policy has no {name:?}"))?;
            time_span(&interval).map(|_| ())
        };
        let max_retry_count = file.max_retry_count;
        let max_retry_count = max_retry_count.ok_or("the retry policy has no \"maxRetryCount\"")?;
        if max_retry_count < -1 {
            return Err(format!("\"maxRetryCount\" is {max_retry_count}"));
        }
        match file.strategy.as_deref().unwrap_or("fixedDelay") {
            fixed if fixed.eq_ignore_ascii_case("fixedDelay") => {
                needed("delayInterval", file.delay_interval)?;
            }
            backoff if backoff.eq_ignore_ascii_case("exponentialBackoff") => {
                needed("minimumInterval", file.minimum_interval)?;
                needed("maximumInterval", file.maximum_interval)?;
            }
            other => return Err(format!("no retry strategy is called {other:?}")),
        }
        Ok(Self { max_retry_count })
    }
}

impl RetryPolicy {
    /// How many attempts there are; a policy that never ends has as many as a test allows.
    pub(super) fn attempts(self, endless: u32) -> u32 {
        u32::try_from(self.max_retry_count).map_or(endless, |count| count.saturating_add(1))
    }

    /// `Metadata.RetryContext` of an attempt, the first of which is 1 (`RetryContext.cs`); the
    /// exception is the one that ended the attempt before, as Newtonsoft writes one.
    pub(super) fn context(self, attempt: u32, function: &str, failure: Option<&str>) -> Value {
        let exception = failure.map(|reason| {
            json!({
                "ClassName": "Microsoft.Azure.WebJobs.Host.FunctionInvocationException",
                "Message": format!("Exception while executing function: Functions.{function}"),
                "InnerException": {
                    "ClassName": "System.Net.Http.HttpRequestException",
                    "Message": reason,
                },
            })
        });
        json!({
            "RetryCount": attempt.saturating_sub(1),
            "MaxRetryCount": self.max_retry_count,
            "Exception": exception,
            "Instance": null,
            "State": {},
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(text: &str) -> Result<RetryPolicy, String> {
        RetryPolicy::try_from(serde_json::from_str::<File>(text).unwrap())
    }

    #[test]
    fn attempts() {
        let twice =
            r#"{"strategy": "fixedDelay", "maxRetryCount": 2, "delayInterval": "00:00:10"}"#;
        assert_eq!(policy(twice).unwrap().attempts(9), 3);
        let endless = r#"{"strategy": "exponentialBackoff", "maxRetryCount": -1,
            "minimumInterval": "00:00:01", "maximumInterval": "00:15:00"}"#;
        assert_eq!(policy(endless).unwrap().attempts(9), 9);
    }

    #[test]
    fn what_the_host_refuses() {
        for text in [
            r#"{"strategy": "fixedDelay", "delayInterval": "00:00:10"}"#,
            r#"{"strategy": "fixedDelay", "maxRetryCount": 1}"#,
            r#"{"strategy": "exponentialBackoff", "maxRetryCount": 1, "minimumInterval": "00:00:01"}"#,
            r#"{"strategy": "fixedDelay", "maxRetryCount": -2, "delayInterval": "00:00:10"}"#,
            r#"{"strategy": "often", "maxRetryCount": 1, "delayInterval": "00:00:10"}"#,
        ] {
            assert!(policy(text).is_err(), "{text}");
        }
    }
}
