//! A client that reads an answer as it comes, or not at all.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub(crate) struct Reading {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Reading {
    /// Sends `request`; nothing is read yet.
    pub(crate) async fn begin(url: &str, request: &str) -> Self {
        let address = url.strip_prefix("http://").expect("a URL");
        let mut stream = TcpStream::connect(address).await.expect("the host listens");
        stream
            .write_all(request.as_bytes())
            .await
            .expect("it reads");
        let read = Vec::new();
        Self { stream, read }
    }

    pub(crate) async fn get(url: &str, target: &str) -> Self {
        let head = format!("GET {target} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n");
        Self::begin(url, &head).await
    }

    pub(crate) async fn write(&mut self, text: &str) {
        let written = self.stream.write_all(text.as_bytes()).await;
        written.expect("the host reads");
    }

    /// Reads until `text` has come.
    pub(crate) async fn until(&mut self, text: &str) -> String {
        let read = async {
            while !self.text().contains(text) {
                if !self.more().await {
                    panic!("it ended before {text:?}: {}", self.text());
                }
            }
        };
        let limit = Duration::from_secs(20);
        if tokio::time::timeout(limit, read).await.is_err() {
            panic!("{text:?} has not come: {}", self.text());
        }
        self.text()
    }

    /// Reads what is left; whether the last chunk was there.
    pub(crate) async fn rest(mut self) -> (String, bool) {
        while self.more().await {}
        let text = self.text();
        let is_whole = text.ends_with("\r\n0\r\n\r\n");
        (text, is_whole)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.read).into_owned()
    }

    async fn more(&mut self) -> bool {
        let mut buffer = vec![0; 64 * 1024];
        // A reset is an end too.
        let size = self.stream.read(&mut buffer).await.unwrap_or(0);
        self.read.extend_from_slice(&buffer[..size]);
        size > 0
    }
}

/// Waits until `condition` holds.
pub(crate) async fn wait_until(what: &str, condition: impl Fn() -> bool) {
    for _ in 0..2000 {
        if condition() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{what}: not after 20 s");
}
