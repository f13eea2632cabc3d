//! The one error of this crate.

use std::path::Path;
use std::process::ExitStatus;
use std::time::Duration;

/// A host could not do what it was asked to do.
///
/// What the *function* did wrong is not an `Error` as long as the platform has an answer to it
/// (see [`Invocation`](crate::lambda::Invocation)); this is for what leaves a test with nothing to
/// look at: a binary that cannot be run, a port that never opened, a host that has stopped.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(#[from] Kind);

#[derive(Debug, thiserror::Error)]
pub(crate) enum Kind {
    #[error("cannot run {binary}: {source}")]
    Spawn {
        binary: String,
        source: std::io::Error,
    },
    #[error("the function process exited with {status} before it {before}; its stderr: {stderr}")]
    Exited {
        status: ExitStatus,
        before: &'static str,
        stderr: String,
    },
    #[error("the function process had not {before} after {after:?}; its stderr: {stderr}")]
    StartTimeout {
        before: &'static str,
        after: Duration,
        stderr: String,
    },
    #[error("cannot listen on 127.0.0.1: {0}")]
    Bind(std::io::Error),
    #[error("the request has {size} bytes; the service takes at most {limit}")]
    RequestTooLarge { size: usize, limit: usize },
    #[error("{file}: {problem}")]
    Configuration { file: String, problem: String },
    #[error("no function {0:?} in this app; there are: {1}")]
    NoSuchFunction(String, String),
    #[error("a time limit of {} s ends later than a clock can tell", .0.as_secs())]
    TimeLimit(Duration),
    #[error("the host has stopped")]
    Stopped,
    #[error("cannot learn how the function process ended: {0}")]
    Wait(String),
    #[error("{0:?} cannot be sent as a header value")]
    InvalidHeader(String),
    #[error("data and metadata must be objects, not {0}")]
    NoObject(String),
    #[error("the worker cannot run: {0}")]
    Worker(String),
    #[error("no front is called {0:?}; there are: {1}")]
    UnknownFront(String, String),
    #[error("no invoke mode is called {0:?}; there are: {1}")]
    UnknownInvokeMode(String, String),
    #[error("{0} streams no answers: only function-url and rest-api do")]
    NoStreaming(&'static str),
    #[error("no event source is called {0:?}; there are: {1}")]
    UnknownSource(String, String),
    #[error("{source_name} cannot carry this happening: {problem}")]
    Undeliverable {
        source_name: &'static str,
        problem: String,
    },
    #[error("{0:?} is no path that events can be pushed to")]
    PushPath(String),
    #[error("{0:?} is no http://127.0.0.1:PORT/… of a service")]
    ServiceUrl(String),
    #[error("{request}: {problem}")]
    Service { request: String, problem: String },
}

impl Error {
    /// Whether the service refused the request for its size, before any function saw it.
    pub fn is_request_too_large(&self) -> bool {
        matches!(self.0, Kind::RequestTooLarge { .. })
    }

    /// Whether the function process ended before it was ready to serve.
    pub fn is_exited(&self) -> bool {
        matches!(self.0, Kind::Exited { .. })
    }

    /// How that process ended.
    pub fn exit_status(&self) -> Option<ExitStatus> {
        match &self.0 {
            Kind::Exited { status, .. } => Some(*status),
            _ => None,
        }
    }

    pub(crate) fn spawn(binary: &Path, source: std::io::Error) -> Self {
        Kind::Spawn {
            binary: binary.display().to_string(),
            source,
        }
        .into()
    }

    pub(crate) fn configuration(file: &Path, problem: impl ToString) -> Self {
        Kind::Configuration {
            file: file.display().to_string(),
            problem: problem.to_string(),
        }
        .into()
    }
}
