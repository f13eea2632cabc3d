//! The end of a server's life.

/// Waits until the platform or a person asks the process to end: SIGTERM or Ctrl-C.
pub async fn shutdown_signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => tokio::select! {
                _ = terminate.recv() => {}
                () = interrupt() => {}
            },
            Err(error) => {
                tracing::warn!(%error, "SIGTERM can't be watched: the process ends without draining");
                interrupt().await;
            }
        }
    }
    #[cfg(not(unix))]
    interrupt().await;
}

async fn interrupt() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::warn!(%error, "Ctrl-C can't be watched: the process ends without draining");
        std::future::pending::<()>().await;
    }
}
