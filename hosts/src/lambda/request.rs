//! The HTTP request that a front turns into an event, and the identity that the front gives it.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;
use http::request::Parts;

use crate::hop_by_hop::is_hop_by_hop;
use crate::timestamp;

/// The account that everything here belongs to: AWS's own documentation account.
pub(super) const ACCOUNT: &str = "123456789012";
pub(super) const REGION: &str = "us-east-1";
/// Clients connect from this machine.
pub(super) const SOURCE_IP: &str = "127.0.0.1";

/// One HTTP request, whole, with what the front adds to it.
#[derive(Debug)]
pub(super) struct FrontRequest {
    pub(super) parts: Parts,
    pub(super) body: Bytes,
    pub(super) stage: String,
    pub(super) request_id: String,
    /// The value of `X-Amzn-Trace-Id`, the client's or a new one.
    pub(super) trace_id: String,
    pub(super) time: Duration,
}

impl FrontRequest {
    pub(super) fn new(parts: Parts, body: Bytes, stage: String) -> Self {
        let trace_id = text(parts.headers.get("x-amzn-trace-id"))
            .filter(|value| value.contains("Root="))
            .unwrap_or_else(new_trace_root);
        Self {
            parts,
            body,
            stage,
            request_id: new_request_id(),
            trace_id,
            time: timestamp::since_epoch(),
        }
    }

    /// The path byte for byte as it was sent.
    pub(super) fn raw_path(&self) -> String {
        match self.parts.uri.path() {
            // `OPTIONS *`, or an absolute target without a path.
            "" => "/".to_owned(),
            path => path.to_owned(),
        }
    }

    pub(super) fn raw_query(&self) -> &str {
        self.parts.uri.query().unwrap_or("")
    }

    pub(super) fn protocol(&self) -> String {
        format!("{:?}", self.parts.version)
    }

    pub(super) fn user_agent(&self) -> String {
        text(self.parts.headers.get("user-agent")).unwrap_or_default()
    }

    /// Header names (lower case) and values in the order received, with the four that every front
    /// adds or extends: `X-Forwarded-For`, `-Port`, `-Proto` and `X-Amzn-Trace-Id`.
    ///
    /// A connection's own headers end at the front, and the front unpicks the transfer coding.
    pub(super) fn headers(&self, scheme: &str, port: u16) -> Vec<(String, String)> {
        let overwritten = [
            "x-forwarded-port",
            "x-forwarded-proto",
            "x-amzn-trace-id",
            "x-forwarded-for",
        ];
        let mut headers: Vec<(String, String)> = self
            .parts
            .headers
            .iter()
            .filter(|(name, _)| {
                !is_hop_by_hop(name.as_str()) && !overwritten.contains(&name.as_str())
            })
            .map(|(name, value)| (name.as_str().to_owned(), latin1(value.as_bytes())))
            .collect();
        // A chunked body has become a whole one: it has a length now.
        if !self.body.is_empty() && !self.parts.headers.contains_key("content-length") {
            headers.push(("content-length".to_owned(), self.body.len().to_string()));
        }
        headers.push(("x-amzn-trace-id".to_owned(), self.trace_id.clone()));
        headers.push((
            "x-forwarded-for".to_owned(),
            forwarded_for(&self.parts.headers),
        ));
        headers.push(("x-forwarded-port".to_owned(), port.to_string()));
        headers.push(("x-forwarded-proto".to_owned(), scheme.to_owned()));
        headers
    }
}

fn forwarded_for(headers: &HeaderMap) -> String {
    match text(headers.get("x-forwarded-for")) {
        Some(earlier) => format!("{earlier}, {SOURCE_IP}"),
        None => SOURCE_IP.to_owned(),
    }
}

fn text(value: Option<&http::HeaderValue>) -> Option<String> {
    value.map(|value| latin1(value.as_bytes()))
}

/// A header's bytes as JSON text. Valid UTF-8 stays what it is; other bytes can only be read one
/// by one, as ISO 8859-1.
pub(super) fn latin1(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|&byte| char::from(byte)).collect(),
    }
}

/// `Root=1-<8 hex of the time>-<24 hex>`, as X-Ray has it.
pub(super) fn new_trace_root() -> String {
    let seconds = timestamp::since_epoch().as_secs();
    format!("Root=1-{seconds:08x}-{:024x}", fastrand::u128(..) >> 32)
}

/// A version 4 UUID.
pub(super) fn new_request_id() -> String {
    let random = fastrand::u128(..);
    let (a, b, c, d, e) = (
        random >> 96,
        (random >> 80) & 0xffff,
        (random >> 68) & 0x0fff,
        ((random >> 48) & 0x3fff) | 0x8000,
        random & 0xffff_ffff_ffff,
    );
    format!("{a:08x}-{b:04x}-4{c:03x}-{d:04x}-{e:012x}")
}

#[cfg(test)]
pub(super) fn sample(request: http::Request<&'static [u8]>, stage: &str) -> FrontRequest {
    let (parts, body) = request.into_parts();
    FrontRequest {
        parts,
        body: Bytes::from_static(body),
        stage: stage.to_owned(),
        request_id: "req-1".to_owned(),
        trace_id: "Root=1-5db31bde-f102927a851f3aaa17ebd23a".to_owned(),
        time: Duration::from_millis(1_584_039_838_390),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_their_shapes() {
        let id = new_request_id();
        assert_eq!(id.len(), 36);
        assert_eq!(id.as_bytes()[14], b'4');
        let root = new_trace_root();
        assert_eq!(
            root.len(),
            "Root=1-5db31bde-f102927a851f3aaa17ebd23a".len(),
            "{root}"
        );
    }

    #[test]
    fn forwarded_for_is_appended() {
        let request = http::Request::get("/")
            .header("x-forwarded-for", "1.2.3.4")
            .body(&b""[..])
            .unwrap();
        let headers = sample(request, "").headers("https", 443);
        assert!(headers.contains(&(
            "x-forwarded-for".to_owned(),
            "1.2.3.4, 127.0.0.1".to_owned()
        )));
    }
}
