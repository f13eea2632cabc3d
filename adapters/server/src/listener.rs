//! A bound socket.

use std::io;
use std::net::{IpAddr, SocketAddr};

use polyfn_core::{Request, Response};
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::connections::Connections;
use crate::{Drain, Draining, Ending, Signals};

/// A bound TCP socket, ready to be served.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use polyfn_core::{IntoResponse, Request};
/// use polyfn_server::{Drain, Listener, Signals};
/// use std::time::Duration;
///
/// let listener = Listener::bind("127.0.0.1".parse().unwrap(), 0).await.unwrap();
/// println!("http://{}", listener.address());
/// let serving = listener.serve(
///     |request: Request| async move { request.uri().path().to_owned().into_response() },
///     Drain {
///         lame_duck: Duration::ZERO,
///         grace: Duration::from_secs(10),
///         in_all: Duration::from_secs(15),
///     },
///     Signals::watch(),
/// );
/// # drop(serving);
/// # }
/// ```
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
    draining: Draining,
}

/// The address could not be had.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Another process listens there.
    #[error(
        "{0} is taken by another process: end that one, or set another port (in PORT; on Azure \
         the host sets FUNCTIONS_CUSTOMHANDLER_PORT)"
    )]
    Taken(SocketAddr),
    /// Any other reason.
    #[error("can't listen on {address}")]
    Failed {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
}

impl Listener {
    /// Binds `ip:port`; port 0 takes any that is free. From here on connections wait in the
    /// backlog rather than being refused.
    ///
    /// # Errors
    ///
    /// When the address is taken or may not be used.
    pub async fn bind(ip: IpAddr, port: u16) -> Result<Self, BindError> {
        let address = SocketAddr::new(ip, port);
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::AddrInUse => BindError::Taken(address),
            _ => BindError::Failed { address, source },
        };
        let socket = TcpListener::bind(address).await.map_err(failed)?;
        let address = socket.local_addr().map_err(failed)?;
        Ok(Self {
            socket,
            address,
            draining: Draining::default(),
        })
    }

    /// The address, with the port that was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Whether it drains, for whoever asks while it is served.
    pub fn draining(&self) -> Draining {
        self.draining.clone()
    }

    /// Answers every request with `respond` until a signal comes, then drains. A second
    /// signal ends it at once. What is left of the time is for the app's own end.
    pub async fn serve<R, F>(self, respond: R, drain: Drain, mut signals: Signals) -> Ending
    where
        R: Fn(Request) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response> + Send + 'static,
    {
        let connections = Connections::new(respond, self.draining);
        // Accepting never ends by itself.
        signals.unless(connections.accept(&self.socket)).await;
        let until = Instant::now() + drain.in_all;
        let until = tokio::select! {
            () = connections.drain(self.socket, drain.lame_duck) => until,
            () = tokio::time::sleep(drain.grace) => {
                let grace = drain.grace;
                tracing::warn!(?grace, "some requests were not answered in the time to drain");
                until
            }
            () = signals.next() => Instant::now(),
        };
        Ending { signals, until }
    }
}
