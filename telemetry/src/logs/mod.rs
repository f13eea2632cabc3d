//! The log: one line an event, in the form that each platform takes apart.
//!
//! | form | where | what it is |
//! |---|---|---|
//! | Lambda's JSON | `aws`, unless its log format is `Text` | `timestamp`, `level`, `message`, `requestId`, `functionName`, `xray_trace_id` |
//! | Google's JSON | `gcp` | `severity`, `message`, `timestamp`, `logging.googleapis.com/…`; errors as Error Reporting takes them |
//! | Azure's JSON | `azure` | the host takes a line as an Information record: `level`, `invocation_id` and `operation_Id` are within |
//! | plain JSON | `local` with `POLYFN_LOG=json` | `timestamp`, `level`, `message`, `invocation_id`, `trace_id`, `span_id` |
//! | text | `aws` with the format `Text`; clouds with `POLYFN_LOG=text` | time, invocation id, level and message between tabs, then `key=value` |
//! | terminal | `local` | the same for people, in colours where there is a terminal and no `NO_COLOR` |
//!
//! Every JSON form has besides: `function`, `attempt` and `cold_start` of the invocation,
//! `target`, the event's fields, `spans` (their names, from the outermost), and the fields of
//! the spans. Numbers stay numbers. An error recorded as `&dyn Error` is `error`, its causes
//! the list `error_causes`. A field whose name is taken is there as `event.NAME`, of a span as
//! `SPAN.NAME`. What is too long for the platform's entry is cut, and marked so.
//!
//! | variable | meaning |
//! |---|---|
//! | `POLYFN_LOG` | `json` or `text`, against the form that the target has by itself |
//! | `RUST_LOG` | how much is logged (`info`): levels by module, as `warn,my_crate=debug` |
//! | `AWS_LAMBDA_LOG_FORMAT` | Lambda's own: `JSON` or `Text` |
//! | `AWS_LAMBDA_LOG_LEVEL` | Lambda's own: the level where `RUST_LOG` is not set, and a bound to it where it is, since Lambda drops what is below |
//! | `AzureFunctionsJobHost__logging__logLevel__default` | the same on Azure |
//! | `GOOGLE_CLOUD_PROJECT` | the project in the name of a trace |
//! | `NO_COLOR`, `CLICOLOR_FORCE` | no colours on a terminal; colours where there is none |

mod aws;
mod azure;
mod field;
mod form;
mod google;
mod invocation;
mod json;
mod layer;
mod levels;
mod object;
mod record;
mod terminal;
mod text;

use std::io::Write;

use polyfn_core::Target;
use tracing::Subscriber;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::{Layer, Registry};

pub use form::{Form, InvalidForm};
pub use levels::Levels;

/// Writes the log to standard output in the target's form, unless the program has set up its
/// own.
///
/// # Errors
///
/// When `POLYFN_LOG` has a value that is not allowed; the log is in the target's own form then.
pub fn install(target: Target) -> Result<(), InvalidForm> {
    let variable = |name: &str| {
        let value = std::env::var_os(name)?.to_string_lossy().into_owned();
        Some(value).filter(|value| !value.is_empty())
    };
    let (form, invalid) = match Form::from_env(target, variable) {
        Ok(form) => (form, Ok(())),
        Err(invalid) => (Form::of(target, variable), Err(invalid)),
    };
    let levels = Levels::from_env(variable);
    let misread = levels.misread().map(str::to_owned);
    // It fails where there is a subscriber already, and that one is to stay.
    let installed =
        tracing::subscriber::set_global_default(subscriber(to_standard_output, form, levels));
    if let (Ok(()), Some(misread)) = (installed, misread) {
        tracing::warn!("{misread}");
    }
    invalid
}

/// A subscriber that gives `write` each line, with its line feed, in one call.
///
/// ```
/// use polyfn_core::Target;
/// use polyfn_telemetry::logs::{Form, Levels, subscriber};
/// use std::sync::mpsc;
///
/// let (lines, written) = mpsc::channel();
/// let write = move |line: &[u8]| lines.send(String::from_utf8_lossy(line).into_owned()).unwrap();
/// let subscriber = subscriber(write, Form::of(Target::Gcp, |_| None), Levels::default());
/// tracing::subscriber::with_default(subscriber, || tracing::warn!(tea = 0, "out of tea"));
///
/// let line = written.recv().unwrap();
/// assert!(line.contains(r#""severity":"WARNING","message":"out of tea""#), "{line}");
/// assert!(line.ends_with("}\n"));
/// ```
pub fn subscriber(
    write: impl Fn(&[u8]) + Send + Sync + 'static,
    form: Form,
    levels: Levels,
) -> impl Subscriber + Send + Sync {
    let layer = layer::Log::new(write, form);
    Registry::default().with(layer.with_filter(levels.into_targets()))
}

fn to_standard_output(line: &[u8]) {
    // Whoever closed standard output does not want to hear it.
    let _ = std::io::stdout().lock().write_all(line);
}
