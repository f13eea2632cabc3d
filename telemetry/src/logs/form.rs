//! Which form the lines have.

use std::io::IsTerminal;

use polyfn_core::Target;

use super::aws::Aws;
use super::azure::Azure;
use super::google::Google;
use super::json::Json;
use super::object::{Object, object_line};
use super::record::Record;
use super::terminal::Terminal;
use super::text::text_line;

/// The form of a line.
///
/// ```
/// use polyfn_core::Target;
/// use polyfn_telemetry::logs::Form;
///
/// let form = Form::from_env(Target::Local, |name| (name == "POLYFN_LOG").then(|| "xml".into()));
/// assert_eq!(
///     form.unwrap_err().to_string(),
///     "POLYFN_LOG=xml: expected json or text"
/// );
/// ```
#[derive(Debug, Clone)]
pub struct Form(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Aws(Aws),
    Google(Google),
    Azure,
    Json,
    Text { limit_bytes: usize },
    Terminal(Terminal),
}

/// `POLYFN_LOG` has a value that is not allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("POLYFN_LOG={value}: expected json or text")]
pub struct InvalidForm {
    value: String,
}

impl Form {
    /// The form that `POLYFN_LOG` asks for, else that of the target.
    ///
    /// # Errors
    ///
    /// When `POLYFN_LOG` is neither `json` nor `text`.
    pub fn from_env(
        target: Target,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, InvalidForm> {
        match variable("POLYFN_LOG") {
            None => Ok(Self::of(target, variable)),
            Some(value) if value == "json" => Ok(Self::json(target, variable)),
            Some(value) if value == "text" => Ok(Self::text(target, variable)),
            Some(value) => Err(InvalidForm { value }),
        }
    }

    /// The form that the target has by itself.
    pub fn of(target: Target, variable: impl Fn(&str) -> Option<String>) -> Self {
        match target {
            // Lambda sets it in every function, to `Text` where nobody has chosen.
            // https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-logformat.html
            Target::Aws => match variable("AWS_LAMBDA_LOG_FORMAT") {
                Some(format) if format.eq_ignore_ascii_case("text") => Self::text(target, variable),
                _ => Self::json(target, variable),
            },
            Target::Gcp | Target::Azure => Self::json(target, variable),
            _ => Self::text(target, variable),
        }
    }

    fn json(target: Target, variable: impl Fn(&str) -> Option<String>) -> Self {
        Self(match target {
            Target::Aws => Kind::Aws(Aws::from_env(variable)),
            Target::Gcp => Kind::Google(Google::from_env(variable)),
            Target::Azure => Kind::Azure,
            _ => Kind::Json,
        })
    }

    fn text(target: Target, variable: impl Fn(&str) -> Option<String>) -> Self {
        Self(match target {
            Target::Aws => Kind::Text {
                limit_bytes: Aws::LIMIT_BYTES,
            },
            Target::Gcp => Kind::Text {
                limit_bytes: Google::LIMIT_BYTES,
            },
            Target::Azure => Kind::Text {
                limit_bytes: Azure::LIMIT_BYTES,
            },
            _ if is_coloured(variable) => Kind::Terminal(Terminal::Coloured),
            _ => Kind::Terminal(Terminal::Plain),
        })
    }

    pub(super) fn line(&self, record: &Record<'_>) -> Vec<u8> {
        match &self.0 {
            Kind::Aws(aws) => object_line(aws, record),
            Kind::Google(google) => object_line(google, record),
            Kind::Azure => object_line(&Azure, record),
            Kind::Json => object_line(&Json, record),
            Kind::Text { limit_bytes } => text_line(record, *limit_bytes),
            Kind::Terminal(terminal) => terminal.line(record),
        }
    }
}

/// As <https://no-color.org> and <https://bixense.com/clicolors> have it.
fn is_coloured(variable: impl Fn(&str) -> Option<String>) -> bool {
    let is_forced = || variable("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    variable("NO_COLOR").is_none() && (is_forced() || std::io::stdout().is_terminal())
}

/// What a JSON form has of its own.
pub(super) trait JsonForm {
    /// How long an entry may be, in bytes, before the platform cuts or splits it.
    const LIMIT_BYTES: usize;

    /// Writes what the platform looks at.
    fn head(&self, record: &Record<'_>, object: &mut Object<'_>);
}
