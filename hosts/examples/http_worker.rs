//! A test worker: hyper by hand, for Cloud Run (`PORT`) and Azure Functions
//! (`FUNCTIONS_CUSTOMHANDLER_PORT`). The last segment of the path says what to do; anything else is
//! answered with what arrived.

use std::convert::Infallible;
use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    if let Ok(status) = std::env::var("EXIT_AT_START") {
        eprintln!("no database");
        std::process::exit(status.parse()?);
    }
    let port = std::env::var("PORT").or_else(|_| std::env::var("FUNCTIONS_CUSTOMHANDLER_PORT"))?;
    let listener = TcpListener::bind(("127.0.0.1", port.parse()?)).await?;
    let mut terminate = signal(SignalKind::terminate())?;
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, _) = accepted?;
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service_fn(serve)));
            }
            _ = terminate.recv() => match std::env::var("ON_TERM").as_deref() {
                Ok("ignore") => println!("ignored"),
                _ => {
                    // What is under way may finish.
                    tokio::time::sleep(Duration::from_millis(700)).await;
                    println!("drained");
                    return Ok(());
                }
            },
        }
    }
}

async fn serve(request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes)
        .unwrap_or_default();
    let last = head.uri.path().rsplit('/').next().unwrap_or("").to_owned();
    if let Some(status) = last
        .strip_prefix("exit")
        .and_then(|status| status.parse().ok())
    {
        std::process::exit(status);
    }
    let answer = match last.as_str() {
        "slow" => {
            tokio::time::sleep(Duration::from_millis(300)).await;
            text("slow")
        }
        "sleep" => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            text("slept")
        }
        "empty" => Response::default(),
        "null" => json_answer(&Value::Null),
        "fail" => Response::builder()
            .status(500)
            .body("it failed".into())
            .unwrap_or_default(),
        "refuse" => Response::builder()
            .status(418)
            .header("set-cookie", "a=1")
            .header("set-cookie", "b=2")
            .body("no".into())
            .unwrap_or_default(),
        "outputs" => {
            let payload = String::from_utf8_lossy(&body);
            json_answer(&json!({
                "Outputs": {"res": {"statusCode": 202, "headers": {"X-A": "1"}, "body": payload}},
                "Logs": ["seen"],
                "ReturnValue": {"payload": payload},
            }))
        }
        _ => {
            let headers: Vec<_> = head
                .headers
                .iter()
                .map(|(name, value)| {
                    json!([name.as_str(), String::from_utf8_lossy(value.as_bytes())])
                })
                .collect();
            json_answer(&json!({
                "method": head.method.as_str(),
                "target": head.uri.to_string(),
                "headers": headers,
                "body": String::from_utf8_lossy(&body),
                "pid": std::process::id(),
                "environment": std::env::vars().collect::<std::collections::BTreeMap<_, _>>(),
            }))
        }
    };
    Ok(answer)
}

fn text(body: &'static str) -> Response<Full<Bytes>> {
    Response::new(body.into())
}

fn json_answer(body: &Value) -> Response<Full<Bytes>> {
    let mut response = Response::new(body.to_string().into());
    response.headers_mut().insert(
        "content-type",
        http::HeaderValue::from_static("application/json"),
    );
    response
}
