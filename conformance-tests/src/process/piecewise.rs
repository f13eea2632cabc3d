//! Bodies that are still made while they travel. No clock tells whether one arrives piece by piece:
//! its second piece is made only when the first has arrived.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::Difference;
use crate::http::{Request, excerpt};
use crate::process::host::Notes;
use crate::process::step::Arrival;

/// How long a piece may take that has to come.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a piece is waited for that must not come.
const NOTHING_YET: Duration = Duration::from_millis(300);

/// The probe's pieces.
const FIRST: &str = "first ";
const LAST: &str = "last";

/// Whether the answer arrives as it has to.
pub(super) async fn stream(
    server: SocketAddr,
    target: &str,
    arrives: Arrival,
    notes: &Notes,
) -> Result<(), Difference> {
    let request = Request {
        method: "GET".to_owned(),
        target: target.to_owned(),
        ..Request::default()
    };
    let mut connection = Connection::open(server, &request.head(server)).await?;
    let patience = match arrives {
        Arrival::Piecewise => PATIENCE,
        Arrival::Whole => NOTHING_YET,
    };
    let has_come = timeout(patience, connection.read_until(FIRST)).await;
    let before_the_end = has_come.is_ok() && connection.has(FIRST) && !connection.has(LAST);
    let piecewise = arrives == Arrival::Piecewise;
    if before_the_end != piecewise {
        let what = "what arrives before the answer is whole";
        let expected = if piecewise {
            "the first piece"
        } else {
            "nothing"
        };
        return Err(Difference::new(what, expected, connection.excerpt()));
    }
    let opened = notes.open_gate();
    opened.map_err(|problem| Difference::new("the gate", "to open", problem))?;
    connection.ends_with(LAST).await
}

/// Whether the function sees the beginning of a body before its end is sent, and then all of it.
pub(super) async fn upload(
    server: SocketAddr,
    target: &str,
    notes: &Notes,
) -> Result<(), Difference> {
    let header = ("Content-Length".to_owned(), b"10".to_vec());
    let request = Request {
        method: "POST".to_owned(),
        target: target.to_owned(),
        headers: vec![header],
        ..Request::default()
    };
    let head_and_more = [request.head(server), b"half ".to_vec()].concat();
    let mut connection = Connection::open(server, &head_and_more).await?;
    let seen = notes.wait_for("received").await;
    seen.map_err(|problem| {
        let expected = "to be seen before the end is sent";
        Difference::new("the body's beginning", expected, problem)
    })?;
    connection.send(b"whole").await?;
    connection.ends_with("10").await
}

struct Connection {
    stream: TcpStream,
    received: Vec<u8>,
}

impl Connection {
    async fn open(server: SocketAddr, bytes: &[u8]) -> Result<Self, Difference> {
        let stream = TcpStream::connect(server).await.map_err(broken)?;
        let mut connection = Self {
            stream,
            received: Vec::new(),
        };
        connection.send(bytes).await?;
        Ok(connection)
    }

    async fn send(&mut self, bytes: &[u8]) -> Result<(), Difference> {
        self.stream.write_all(bytes).await.map_err(broken)
    }

    fn has(&self, text: &str) -> bool {
        String::from_utf8_lossy(&self.received).contains(text)
    }

    /// Reads until `text` has come, or nothing more does.
    async fn read_until(&mut self, text: &str) {
        while !self.has(text) {
            match self.stream.read_buf(&mut self.received).await {
                Ok(1..) => {}
                Ok(0) | Err(_) => return,
            }
        }
    }

    async fn ends_with(&mut self, text: &str) -> Result<(), Difference> {
        let read = timeout(PATIENCE, self.read_until(text)).await;
        if read.is_ok() && self.has(text) {
            return Ok(());
        }
        Err(Difference::new(
            "the answer",
            format!("{text:?} in it"),
            self.excerpt(),
        ))
    }

    fn excerpt(&self) -> String {
        const SHOWN: usize = 600;
        match self.received.is_empty() {
            true => "nothing".to_owned(),
            false => format!("{:?}", excerpt(&self.received, SHOWN)),
        }
    }
}

fn broken(error: std::io::Error) -> Difference {
    Difference::new("the connection", "to last", error.to_string())
}
