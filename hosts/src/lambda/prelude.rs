//! The head of a streamed HTTP answer: JSON, eight NUL bytes, and then the body.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming>
//! and <https://docs.aws.amazon.com/apigateway/latest/developerguide/response-transfer-mode-lambda.html>:
//! `statusCode` (200 where it is absent), `headers`, `multiValueHeaders` and `cookies`, in the form
//! that the front has for whole answers, and no body.
//!
//! A function URL reads a prelude only where the function's post says that there is one, by its
//! content type; it passes anything else on as it is, with 200. A REST API always expects one.

use bytes::{Bytes, BytesMut};
use http::header::CONTENT_TYPE;
use http::{HeaderValue, Response};
use serde_json::{Map, Value};

use super::answer::Malformed;
use super::front::Front;
use super::invocation::Invocation;
use super::runtime_api::Answer;
use super::streamed::Streamed;
use crate::body::{Body, full};

/// The content type of a post that has a prelude.
const CONTENT_TYPE_WITH_PRELUDE: &str = "application/vnd.awslambda.http-integration-response";

const DELIMITER: [u8; 8] = [0; 8];

/// By when a REST API wants to have seen the delimiter; assumed of a function URL.
const LIMIT: usize = 16 * 1024;

/// The response that an answer becomes as soon as its head is there. `head` makes the front's own
/// response of a prelude.
pub(super) async fn response(
    front: Front,
    answer: Answer,
    head: impl Fn(&Bytes) -> Result<Response<Body>, Malformed>,
) -> Result<Response<Body>, Malformed> {
    match answer {
        Answer::Stream(streamed) if has_prelude(front, &streamed) => {
            let (prelude, rest, streamed) = read(streamed).await?;
            Ok(head(&prelude)?.map(|_| streamed.body(rest)))
        }
        Answer::Stream(streamed) => {
            let content_type = streamed.content_type.clone();
            let mut response = Response::new(streamed.body(Bytes::new()));
            let named = content_type.and_then(|text| HeaderValue::try_from(text).ok());
            let default = HeaderValue::from_static("application/octet-stream");
            response
                .headers_mut()
                .insert(CONTENT_TYPE, named.unwrap_or(default));
            Ok(response)
        }
        // A function that does not stream: the URL takes its answer for the body.
        Answer::Whole(Invocation::Response(payload)) if front == Front::FunctionUrl => {
            let mut response = Response::new(full(payload));
            let json = HeaderValue::from_static("application/json");
            response.headers_mut().insert(CONTENT_TYPE, json);
            Ok(response)
        }
        Answer::Whole(_) => Err(Malformed),
    }
}

fn has_prelude(front: Front, streamed: &Streamed) -> bool {
    front != Front::FunctionUrl
        || streamed.content_type.as_deref() == Some(CONTENT_TYPE_WITH_PRELUDE)
}

/// The prelude as the JSON of a whole answer, what has come of the body, and the rest.
async fn read(mut streamed: Streamed) -> Result<(Bytes, Bytes, Streamed), Malformed> {
    let mut seen = BytesMut::new();
    loop {
        let mut windows = seen.windows(DELIMITER.len());
        if let Some(end) = windows.position(|window| window == DELIMITER) {
            let prelude = whole_answer(&seen[..end])?;
            let rest = seen.split_off(end + DELIMITER.len()).freeze();
            return Ok((prelude, rest, streamed));
        }
        if seen.len() > LIMIT {
            return Err(Malformed);
        }
        // A stream that fails now has sent nothing to anybody yet.
        let piece = streamed.pieces.recv().await.ok_or(Malformed)?;
        seen.extend_from_slice(&piece);
    }
}

fn whole_answer(prelude: &[u8]) -> Result<Bytes, Malformed> {
    let mut members: Map<String, Value> = serde_json::from_slice(prelude).map_err(|_| Malformed)?;
    if members.contains_key("body") {
        return Err(Malformed);
    }
    members
        .entry("statusCode")
        .or_insert_with(|| Value::from(200));
    Ok(Value::Object(members).to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn head(pieces: &[&'static [u8]]) -> Result<(String, String), Malformed> {
        let (writer, streamed) = Streamed::new(None);
        let pieces: Vec<_> = pieces
            .iter()
            .map(|piece| Bytes::from_static(piece))
            .collect();
        tokio::spawn(async move {
            for piece in pieces {
                // The reader stops at what it cannot read.
                let _ = writer.pieces.send(piece).await;
            }
        });
        let (prelude, rest, _) = read(streamed).await?;
        let text = |bytes: Bytes| String::from_utf8(bytes.to_vec()).unwrap();
        Ok((text(prelude), text(rest)))
    }

    #[tokio::test]
    async fn a_delimiter_in_two_pieces() {
        let read = head(&[b"{\"statusCode\":201}\0\0\0", b"\0\0\0\0\0ab"]).await;
        assert_eq!(
            read.unwrap(),
            (r#"{"statusCode":201}"#.to_owned(), "ab".to_owned())
        );
        let (prelude, _) = head(&[b"{}\0\0\0\0\0\0\0\0"]).await.unwrap();
        assert_eq!(prelude, r#"{"statusCode":200}"#);
    }

    #[tokio::test]
    async fn no_prelude() {
        for pieces in [
            &[&b"{}"[..]][..],
            &[b"\0\0\0\0\0\0\0\0"],
            &[b"{}\0\0\0\0\0\0\0"],
            &[b"[]\0\0\0\0\0\0\0\0"],
            &[b"{\"body\":\"a\"}\0\0\0\0\0\0\0\0"],
        ] {
            assert!(head(pieces).await.is_err(), "{pieces:?}");
        }
        static LONG: [u8; LIMIT + 1] = [b' '; LIMIT + 1];
        assert!(head(&[&LONG, b"{}\0\0\0\0\0\0\0\0"]).await.is_err());
    }
}
