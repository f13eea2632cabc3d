//! One kept-alive connection to the Runtime API.

use std::future::poll_fn;
use std::io;
use std::pin::{Pin, pin};
use std::task::Poll;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::BodyExt;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use crate::outgoing::Outgoing;

type Driver = http1::Connection<TokioIo<TcpStream>, Outgoing>;

/// A connection that is driven by whoever waits for an answer, in the same task: nothing is
/// sent between requests, so nothing else needs to look after it.
#[derive(Debug)]
pub(crate) struct Connection {
    sender: http1::SendRequest<Outgoing>,
    /// Gone once the connection is over, which is how hyper tells the sender.
    driver: Option<Pin<Box<Driver>>>,
}

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectionError {
    #[error("can't connect: {0}")]
    Connect(#[source] io::Error),
    #[error("the connection broke: {0}")]
    Broken(#[from] hyper::Error),
}

impl Connection {
    pub(crate) async fn open(address: &str) -> Result<Self, ConnectionError> {
        let stream = TcpStream::connect(address)
            .await
            .map_err(ConnectionError::Connect)?;
        // An answer is one small write: to wait for more to send would only delay it.
        stream.set_nodelay(true).map_err(ConnectionError::Connect)?;
        let (sender, driver) = http1::handshake(TokioIo::new(stream)).await?;
        Ok(Self {
            sender,
            driver: Some(Box::pin(driver)),
        })
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn exchange(
        &mut self,
        request: Request<Outgoing>,
    ) -> Result<Response<Bytes>, hyper::Error> {
        let Self { sender, driver } = self;
        let mut answer = pin!(async {
            sender.ready().await?;
            let (parts, body) = sender.send_request(request).await?.into_parts();
            let body = body.collect().await?.to_bytes();
            Ok(Response::from_parts(parts, body))
        });
        poll_fn(|cx| {
            loop {
                if let Poll::Ready(answer) = answer.as_mut().poll(cx) {
                    return Poll::Ready(answer);
                }
                let Some(running) = driver else {
                    return Poll::Pending;
                };
                if running.as_mut().poll(cx).is_pending() {
                    return Poll::Pending;
                }
                *driver = None;
                // What ended the connection has ended the answer, which is asked once more.
            }
        })
        .await
    }

    /// As [`exchange`](Self::exchange), and waits until the request has left to its end: who
    /// takes it may answer before that. What is refused need not leave.
    pub(crate) async fn exchange_last(
        mut self,
        request: Request<Outgoing>,
    ) -> Result<Response<Bytes>, ConnectionError> {
        let answer = self.exchange(request).await?;
        if let Some(driver) = self.driver.filter(|_| answer.status().is_success()) {
            match driver.await {
                // All has left by then.
                Err(error) if !error.is_shutdown() => return Err(error.into()),
                Ok(()) | Err(_) => {}
            }
        }
        Ok(answer)
    }
}
