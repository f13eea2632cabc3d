//! Requests, as bytes.

use std::net::SocketAddr;

use bytes::Bytes;

/// A request that is sent just as it stands here.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// The method, any token.
    pub method: String,
    /// The request target, byte for byte.
    pub target: String,
    /// In this order and letter case.
    pub headers: Vec<(String, Vec<u8>)>,
    /// `None` sends neither body nor `Content-Length`; `Some` of nothing says `Content-Length: 0`.
    pub body: Option<Bytes>,
    /// Sends the body in chunks, without saying how long it is.
    pub chunked: bool,
}

/// Small enough that a body of a case has several.
const CHUNK: usize = 7 * 1024;

impl Request {
    /// The request's head: all up to and with the empty line. What HTTP needs and the request does
    /// not name itself (`Host`, the body's framing, the end of the connection) is put in front.
    pub fn head(&self, server: SocketAddr) -> Vec<u8> {
        let mut head = format!("{} {} HTTP/1.1\r\n", self.method, self.target).into_bytes();
        let mut add = |name: &str, value: &[u8]| {
            for part in [name.as_bytes(), b": ", value, b"\r\n"] {
                head.extend_from_slice(part);
            }
        };
        if !self.names("host") {
            add("Host", server.to_string().as_bytes());
        }
        match &self.body {
            Some(_) if self.chunked => add("Transfer-Encoding", b"chunked"),
            Some(body) if !self.names("content-length") => {
                add("Content-Length", body.len().to_string().as_bytes());
            }
            _ => {}
        }
        if !self.names("connection") {
            add("Connection", b"close");
        }
        for (name, value) in &self.headers {
            add(name, value);
        }
        head.extend_from_slice(b"\r\n");
        head
    }

    /// The body in its framing.
    pub fn framed_body(&self) -> Bytes {
        let Some(body) = &self.body else {
            return Bytes::new();
        };
        if !self.chunked {
            return body.clone();
        }
        let mut framed = Vec::with_capacity(body.len() + 64);
        for chunk in body.chunks(CHUNK) {
            framed.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
            framed.extend_from_slice(chunk);
            framed.extend_from_slice(b"\r\n");
        }
        framed.extend_from_slice(b"0\r\n\r\n");
        framed.into()
    }

    fn names(&self, header: &str) -> bool {
        self.headers
            .iter()
            .any(|(name, _)| name.eq_ignore_ascii_case(header))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: SocketAddr =
        SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 80);

    fn head(request: &Request) -> String {
        String::from_utf8(request.head(SERVER)).unwrap()
    }

    #[test]
    fn nothing_is_normalised() {
        let request = Request {
            method: "PROPFIND".into(),
            target: "//a/../%2f?".into(),
            headers: vec![
                ("X-a".into(), "1".into()),
                ("x-A".into(), "".into()),
                ("HOST".into(), "h".into()),
            ],
            ..Request::default()
        };
        assert_eq!(
            head(&request),
            "PROPFIND //a/../%2f? HTTP/1.1\r\nConnection: close\r\nX-a: 1\r\nx-A: \r\nHOST: h\r\n\r\n"
        );
        assert!(request.framed_body().is_empty());
    }

    #[test]
    fn bodies_are_framed() {
        let mut request = Request {
            method: "POST".into(),
            target: "/".into(),
            body: Some(Bytes::new()),
            ..Request::default()
        };
        assert!(head(&request).contains("Host: 127.0.0.1:80\r\nContent-Length: 0\r\n"));
        request.body = Some(vec![b'x'; CHUNK + 1].into());
        request.chunked = true;
        assert!(head(&request).contains("Transfer-Encoding: chunked\r\n"));
        assert!(!head(&request).contains("Content-Length"));
        let framed = request.framed_body();
        assert!(framed.starts_with(b"1c00\r\nxx"));
        assert!(framed.ends_with(b"\r\n1\r\nx\r\n0\r\n\r\n"));
    }
}
