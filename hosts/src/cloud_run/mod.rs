//! Google Cloud Run (and with it Cloud Run functions): one instance behind Google's front end.
//!
//! The contract is
//! <https://cloud.google.com/run/docs/container-contract>: `PORT` and the `K_*` variables, a TCP
//! start-up probe, concurrent requests over HTTP/1.1, a request time limit after which the client
//! has its 504 and the instance goes on running, SIGTERM and ten seconds at the end. The limits are
//! those of <https://cloud.google.com/run/quotas>.
//!
//! Almost nothing is destroyed here: path, query, repeated headers and bodies pass as they are,
//! streamed both ways: a slow reader holds the container, and one that goes away closes its
//! connection. More requests at once than `containerConcurrency` wait, and get a 429 in the end.
//! Hop-by-hop headers end at the front end, the paths that Google
//! keeps for itself never arrive (<https://cloud.google.com/run/docs/known-issues>), and a request
//! body over 32 MiB is refused.
//!
//! Events arrive as requests through the same front end: [`CloudRunHost::deliver`] sends them in
//! the wire form of one [`Source`], and again while the answer is none of the 200s.
//!
//! WebSockets and HTTP/2 to the container are not modelled.

mod builder;
mod delivery;
mod front;
mod headers;
mod instance;
mod source;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use http::uri::PathAndQuery;

pub use self::builder::{CloudRunHostBuilder, DEFAULT_CONCURRENCY};
use self::instance::Instance;
pub use self::source::Source;
use crate::http_server::HttpServer;
use crate::{Error, Exit, LogLine};

/// Between SIGTERM and SIGKILL, as the container contract has it.
const GRACE: Duration = Duration::from_secs(10);

/// A service running as Cloud Run runs it. Dropping it kills the process.
#[derive(Debug)]
pub struct CloudRunHost {
    url: String,
    instance: Arc<Instance>,
    push_path: PathAndQuery,
    server: HttpServer,
}

impl CloudRunHost {
    /// Configures a host for `binary`.
    pub fn builder(binary: impl Into<PathBuf>) -> CloudRunHostBuilder {
        CloudRunHostBuilder::new(binary.into())
    }

    /// `http://127.0.0.1:PORT` of Google's front end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What the container has printed, stdout and stderr as they came.
    pub fn log(&self) -> String {
        self.instance.log().both()
    }

    /// The lines that the container has printed, in the order in which they were finished.
    pub fn log_lines(&self) -> Vec<LogLine> {
        self.instance.log().lines()
    }

    /// Ends the instance as Cloud Run does: it gets no more requests, then SIGTERM, and SIGKILL ten
    /// seconds later. Requests that are under way may finish in between.
    ///
    /// # Errors
    /// When the operating system does not say how the process ended.
    pub async fn stop(mut self) -> Result<Exit, Error> {
        self.server.close();
        let exit = self.instance.process().await.terminate(GRACE).await;
        self.server.closed().await;
        exit
    }
}
