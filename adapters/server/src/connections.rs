//! The connections of a server, from the first to the last.

use std::convert::Infallible;
use std::future::ready;
use std::io;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::Either;
use http::header::{CONNECTION, HeaderValue};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use polyfn_core::{IntoResponse, Request, Response};
use tokio::net::{TcpListener, TcpStream};

use crate::Draining;
use crate::drain::UNREAD;
use crate::framing::settle;
use crate::request_body::RequestBody;

/// How long the accept loop rests when the process is out of sockets.
const OUT_OF_SOCKETS: Duration = Duration::from_millis(50);

/// How long a connection may be idle, and how long a request's head may take.
///
/// Longer than the fronts keep theirs (60 s is common): whoever closes first must be the one
/// that sends, or a request can meet a connection that is being closed. It still bounds a
/// client that sends its head byte by byte.
const HEAD_WITHIN: Duration = Duration::from_secs(75);

/// The most that a request's head may have, in bytes: twice what the fronts let through. It is
/// read ahead of each body as well, so that a connection holds no more than this.
const HEAD_BYTES: usize = 128 * 1024;

pub(crate) struct Connections<R> {
    respond: R,
    open: GracefulShutdown,
    draining: Draining,
}

impl<R, F> Connections<R>
where
    R: Fn(Request) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    pub(crate) fn new(respond: R, draining: Draining) -> Self {
        Self {
            respond,
            open: GracefulShutdown::new(),
            draining,
        }
    }

    /// Accepts and serves for as long as it is awaited.
    pub(crate) async fn accept(&self, socket: &TcpListener) {
        loop {
            match socket.accept().await {
                Ok((stream, _)) => self.serve(stream),
                Err(error) => rest_after(&error).await,
            }
        }
    }

    /// Brings all to their end without losing a request.
    pub(crate) async fn drain(self, socket: TcpListener, lame_duck: Duration) {
        self.draining.begin();
        let _ = tokio::time::timeout(lame_duck, self.accept(&socket)).await;
        self.take_queued(socket);
        if self.open.count() > 0 {
            tokio::time::sleep(UNREAD).await;
        }
        self.open.shutdown().await;
    }

    /// Serves the connections that wait in the backlog, and closes the socket.
    fn take_queued(&self, socket: TcpListener) {
        // The system is asked itself: the runtime may not have heard of the latest yet.
        let Ok(socket) = socket.into_std() else {
            return;
        };
        loop {
            match socket.accept() {
                Ok((stream, _)) => match unblocking(stream) {
                    Ok(stream) => self.serve(stream),
                    Err(error) => tracing::error!(%error, "can't accept a connection"),
                },
                Err(error) if is_gone(&error) => {}
                Err(_) => return,
            }
        }
    }

    fn serve(&self, stream: TcpStream) {
        let (respond, draining) = (self.respond.clone(), self.draining.clone());
        let watcher = self.open.watcher();
        tokio::spawn(converse(stream, respond, draining, watcher));
    }
}

fn unblocking(stream: std::net::TcpStream) -> io::Result<TcpStream> {
    stream.set_nonblocking(true)?;
    TcpStream::from_std(stream)
}

/// Serves one connection to its end. A panic in a response's body ends this task alone, and
/// the connection visibly.
async fn converse<R, F>(stream: TcpStream, respond: R, draining: Draining, watcher: Watcher)
where
    R: Fn(Request) -> F,
    F: Future<Output = Response>,
{
    // Small answers must not wait for more to send; failing that costs delay, no more.
    let _ = stream.set_nodelay(true);
    let draining = &draining;
    let service = service_fn(|request: http::Request<Incoming>| {
        let mut request = RequestBody::in_request(request);
        let answer = match settle(&mut request) {
            Ok(()) => Either::Left(respond(request)),
            Err(error) => {
                tracing::debug!(?error, "request refused");
                Either::Right(ready(error.into_response()))
            }
        };
        // Mapped rather than awaited: an async block would hold the answer twice, and move it.
        answer.map(|mut response| {
            if draining.has_begun() {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(CONNECTION, close);
            }
            Ok::<_, Infallible>(response)
        })
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .max_buf_size(HEAD_BYTES)
        // A client may say that it has said all, and still wants its answer.
        .half_close(true)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "connection ended early");
    }
}

/// Having no socket left passes only when others are closed.
async fn rest_after(error: &io::Error) {
    if !is_gone(error) {
        tracing::error!(%error, "can't accept connections");
        tokio::time::sleep(OUT_OF_SOCKETS).await;
    }
}

/// A connection that is gone before it was accepted is no trouble.
fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}
