//! What the process posts: answers, whole or in pieces, and failures.
//!
//! A stream is one by its header, as
//! <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html#runtimes-custom-response-streaming>
//! has it; one that fails half way says so in its trailers, and one that stops without its last
//! chunk has failed too.

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use serde_json::Value;

use super::answers::{Refusal, accepted};
use super::{Answer, PAYLOAD_LIMIT, RuntimeApi, header};
use crate::base64;
use crate::body::{Body, Unread, read};
use crate::lambda::invocation::Invocation;
use crate::lambda::streamed::{End, Streamed, Writer, broken};

/// Of a streamed response.
const STREAM_LIMIT: usize = 200 * 1024 * 1024;

type Answered = Result<Response<Body>, Refusal>;

impl RuntimeApi {
    pub(super) async fn response(&self, id: &str, request: Request<Incoming>) -> Answered {
        match header(request.headers(), "lambda-runtime-function-response-mode").as_deref() {
            None => self.whole(id, request.into_body()).await,
            Some("streaming") => self.stream(id, request).await,
            Some(_) => {
                let failure = Invocation::Error {
                    error_type: "Runtime.InvalidResponseModeHeader".to_owned(),
                    error_message: "Invalid function response mode".to_owned(),
                };
                self.finish(id, Answer::Whole(failure))?;
                Err(Refusal {
                    status: StatusCode::BAD_REQUEST,
                    error_type: "InvalidFunctionResponseMode",
                    message: "Invalid function response mode".to_owned(),
                })
            }
        }
    }

    async fn whole(&self, id: &str, body: Incoming) -> Answered {
        match read(body, PAYLOAD_LIMIT).await {
            Ok(body) => self.finish(id, Answer::Whole(Invocation::Response(body))),
            Err(Unread::TooLarge) => {
                let limit = PAYLOAD_LIMIT;
                let failure = Invocation::ResponseTooLarge { limit };
                self.finish(id, Answer::Whole(failure))?;
                Err(Refusal::too_large(limit))
            }
            // The process has closed the connection half way. It may try again, or die.
            Err(Unread::Broken) => Err(Refusal::truncated()),
        }
    }

    async fn stream(&self, id: &str, request: Request<Incoming>) -> Answered {
        let (writer, streamed) = Streamed::new(header(request.headers(), "content-type"));
        self.finish(id, Answer::Stream(streamed))?;
        let Writer { pieces, end } = writer;
        let ended = pass_on(request.into_body(), &pieces).await;
        let answer = match &ended {
            Err(Invocation::ResponseTooLarge { limit }) => Err(Refusal::too_large(*limit)),
            Err(failure) if *failure == broken() => Err(Refusal::truncated()),
            _ => Ok(accepted()),
        };
        // Nobody listens any more when the invocation's time is over.
        let _ = end.send(ended);
        answer
    }

    pub(super) async fn error(&self, id: &str, request: Request<Incoming>) -> Answered {
        let (error_type, error_message) = report(request).await;
        let failure = Invocation::Error {
            error_type,
            error_message,
        };
        self.finish(id, Answer::Whole(failure))
    }

    pub(super) async fn failed_start(&self, request: Request<Incoming>) -> Answered {
        let (error_type, error_message) = report(request).await;
        let failure = Invocation::InitError {
            error_type,
            error_message,
        };
        self.update(|state| state.init_error = Some(failure));
        Ok(accepted())
    }

    fn finish(&self, id: &str, answer: Answer) -> Answered {
        let current = self.update(|state| state.current.remove(id));
        let sender = current.ok_or_else(|| Refusal::invalid_request_id("Invalid request ID"))?;
        // The environment has stopped waiting only if the invocation's time is over.
        let sent = sender.send(answer);
        sent.map_err(|_| Refusal::invalid_request_id("the invocation is over"))?;
        Ok(accepted())
    }
}

/// Hands on piece by piece, each when the one before has been taken. A reader that has gone away
/// does not stop the function: the rest is read and thrown away.
async fn pass_on(mut body: Incoming, pieces: &tokio::sync::mpsc::Sender<Bytes>) -> End {
    let mut size = 0;
    let mut trailers = HeaderMap::new();
    while let Some(frame) = body.frame().await {
        match frame.map_err(|_| broken())?.into_data() {
            Ok(piece) => {
                size += piece.len();
                if size > STREAM_LIMIT {
                    let limit = STREAM_LIMIT;
                    return Err(Invocation::ResponseTooLarge { limit });
                }
                let _ = pieces.send(piece).await;
            }
            Err(frame) => trailers.extend(frame.into_trailers().unwrap_or_default()),
        }
    }
    match header(&trailers, "lambda-runtime-function-error-type") {
        Some(error_type) => Err(stream_error(error_type, &trailers)),
        None => Ok(()),
    }
}

/// `{"errorType","errorMessage"}` of the body; the type may be in a header as well.
async fn report(request: Request<Incoming>) -> (String, String) {
    let header_type = header(request.headers(), "lambda-runtime-function-error-type");
    let body = read(request.into_body(), PAYLOAD_LIMIT)
        .await
        .unwrap_or_default();
    let report: Value = serde_json::from_slice(&body).unwrap_or_default();
    let member = |name: &str| report.get(name).and_then(Value::as_str).map(str::to_owned);
    let error_type = member("errorType")
        .or(header_type)
        .unwrap_or_else(|| "Unhandled".to_owned());
    let error_message =
        member("errorMessage").unwrap_or_else(|| String::from_utf8_lossy(&body).into_owned());
    (error_type, error_message)
}

fn stream_error(error_type: String, trailers: &HeaderMap) -> Invocation {
    let body = header(trailers, "lambda-runtime-function-error-body")
        .and_then(|body| base64::decode(&body))
        .unwrap_or_default();
    let report: Value = serde_json::from_slice(&body).unwrap_or_default();
    let message = report.get("errorMessage").and_then(Value::as_str);
    let error_message = match message {
        Some(message) => message.to_owned(),
        None => String::from_utf8_lossy(&body).into_owned(),
    };
    Invocation::Error {
        error_type,
        error_message,
    }
}
