//! How the platform or a person asks the process to end.

#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// SIGTERM and Ctrl-C, heard from [`Signals::watch`] on.
///
/// Watch them before anything that takes time: until then SIGTERM ends the process at once,
/// or not at all where it is the first one of a container.
#[derive(Debug)]
pub struct Signals {
    #[cfg(unix)]
    terminate: Option<Signal>,
    #[cfg(unix)]
    interrupt: Option<Signal>,
}

impl Signals {
    /// Starts to listen. Each value hears every signal, so there may be several.
    ///
    /// # Panics
    ///
    /// Outside of a tokio runtime.
    pub fn watch() -> Self {
        Self {
            #[cfg(unix)]
            terminate: watched(SignalKind::terminate()),
            #[cfg(unix)]
            interrupt: watched(SignalKind::interrupt()),
        }
    }

    /// Waits for the next one.
    pub async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            () = next_of(&mut self.terminate) => {}
            () = next_of(&mut self.interrupt) => {}
        }
        #[cfg(not(unix))]
        if let Err(error) = tokio::signal::ctrl_c().await {
            unwatchable(&error);
            std::future::pending::<()>().await;
        }
    }

    /// What `work` comes to, or `None` where a signal came first: it is dropped then.
    ///
    /// Work that blocks its thread can't be dropped; the signal is heard after it.
    pub async fn unless<F: Future>(&mut self, work: F) -> Option<F::Output> {
        tokio::select! {
            biased;
            () = self.next() => None,
            output = work => Some(output),
        }
    }
}

#[cfg(unix)]
fn watched(kind: SignalKind) -> Option<Signal> {
    signal(kind).map_err(|error| unwatchable(&error)).ok()
}

#[cfg(unix)]
async fn next_of(signal: &mut Option<Signal>) {
    let heard = match signal {
        Some(signal) => signal.recv().await,
        None => None,
    };
    if heard.is_none() {
        std::future::pending::<()>().await;
    }
}

fn unwatchable(error: &std::io::Error) {
    tracing::warn!(%error, "a signal can't be watched: it ends the process without draining");
}
