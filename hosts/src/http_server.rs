//! An HTTP/1.1 server on 127.0.0.1 whose connections all end when it is dropped.
//!
//! hyper hands over the request target byte for byte: `//`, `.`, `%2F` and a trailing `?` are what
//! the client sent.

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};

use crate::Error;
use crate::body::Body;
use crate::error::Kind;

#[derive(Debug)]
pub(crate) struct HttpServer {
    address: SocketAddr,
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
        let task = tokio::spawn(accept(listener, Arc::new(handler)));
        Ok(Self { address, task })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for HttpServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn accept<H, F>(listener: TcpListener, handler: Arc<H>)
where
    H: Fn(Request<Incoming>) -> F + Send + Sync + 'static,
    F: Future<Output = Response<Body>> + Send + 'static,
{
    // The set belongs to this task: aborting it ends every connection.
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // A failed accept is the peer's (it went away) or passing (no file descriptors).
                let Ok((stream, _)) = accepted else { continue };
                let handler = Arc::clone(&handler);
                connections.spawn(async move {
                    // Small answers must not wait for the client's delayed acknowledgement.
                    let _ = stream.set_nodelay(true);
                    let service = service_fn(|request| {
                        let answer = handler(request);
                        async move { Ok::<_, Infallible>(answer.await) }
                    });
                    // An error here is the client's: it went away or spoke no HTTP.
                    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
                });
            }
            Some(_) = connections.join_next() => {}
        }
    }
}
