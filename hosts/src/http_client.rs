//! One HTTP/1.1 request to a process on this machine, on a connection of its own.
//!
//! A pool would have to be told when a process has been replaced; a connection on loopback costs
//! less than that complication.

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::body::{Body, BoxError};

/// Sends `request`, whose target must be in origin form (`/path?query`), to 127.0.0.1:`port`.
pub(crate) async fn send(
    port: u16,
    request: Request<Body>,
) -> Result<Response<Incoming>, BoxError> {
    Ok(connect(port).await?.send_request(request).await?)
}

/// Opens a connection for one request.
pub(crate) async fn connect(port: u16) -> Result<http1::SendRequest<Body>, BoxError> {
    let stream = TcpStream::connect(("127.0.0.1", port)).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // It ends by itself: with the exchange, or when both halves of it have been dropped.
    tokio::spawn(connection);
    Ok(sender)
}
