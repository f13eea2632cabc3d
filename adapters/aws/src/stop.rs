//! The signals that end the process.

use std::future::pending;

/// Waits until the process is told to stop: SIGTERM from Lambda, Ctrl-C from a terminal. Who calls
/// it is in a runtime, and SIGTERM is heard from then on, not only once somebody waits for it.
///
/// Lambda sends SIGTERM only where an [extension](crate::extension) is registered.
pub(crate) fn requested() -> impl Future<Output = ()> {
    let terminate = terminate();
    let interrupt = async {
        if let Err(error) = tokio::signal::ctrl_c().await {
            unheard(&error);
            pending::<()>().await;
        }
    };
    first_of(interrupt, terminate)
}

#[cfg(unix)]
fn terminate() -> impl Future<Output = ()> {
    use tokio::signal::unix::{SignalKind, signal};

    let signal = signal(SignalKind::terminate());
    async {
        match signal {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(error) => {
                unheard(&error);
                pending::<()>().await;
            }
        }
    }
}

#[cfg(not(unix))]
async fn terminate() {
    pending().await
}

fn unheard(error: &std::io::Error) {
    tracing::warn!(%error, "a signal to stop will not be heard");
}

async fn first_of(one: impl Future<Output = ()>, other: impl Future<Output = ()>) {
    use std::pin::pin;
    use std::task::Poll;

    let (mut one, mut other) = (pin!(one), pin!(other));
    std::future::poll_fn(|cx| {
        if one.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        other.as_mut().poll(cx)
    })
    .await;
}
