//! Responses, from bytes.

use crate::http::Headers;

/// A response with everything that the client can see of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The header fields.
    pub headers: Headers,
    /// The body, freed of its framing; for a response that has none by definition, the bytes that
    /// stood there all the same.
    pub body: Vec<u8>,
}

/// How far the bytes that have come so far go.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// The response is whole.
    Complete(Response),
    /// This is all of the response if the connection ends here: it has no body, or one whose end
    /// is that of the connection.
    CompleteAtEnd(Response),
    /// More must come.
    Partial,
}

/// Reads a response to a `method` request from the bytes that have come so far.
pub(super) fn response(method: &str, bytes: &[u8]) -> Result<Progress, String> {
    let mut slots = vec![httparse::EMPTY_HEADER; 1024];
    let mut parsed = httparse::Response::new(&mut slots);
    let head_length = match parsed.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(Progress::Partial),
        Err(error) => return Err(format!("this is no HTTP response: {error}")),
    };
    let status = parsed.code.unwrap_or_default();
    let rest = &bytes[head_length..];
    if (100..200).contains(&status) && status != 101 {
        // `100 Continue` and its like only announce the response.
        return response(method, rest);
    }
    let fields = parsed
        .headers
        .iter()
        .map(|header| (header.name.to_owned(), header.value.to_vec()));
    let headers = Headers(fields.collect());
    let framing = framing(method, status, &headers)?;
    // Nothing is copied before it is all there: long bodies come in many pieces.
    let body = match framing {
        Framing::Chunked => dechunk(rest)?,
        Framing::Length(length) => (rest.len() >= length).then(|| rest.to_vec()),
        Framing::End => Some(rest.to_vec()),
    };
    let Some(body) = body else {
        return Ok(Progress::Partial);
    };
    let response = Response {
        status,
        headers,
        body,
    };
    Ok(match framing {
        Framing::End => Progress::CompleteAtEnd(response),
        Framing::Chunked | Framing::Length(_) => Progress::Complete(response),
    })
}

/// What ends a response's body.
enum Framing {
    Chunked,
    Length(usize),
    /// The end of the connection; also where there must be no body at all.
    End,
}

fn framing(method: &str, status: u16, headers: &Headers) -> Result<Framing, String> {
    if is_bodiless(method, status) {
        return Ok(Framing::End);
    }
    let coding = headers.text("transfer-encoding");
    if coding.is_some_and(|coding| coding.eq_ignore_ascii_case("chunked")) {
        return Ok(Framing::Chunked);
    }
    match headers.text("content-length") {
        None => Ok(Framing::End),
        Some(length) => length
            .parse()
            .map(Framing::Length)
            .map_err(|_| format!("{length:?} is no Content-Length")),
    }
}

/// Whether HTTP gives the response to a `method` request no body, whatever its headers say.
pub(super) fn is_bodiless(method: &str, status: u16) -> bool {
    method == "HEAD" || status == 204 || status == 304
}

/// The body without its chunks' framing; `None` while some of it is still to come.
fn dechunk(mut framed: &[u8]) -> Result<Option<Vec<u8>>, String> {
    let mut body = Vec::new();
    loop {
        let (start, size) = match httparse::parse_chunk_size(framed) {
            Ok(httparse::Status::Complete(chunk)) => chunk,
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(_) => return Err("a chunk has no valid size".to_owned()),
        };
        let size = usize::try_from(size).map_err(|_| "a chunk is larger than memory".to_owned())?;
        framed = &framed[start..];
        if size == 0 {
            // Trailers may follow; the empty line ends them.
            let ended = framed.starts_with(b"\r\n")
                || framed.windows(4).any(|window| window == b"\r\n\r\n");
            return Ok(ended.then_some(body));
        }
        match framed.get(..size + 2) {
            None => return Ok(None),
            Some(chunk) if !chunk.ends_with(b"\r\n") => {
                return Err("a chunk is longer than it says".to_owned());
            }
            Some(chunk) => {
                body.extend_from_slice(&chunk[..size]);
                framed = &framed[size + 2..];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(method: &str, bytes: &[u8]) -> Response {
        match response(method, bytes).unwrap() {
            Progress::Complete(response) | Progress::CompleteAtEnd(response) => response,
            Progress::Partial => panic!("partial"),
        }
    }

    #[test]
    fn order_case_and_repeats_are_kept() {
        let response = complete(
            "GET",
            b"HTTP/1.1 200 OK\r\nX-B: 1\r\nx-a: \xff\r\nX-b: 2\r\ncontent-length: 2\r\n\r\nhi",
        );
        assert_eq!(response.body, b"hi");
        let expected: [(&str, &[u8]); 4] = [
            ("X-B", b"1"),
            ("x-a", b"\xff"),
            ("X-b", b"2"),
            ("content-length", b"2"),
        ];
        let fields: Vec<_> = response
            .headers
            .0
            .iter()
            .map(|(n, v)| (n.as_str(), v.as_slice()))
            .collect();
        assert_eq!(fields, expected);
    }

    #[test]
    fn every_prefix_of_a_response_is_partial() {
        let whole = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n";
        for end in 0..whole.len() {
            assert_eq!(
                response("GET", &whole[..end]).unwrap(),
                Progress::Partial,
                "{end}"
            );
        }
        assert_eq!(complete("GET", whole).body, b"abcde");
    }

    #[test]
    fn interim_responses_are_skipped() {
        let bytes =
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(complete("POST", bytes).status, 201);
    }

    #[test]
    fn bodies_that_must_not_be_are_seen() {
        let bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
        assert!(complete("HEAD", bytes).body.is_empty());
        assert_eq!(complete("HEAD", b"HTTP/1.1 200 OK\r\n\r\nx").body, b"x");
        assert_eq!(
            complete("GET", b"HTTP/1.1 204 No Content\r\n\r\nx").body,
            b"x"
        );
    }

    #[test]
    fn nonsense_is_an_error() {
        for bytes in [
            &b"SMTP ready\r\n\r\n"[..],
            b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabcd\r\n",
        ] {
            response("GET", bytes).unwrap_err();
        }
    }
}
