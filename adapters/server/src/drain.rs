//! The end of a server's life.

use std::time::Duration;

/// How long a server takes over its end, from SIGTERM or Ctrl-C on.
///
/// Every answer from then on tells the client to close the connection, so that its next
/// request goes elsewhere. First the server goes on accepting (`lame_duck`); then it takes
/// what still waits in the backlog, closes the socket, and finishes what has reached it.
///
/// ```
/// use std::time::Duration;
/// use polyfn_server::Drain;
///
/// let drain = Drain {
///     lame_duck: Duration::from_millis(500),
///     grace: Duration::from_secs(9),
/// };
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Drain {
    /// How long new connections are still accepted: as long as the platform may take to
    /// hear that the process ends.
    pub lame_duck: Duration,
    /// When it is over, whatever is still unanswered.
    pub grace: Duration,
}

/// How long a connection has to show a request that was sent before the socket was closed:
/// it is on this machine already, and only has to be read.
pub(crate) const UNREAD: Duration = Duration::from_millis(100);
