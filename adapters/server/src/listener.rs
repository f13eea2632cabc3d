//! A bound socket, and the loop that serves it.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use polyfn_core::{Request, Response};
use tokio::net::{TcpListener, TcpStream};

use crate::request_body::RequestBody;
use crate::shutdown_signal;

/// How long the accept loop rests when the process is out of sockets.
const OUT_OF_SOCKETS: Duration = Duration::from_millis(50);

/// A bound TCP socket, ready to be served.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use polyfn_core::{IntoResponse, Request};
/// use polyfn_server::Listener;
///
/// let listener = Listener::bind("127.0.0.1".parse().unwrap(), 0).await.unwrap();
/// println!("http://{}", listener.address());
/// let serving = listener.serve(
///     |request: Request| async move { request.uri().path().to_owned().into_response() },
///     std::time::Duration::from_secs(10),
/// );
/// # drop(serving);
/// # }
/// ```
#[derive(Debug)]
pub struct Listener {
    socket: TcpListener,
    address: SocketAddr,
}

/// The address could not be had.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Another process listens there.
    #[error("{0} is taken by another process: end it, or set PORT to another port (0 takes any)")]
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
        Ok(Self { socket, address })
    }

    /// The address, with the port that was taken.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Answers every request with `respond` until SIGTERM or Ctrl-C; then accepts no more
    /// and gives what is in flight `grace` to end. A second signal ends it at once.
    pub async fn serve<R, F>(self, respond: R, grace: Duration)
    where
        R: Fn(Request) -> F + Clone + Send + Sync + 'static,
        F: Future<Output = Response> + Send + 'static,
    {
        let connections = GracefulShutdown::new();
        let accepting = async {
            loop {
                match self.socket.accept().await {
                    Ok((stream, _)) => {
                        tokio::spawn(converse(stream, respond.clone(), connections.watcher()));
                    }
                    Err(error) => rest_after(&error).await,
                }
            }
        };
        tokio::select! {
            () = accepting => {}
            () = shutdown_signal() => {}
        }
        drop(self.socket);
        tokio::select! {
            () = connections.shutdown() => {}
            () = tokio::time::sleep(grace) => {
                tracing::warn!(?grace, "some requests were not answered in the time to drain");
            }
            () = shutdown_signal() => {}
        }
    }
}

/// Serves one connection to its end. A panic in a response's body ends this task alone, and
/// the connection visibly.
async fn converse<R, F>(stream: TcpStream, respond: R, watcher: Watcher)
where
    R: Fn(Request) -> F,
    F: Future<Output = Response>,
{
    // Small answers must not wait for more to send; failing that costs delay, no more.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request: http::Request<Incoming>| {
        let answer = respond(RequestBody::in_request(request));
        async { Ok::<_, Infallible>(answer.await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "connection ended early");
    }
}

/// A connection that is gone before it was accepted is no trouble; having no socket left is,
/// and passes only when others are closed.
async fn rest_after(error: &io::Error) {
    if !matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    ) {
        tracing::error!(%error, "can't accept connections");
        tokio::time::sleep(OUT_OF_SOCKETS).await;
    }
}
