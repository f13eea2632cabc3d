//! An HTTP/1.1 server on 127.0.0.1 whose connections all end when it is dropped.
//!
//! hyper hands over the request target byte for byte: `//`, `.`, `%2F` and a trailing `?` are what
//! the client sent.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};

use crate::Error;
use crate::body::Body;
use crate::error::Kind;

/// How long the clients of a server that closes may take to read what is left for them.
const LAST_READS: Duration = Duration::from_secs(5);

#[derive(Debug)]
pub(crate) struct HttpServer {
    address: SocketAddr,
    closing: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl HttpServer {
    /// Listens on `port` (0: any) and calls `handler` for each request.
    pub(crate) async fn start<H, F>(port: u16, handler: H) -> Result<Self, Error>
    where
        H: Fn(Request<Incoming>) -> F + Send + Sync + 'static,
        F: Future<Output = Response<Body>> + Send + 'static,
    {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(Kind::Bind)?;
        let address = listener.local_addr().map_err(Kind::Bind)?;
        let (closing, closed) = watch::channel(false);
        let task = tokio::spawn(accept(listener, Arc::new(handler), closed));
        Ok(Self {
            address,
            closing,
            task,
        })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more requests; those that are under way go on.
    pub(crate) fn close(&self) {
        self.closing.send_replace(true);
    }

    /// Waits until the answers to the requests that were under way when it closed are delivered.
    pub(crate) async fn closed(&mut self) {
        self.close();
        // A client that reads no more is cut off when the server is dropped.
        let _ = tokio::time::timeout(LAST_READS, &mut self.task).await;
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept<H, F>(listener: TcpListener, handler: Arc<H>, closing: watch::Receiver<bool>)
where
    H: Fn(Request<Incoming>) -> F + Send + Sync + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    // The set belongs to this task: aborting it ends every connection.
    let mut connections = JoinSet::new();
    let mut closed = closing.clone();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // A failed accept is the peer's (it went away) or passing (no file descriptors).
                let Ok((stream, _)) = accepted else { continue };
                connections.spawn(serve(stream, Arc::clone(&handler), closing.clone()));
            }
            Some(_) = connections.join_next() => {}
            _ = closed.wait_for(|closed| *closed) => break,
        }
    }
    drop(listener);
    while connections.join_next().await.is_some() {}
}

async fn serve<H, F>(stream: TcpStream, handler: Arc<H>, mut closing: watch::Receiver<bool>)
where
    H: Fn(Request<Incoming>) -> F,
    F: Future<Output = Response<Body>>,
{
    // Small answers must not wait for the client's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let service = service_fn(|request| {
        let answer = handler(request);
        async move { Ok::<_, Infallible>(answer.await) }
    });
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    // An error here is the client's: it went away or spoke no HTTP.
    tokio::select! {
        _ = &mut connection => return,
        _ = closing.wait_for(|closed| *closed) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}
