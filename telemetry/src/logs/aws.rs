//! Lambda's JSON log format.
//!
//! Lambda filters by `level` and takes the time from `timestamp`, where that is RFC 3339:
//! <https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-log-level.html>.
//! `requestId` is the name that its managed runtimes use, `xray_trace_id` that of Powertools.

use polyfn_core::TraceContext;

use super::form::JsonForm;
use super::object::Object;
use super::record::Record;

#[derive(Debug, Clone)]
pub(super) struct Aws {
    function_name: Option<String>,
}

impl Aws {
    pub(super) fn from_env(variable: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            function_name: variable("AWS_LAMBDA_FUNCTION_NAME"),
        }
    }
}

impl JsonForm for Aws {
    /// Lambda splits what is longer than CloudWatch's 256 KiB, which have some bytes of its own.
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html>
    const LIMIT_BYTES: usize = 255 * 1024;

    fn head(&self, record: &Record<'_>, object: &mut Object<'_>) {
        let invocation = &record.invocation;
        object.text("timestamp", &format!("{:.3}", record.time));
        object.text("level", record.level().as_str());
        object.text("message", &record.message);
        if let Some(id) = &invocation.id {
            object.text("requestId", id);
        }
        if let Some(name) = &self.function_name {
            object.text("functionName", name);
        }
        if let Some(function) = &invocation.function {
            object.text("function", function);
        }
        if let Some(trace) = invocation.trace {
            object.text("xray_trace_id", &xray_trace_id(trace));
        }
    }
}

/// The 32 digits of a W3C trace id as X-Ray parts them: the time it began at, and the rest.
/// <https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids>
fn xray_trace_id(trace: TraceContext) -> String {
    const REST_BITS: u32 = 96;
    let id = trace.trace_id();
    format!(
        "1-{:08x}-{:024x}",
        id >> REST_BITS,
        id & ((1 << REST_BITS) - 1)
    )
}
