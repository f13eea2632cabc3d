//! How a function process ended.

use std::process::ExitStatus;

/// How the function process ended, and everything it printed.
///
/// When a host had to start several processes, `status` is the last one's and the output is that
/// of all of them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Exit {
    /// The status that the operating system reports.
    pub status: ExitStatus,
    /// What it printed to stdout.
    pub stdout: String,
    /// What it printed to stderr.
    pub stderr: String,
    /// Whether SIGKILL had to end it: the platform's grace period had passed, or it gives none.
    pub killed: bool,
}
