//! An answer, read off a connection.

use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::tally::Fate;

/// A whole answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The server closes the connection after it.
    pub(crate) is_last: bool,
    body: Vec<u8>,
}

/// Why there is none.
pub(crate) enum NoAnswer {
    /// Not a byte of it came.
    Unheard,
    /// It began.
    BrokenOff(String),
}

impl From<NoAnswer> for Fate {
    fn from(error: NoAnswer) -> Self {
        match error {
            NoAnswer::Unheard => Self::Unheard,
            NoAnswer::BrokenOff(received) => {
                Self::Lost(format!("an answer broke off: {received:.200}"))
            }
        }
    }
}

impl Answer {
    /// Reads one that tells its length, or comes in chunks.
    pub(crate) async fn read(connection: &mut TcpStream) -> Result<Self, NoAnswer> {
        let mut received = Vec::new();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            if let Some(answer) = Self::parse(&received) {
                return Ok(answer);
            }
            match connection.read(&mut buffer).await {
                Ok(0) | Err(_) if received.is_empty() => return Err(NoAnswer::Unheard),
                Ok(0) | Err(_) => {
                    let received = String::from_utf8_lossy(&received).into_owned();
                    return Err(NoAnswer::BrokenOff(received));
                }
                Ok(count) => received.extend_from_slice(&buffer[..count]),
            }
        }
    }

    /// `None` as long as a part of it is missing.
    fn parse(received: &[u8]) -> Option<Self> {
        let end = received.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(&received[..end]).to_ascii_lowercase();
        let body = &received[end + 4..];
        let field = |name: &str| {
            let mut lines = head.lines();
            lines
                .find_map(|line| line.strip_prefix(name))
                .map(str::trim)
        };
        let is_whole = match field("content-length:") {
            Some(length) => body.len() >= length.parse().ok()?,
            None => body.ends_with(b"0\r\n\r\n"),
        };
        is_whole.then_some(())?;
        Some(Self {
            status: head.split(' ').nth(1)?.parse().ok()?,
            is_last: field("connection:") == Some("close"),
            body: body.to_vec(),
        })
    }

    pub(crate) fn text(&self) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_an_answer_is_none() {
        let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi";
        for length in 0..whole.len() {
            assert!(Answer::parse(&whole[..length]).is_none(), "{length} bytes");
        }
        let answer = Answer::parse(whole).unwrap();
        assert_eq!((answer.status, &*answer.text()), (200, "hi"));
        assert!(answer.is_last);
        let chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n";
        assert!(Answer::parse(chunks).is_none());
        assert!(Answer::parse(&[&chunks[..], b"0\r\n\r\n"].concat()).is_some());
    }
}
