//! A server, and clients that see what is on the wire.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use polyfn_core::{Context, Request, Response, Target};
use polyfn_server::{Drain, Listener, Signals};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Whatever takes longer than this has gone wrong.
pub const LONG: Duration = Duration::from_secs(20);

/// Ends with the test's runtime.
pub async fn serve<R, F>(respond: R) -> SocketAddr
where
    R: Fn(Request) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response> + Send + 'static,
{
    let localhost = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let listener = Listener::bind(localhost, 0).await.unwrap();
    let address = listener.address();
    let drain = Drain {
        lame_duck: Duration::ZERO,
        grace: Duration::ZERO,
        in_all: Duration::ZERO,
    };
    tokio::spawn(listener.serve(respond, drain, Signals::watch()));
    address
}

pub fn invocation() -> Context {
    Context::new(Target::Local, "invocation-1")
}

/// A client that has said something.
pub struct Client(TcpStream);

impl Client {
    pub async fn get(address: SocketAddr, path: &str) -> Self {
        let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        Self::say(address, &request).await
    }

    pub async fn say(address: SocketAddr, said: &str) -> Self {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(said.as_bytes()).await.unwrap();
        Self(stream)
    }

    /// All that it hears until the connection is closed.
    pub async fn hear(mut self) -> String {
        let mut heard = Vec::new();
        let read = self.0.read_to_end(&mut heard);
        let read = tokio::time::timeout(LONG, read).await;
        let heard = String::from_utf8_lossy(&heard).into_owned();
        assert!(read.is_ok(), "the connection is still open after {heard:?}");
        heard
    }

    /// What it hears up to this text.
    pub async fn hear_up_to(&mut self, end: &str) -> String {
        let mut heard = Vec::new();
        while !heard.ends_with(end.as_bytes()) {
            let byte = tokio::time::timeout(LONG, self.0.read_u8()).await;
            heard.push(byte.expect("more to hear").expect("an open connection"));
        }
        String::from_utf8(heard).unwrap()
    }
}
