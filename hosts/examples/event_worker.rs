//! A test worker for Cloud Run's events: hyper by hand.
//!
//! The query of a POST says what the first, second, … request is answered with
//! (`/?answers=500,204`; the last holds for all that follow), `GET /seen` tells of every request.

use std::convert::Infallible;
use std::error::Error;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

type Seen = Arc<Mutex<Vec<Value>>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::var("PORT")?.parse()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let seen = Seen::default();
    loop {
        let (stream, _) = listener.accept().await?;
        let seen = Arc::clone(&seen);
        let service = service_fn(move |request| serve(request, Arc::clone(&seen)));
        tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
    }
}

async fn serve(
    request: Request<Incoming>,
    seen: Seen,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes);
    let body = body.unwrap_or_default();
    let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    if head.method == Method::GET {
        return Ok(Response::new(json!(*seen).to_string().into()));
    }
    let headers = head.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        (name.to_string(), json!(value))
    });
    seen.push(json!({
        "method": head.method.as_str(),
        "target": head.uri.to_string(),
        "headers": headers.collect::<Map<_, _>>(),
        "json": serde_json::from_slice::<Value>(&body).ok(),
        "size": body.len(),
    }));
    let answers = head
        .uri
        .query()
        .and_then(|query| query.strip_prefix("answers="));
    let answers: Vec<&str> = answers.unwrap_or("200").split(',').collect();
    let answer = answers.get(seen.len() - 1).or(answers.last());
    let status: u16 = answer.and_then(|status| status.parse().ok()).unwrap_or(200);
    let mut response = match status {
        204 => Response::default(),
        _ => Response::new(json!({"request": seen.len()}).to_string().into()),
    };
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    Ok(response)
}
