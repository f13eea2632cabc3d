//! What comes of one invocation.

use std::fmt;
use std::process::ExitStatus;
use std::time::Duration;

use bytes::Bytes;
use serde_json::json;

/// What came of one invocation, as the Lambda service sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Invocation {
    /// The function answered; the bytes are what it posted to `…/response`.
    Response(Bytes),
    /// The function reported a failure to `…/error`.
    Error {
        /// `errorType` of the report (or its `Lambda-Runtime-Function-Error-Type` header).
        error_type: String,
        /// `errorMessage` of the report.
        error_message: String,
    },
    /// The process reported to `/runtime/init/error` that it cannot start.
    InitError {
        /// `errorType` of the report.
        error_type: String,
        /// `errorMessage` of the report.
        error_message: String,
    },
    /// The process ended before it had answered (`Runtime.ExitError`).
    Exited {
        /// Its status.
        status: ExitStatus,
    },
    /// The time limit passed; the process has been killed (`Sandbox.Timedout`).
    TimedOut {
        /// The limit.
        after: Duration,
    },
    /// The answer was larger than the service takes (`Function.ResponseSizeTooLarge`).
    ResponseTooLarge {
        /// The largest answer that it takes.
        limit: usize,
    },
}

impl Invocation {
    /// The answer, if the function gave one.
    pub fn response(&self) -> Option<&Bytes> {
        match self {
            Self::Response(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// `errorType` as the Invoke API reports it; `None` for an answer.
    pub fn error_type(&self) -> Option<&str> {
        match self {
            Self::Response(_) => None,
            Self::Error { error_type, .. } | Self::InitError { error_type, .. } => Some(error_type),
            Self::Exited { .. } => Some("Runtime.ExitError"),
            Self::TimedOut { .. } => Some("Sandbox.Timedout"),
            Self::ResponseTooLarge { .. } => Some("Function.ResponseSizeTooLarge"),
        }
    }

    /// The payload that the caller of the Invoke API gets: the answer itself, or
    /// `{"errorType","errorMessage"}`.
    pub fn payload(&self) -> Bytes {
        match self {
            Self::Response(bytes) => bytes.clone(),
            failure => {
                let error = json!({
                    "errorType": failure.error_type(),
                    "errorMessage": failure.to_string(),
                });
                error.to_string().into()
            }
        }
    }
}

impl fmt::Display for Invocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response(bytes) => write!(f, "a response of {} bytes", bytes.len()),
            Self::Error { error_message, .. } | Self::InitError { error_message, .. } => {
                f.write_str(error_message)
            }
            Self::Exited { status } if status.success() => {
                f.write_str("Runtime exited without providing a reason")
            }
            Self::Exited { status } => match status.code() {
                Some(code) => write!(f, "Runtime exited with error: exit status {code}"),
                None => write!(f, "Runtime exited with error: {status}"),
            },
            Self::TimedOut { after } => {
                write!(f, "Task timed out after {:.2} seconds", after.as_secs_f64())
            }
            Self::ResponseTooLarge { limit } => {
                write!(
                    f,
                    "Response payload size exceeded maximum allowed payload size ({limit} bytes)."
                )
            }
        }
    }
}

/// What a plain Invoke may carry besides its payload.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct InvokeOptions {
    /// The value of `lambda-runtime-aws-request-id`; made up when absent. An asynchronous
    /// invocation that is tried again keeps its id.
    pub request_id: Option<String>,
    /// The raw value of `lambda-runtime-client-context` (JSON, unless a test wants it malformed).
    pub client_context: Option<String>,
    /// The raw value of `lambda-runtime-cognito-identity`.
    pub cognito_identity: Option<String>,
    /// The value of `lambda-runtime-aws-tenant-id`.
    pub tenant_id: Option<String>,
    /// The value of `lambda-runtime-trace-id`; made up when absent.
    pub trace_id: Option<String>,
    /// What the process is told about its deadline. The host enforces the real one in any case.
    pub deadline: Deadline,
}

/// What `lambda-runtime-deadline-ms` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Deadline {
    /// The truth: now plus the function's time limit, in milliseconds since 1970.
    #[default]
    Normal,
    /// `600000`, ten minutes after the epoch, as cargo-lambda's emulator sends it.
    Past,
    /// No such header.
    Missing,
}
