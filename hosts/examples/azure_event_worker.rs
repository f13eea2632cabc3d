//! A test worker for Azure Functions in invocation mode. The name of the function says what to do
//! with an event, and `FAIL` names one more that fails; whatever it does, it hands back the payload that it got: as `ReturnValue`, or as
//! the body of a failing answer.

use std::convert::Infallible;
use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// How often functions that recover have failed.
static FAILURES: AtomicUsize = AtomicUsize::new(0);

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port = std::env::var("FUNCTIONS_CUSTOMHANDLER_PORT")?;
    let listener = TcpListener::bind(("127.0.0.1", port.parse()?)).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        let connection = TokioIo::new(stream);
        tokio::spawn(http1::Builder::new().serve_connection(connection, service_fn(serve)));
    }
}

async fn serve(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let function = request.uri().path().trim_start_matches('/').to_owned();
    let body = request.into_body().collect().await;
    let body = body.map(http_body_util::Collected::to_bytes);
    let payload = body.unwrap_or_default();
    let fails = match function.split('_').next() {
        Some("hangs") => return Ok(Response::default()),
        Some("crashes") => std::process::exit(1),
        Some("fails") => true,
        Some(name) if std::env::var("FAIL").is_ok_and(|fails| fails == name) => true,
        Some("recovers") => FAILURES.fetch_add(1, Ordering::Relaxed) < 2,
        _ => false,
    };
    let answer = if fails {
        Response::builder().status(500).body(payload.into())
    } else {
        let payload: Value = serde_json::from_slice(&payload).unwrap_or_default();
        let answer = json!({"ReturnValue": {"function": function, "payload": payload}});
        Response::builder()
            .header("content-type", "application/json")
            .body(answer.to_string().into())
    };
    Ok(answer.unwrap_or_default())
}
