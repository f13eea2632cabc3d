//! One request, one connection, one response.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;

use crate::http::parse::{self, Progress};
use crate::http::{Request, Response, excerpt};

/// How long the bytes may take that must not come at all: a body where HTTP has none.
const NOTHING_MORE: Duration = Duration::from_millis(100);

/// How much of a message a report shows.
const SHOWN: usize = 1500;

/// A request and what came back.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// What was sent.
    pub sent: Vec<u8>,
    /// What came back, byte for byte.
    pub received: Vec<u8>,
    /// The same, read.
    pub response: Response,
}

/// Why there is no response.
#[derive(Debug, thiserror::Error)]
#[error("{reason}; sent:\n{sent}\nreceived:\n{received}")]
pub struct ExchangeError {
    reason: Reason,
    sent: String,
    received: String,
}

#[derive(Debug, Clone, thiserror::Error)]
enum Reason {
    #[error("the connection ended before the response did")]
    Ended,
    #[error("the connection broke: {0}")]
    Broke(String),
    #[error("{0}")]
    Other(String),
}

impl ExchangeError {
    /// Whether an answer had begun when the connection ended: the client can't take it for whole.
    pub fn is_broken_off(&self) -> bool {
        !self.received.is_empty() && matches!(self.reason, Reason::Ended | Reason::Broke(_))
    }
}

impl Exchange {
    /// Both sides, for a person.
    pub fn transcript(&self) -> String {
        let lines = |mark: &str, bytes: &[u8]| -> String {
            excerpt(bytes, SHOWN)
                .lines()
                .map(|line| format!("{mark} {line}\n"))
                .collect()
        };
        format!("{}{}", lines(">", &self.sent), lines("<", &self.received))
    }
}

/// Sends `request` to `server` on a connection of its own and reads the whole response.
///
/// # Errors
///
/// When the server can't be reached, does not answer within `timeout`, or what comes is no HTTP.
pub async fn send(
    server: SocketAddr,
    request: &Request,
    timeout: Duration,
) -> Result<Exchange, ExchangeError> {
    let mut sent = request.head(server);
    sent.extend_from_slice(&request.framed_body());
    let mut received = Vec::new();
    let outcome = tokio::time::timeout(
        timeout,
        converse(server, &request.method, &sent, &mut received),
    )
    .await;
    let problem = match outcome {
        Ok(Ok(response)) => {
            return Ok(Exchange {
                sent,
                received,
                response,
            });
        }
        Ok(Err(problem)) => problem,
        Err(_) => Reason::Other(format!("there was no whole response after {timeout:?}")),
    };
    Err(ExchangeError {
        reason: problem,
        sent: excerpt(&sent, SHOWN),
        received: excerpt(&received, SHOWN),
    })
}

async fn converse(
    server: SocketAddr,
    method: &str,
    sent: &[u8],
    received: &mut Vec<u8>,
) -> Result<Response, Reason> {
    let stream = TcpStream::connect(server)
        .await
        .map_err(|error| Reason::Other(format!("cannot connect to {server}: {error}")))?;
    // Not worth failing for: it only makes the last packet wait.
    let _ = stream.set_nodelay(true);
    let (reader, mut writer) = stream.into_split();
    // A server may answer before it has read all, and close: then writing fails and the answer is
    // what counts.
    let write = async { writer.write_all(sent).await };
    let (_, response) = tokio::join!(write, read(reader, method, received));
    response
}

async fn read(
    mut reader: OwnedReadHalf,
    method: &str,
    received: &mut Vec<u8>,
) -> Result<Response, Reason> {
    // Parsing starts anew with each read: the buffer grows so that long bodies need few of them.
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let progress = parse::response(method, received).map_err(Reason::Other)?;
        let at_end = match progress {
            Progress::Complete(response) => return Ok(response),
            Progress::CompleteAtEnd(response) => Some(response),
            Progress::Partial => None,
        };
        let framed_by_end = at_end
            .as_ref()
            .is_some_and(|response| !parse::is_bodiless(method, response.status));
        let read = match &at_end {
            Some(response) if !framed_by_end => {
                match tokio::time::timeout(NOTHING_MORE, reader.read(&mut buffer)).await {
                    Ok(read) => read,
                    Err(_) => return Ok(response.clone()),
                }
            }
            _ => reader.read(&mut buffer).await,
        };
        match (read, at_end) {
            (Ok(read @ 1..), _) => received.extend_from_slice(&buffer[..read]),
            (_, Some(response)) => return Ok(response),
            (Ok(0), None) => return Err(Reason::Ended),
            (Err(error), None) => return Err(Reason::Broke(error.to_string())),
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// Answers one connection with `answer` once it has read `at_least` bytes, and hangs up.
    async fn server(answer: &'static [u8], at_least: usize) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut buffer = vec![0; 1024 * 1024];
            let mut seen = 0;
            while seen < at_least {
                seen += stream.read(&mut buffer).await.unwrap();
            }
            stream.write_all(answer).await.unwrap();
        });
        address
    }

    fn get() -> Request {
        Request {
            method: "GET".into(),
            target: "/a%2Fb".into(),
            ..Request::default()
        }
    }

    const TIMEOUT: Duration = Duration::from_secs(5);

    #[tokio::test]
    async fn an_exchange_and_its_transcript() {
        let address = server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 1).await;
        let exchange = send(address, &get(), TIMEOUT).await.unwrap();
        assert_eq!(exchange.response.body, b"hi");
        let transcript = exchange.transcript();
        assert!(
            transcript.starts_with("> GET /a%2Fb HTTP/1.1\n> Host: "),
            "{transcript}"
        );
        assert!(
            transcript.ends_with("< HTTP/1.1 200 OK\n< Content-Length: 2\n< \n< hi\n"),
            "{transcript}"
        );
    }

    #[tokio::test]
    async fn the_end_of_the_connection_ends_a_body() {
        let address = server(b"HTTP/1.1 200 OK\r\n\r\nall of it", 1).await;
        assert_eq!(
            send(address, &get(), TIMEOUT).await.unwrap().response.body,
            b"all of it"
        );
    }

    #[tokio::test]
    async fn a_response_that_is_cut_off_is_an_error() {
        let address = server(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi", 1).await;
        let error = send(address, &get(), TIMEOUT).await.unwrap_err();
        let (broken_off, error) = (error.is_broken_off(), error.to_string());
        assert!(
            error.contains("ended before") && error.contains("GET /a%2Fb"),
            "{error}"
        );
        assert!(broken_off);
    }

    #[tokio::test]
    async fn silence_is_an_error() {
        let address = server(b"", 1024).await;
        let error = send(address, &get(), Duration::from_millis(50))
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains("no whole response"), "{error}");
    }
}
