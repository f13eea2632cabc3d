//! How a process ended, or why it never served.

use std::fmt;
use std::process::ExitStatus;

use polyfn_hosts::Exit;

/// How a process ended, and all that it and those before it have printed.
#[derive(Debug)]
pub(crate) struct End {
    pub(crate) status: ExitStatus,
    /// It was given its time and did not end by itself, or is given none.
    pub(crate) killed: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl From<Exit> for End {
    fn from(exit: Exit) -> Self {
        Self {
            status: exit.status,
            killed: exit.killed,
            stdout: exit.stdout,
            stderr: exit.stderr,
        }
    }
}

/// A process that never served.
#[derive(Debug)]
pub(crate) struct NoStart {
    /// What the platform says of it, and what it has printed.
    pub(crate) why: String,
    /// How it ended, if it did.
    pub(crate) status: Option<ExitStatus>,
}

impl From<polyfn_hosts::Error> for NoStart {
    fn from(error: polyfn_hosts::Error) -> Self {
        Self {
            status: error.exit_status(),
            why: error.to_string(),
        }
    }
}

impl From<String> for NoStart {
    fn from(why: String) -> Self {
        Self { why, status: None }
    }
}

impl From<std::io::Error> for NoStart {
    fn from(error: std::io::Error) -> Self {
        error.to_string().into()
    }
}

impl From<NoStart> for String {
    fn from(no_start: NoStart) -> Self {
        no_start.why
    }
}

impl fmt::Display for NoStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.why)
    }
}
