//! Google's structured logging.
//!
//! The special fields: <https://docs.cloud.google.com/logging/docs/structured-logging>. An error
//! is a `ReportedErrorEvent` as well, since Error Reporting reads no stacks of Rust:
//! <https://docs.cloud.google.com/error-reporting/docs/formatting-error-messages>.

use tracing::Level;

use super::field::FieldValue;
use super::form::JsonForm;
use super::object::Object;
use super::record::{Record, span_id, trace_id};

#[derive(Debug, Clone)]
pub(super) struct Google {
    /// Without it a trace is named by its id alone, which is the form that Google prefers
    /// (<https://docs.cloud.google.com/trace/docs/trace-log-integration>). The metadata server
    /// could tell it, at the price of a request before the first line.
    project: Option<String>,
    service: Option<String>,
    revision: Option<String>,
}

const REPORTED_ERROR: &str =
    "type.googleapis.com/google.devtools.clouderrorreporting.v1beta1.ReportedErrorEvent";

impl Google {
    pub(super) fn from_env(variable: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            project: variable("GOOGLE_CLOUD_PROJECT"),
            service: variable("K_SERVICE"),
            revision: variable("K_REVISION"),
        }
    }

    fn trace(&self, record: &Record<'_>, object: &mut Object<'_>) {
        let Some(trace) = record.invocation.trace else {
            return;
        };
        let id = trace_id(trace);
        let name = match &self.project {
            Some(project) => format!("projects/{project}/traces/{id}"),
            None => id,
        };
        object.text("logging.googleapis.com/trace", &name);
        object.text("logging.googleapis.com/spanId", &span_id(trace));
        object.value("logging.googleapis.com/trace_sampled", trace.is_sampled());
    }

    fn report(&self, record: &Record<'_>, object: &mut Object<'_>) {
        object.text("@type", REPORTED_ERROR);
        if let Some(service) = &self.service {
            object.object("serviceContext", |context| {
                context.text("service", service);
                if let Some(revision) = &self.revision {
                    context.text("version", revision);
                }
            });
        }
        object.object("context", |context| {
            context.object("reportLocation", |location| {
                location.text("filePath", record.metadata.file().unwrap_or_default());
                location.value("lineNumber", record.metadata.line().unwrap_or_default());
                location.text("functionName", record.metadata.target());
            });
        });
    }
}

impl JsonForm for Google {
    /// An entry may have 256 KiB, its resource and labels included.
    /// <https://docs.cloud.google.com/logging/quotas>
    const LIMIT_BYTES: usize = 240 * 1024;

    fn head(&self, record: &Record<'_>, object: &mut Object<'_>) {
        let is_error = record.level() == Level::ERROR;
        object.text("severity", severity(record.level()));
        if is_error {
            object.text("message", &with_error(record));
        } else {
            object.text("message", &record.message);
        }
        // The agent reads a time as an object:
        // https://docs.cloud.google.com/logging/docs/agent/logging/configuration#timestamp-processing
        object.object("timestamp", |timestamp| {
            timestamp.value("seconds", record.time.as_second());
            timestamp.value("nanos", record.time.subsec_nanosecond());
        });
        self.trace(record, object);
        let (id, function) = (&record.invocation.id, &record.invocation.function);
        if id.is_some() || function.is_some() {
            object.object("logging.googleapis.com/labels", |labels| {
                if let Some(id) = id {
                    labels.text("execution_id", id);
                }
                if let Some(function) = function {
                    labels.text("function", function);
                }
            });
        }
        if let (Some(file), Some(line)) = (record.metadata.file(), record.metadata.line()) {
            object.object("logging.googleapis.com/sourceLocation", |location| {
                location.text("file", file);
                location.text("line", &line.to_string());
                location.text("function", record.metadata.target());
            });
        }
        if is_error {
            self.report(record, object);
        }
    }
}

fn severity(level: Level) -> &'static str {
    match level {
        Level::ERROR => "ERROR",
        Level::WARN => "WARNING",
        Level::INFO => "INFO",
        _ => "DEBUG",
    }
}

/// Error Reporting shows the message and nothing else.
fn with_error(record: &Record<'_>) -> String {
    let mut message = record.message.clone();
    let mut add = |text: &str| {
        if !message.is_empty() {
            message.push_str(": ");
        }
        message.push_str(text);
    };
    match record.fields.iter().find(|(name, _)| *name == "error") {
        Some((_, FieldValue::Plain(serde_json::Value::String(text)))) => add(text),
        Some((_, FieldValue::Error(itself, causes))) => {
            add(itself);
            causes.iter().for_each(|cause| add(cause));
        }
        _ => {}
    }
    message
}
