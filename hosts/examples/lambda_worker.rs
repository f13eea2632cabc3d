//! A test worker: AWS's own `lambda_runtime` on any JSON; the payload's `do` says what to do.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Error> {
    println!("started");
    if std::env::var_os("FAIL_INIT").is_some() {
        report_init_error()?;
        std::process::exit(1);
    }
    if let Ok(milliseconds) = std::env::var("START_MS") {
        tokio::time::sleep(Duration::from_millis(milliseconds.parse()?)).await;
    }
    run(service_fn(work)).await
}

async fn work(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let payload = event.payload;
    match payload["do"].as_str() {
        Some("sleep") => tokio::time::sleep(Duration::from_secs(60)).await,
        Some("crash") => std::process::exit(7),
        Some("answer and exit") => {
            tokio::spawn(async {
                tokio::time::sleep(Duration::from_millis(30)).await;
                std::process::exit(0);
            });
        }
        Some("fail") => return Err("it failed".into()),
        Some("big") => return Ok("x".repeat(7 * 1024 * 1024).into()),
        Some("context") => {
            return Ok(json!({
                "deadline": event.context.deadline,
                "arn": event.context.invoked_function_arn,
                "trace": event.context.xray_trace_id,
                "custom": event.context.client_context.map(|context| context.custom),
                "environment": std::env::vars().collect::<std::collections::BTreeMap<_, _>>(),
            }));
        }
        _ => {}
    }
    if std::env::var_os("ECHO_AS_BODY").is_some() {
        return Ok(json!({"statusCode": 200, "body": payload.to_string()}));
    }
    Ok(json!({"pid": std::process::id(), "payload": payload}))
}

/// `lambda_runtime` never does this.
fn report_init_error() -> Result<(), Error> {
    let address = std::env::var("AWS_LAMBDA_RUNTIME_API")?;
    let body = r#"{"errorType":"No.Database","errorMessage":"cannot connect"}"#;
    let mut stream = TcpStream::connect(&address)?;
    write!(
        stream,
        "POST /2018-06-01/runtime/init/error HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )?;
    stream.read_to_end(&mut Vec::new())?;
    Ok(())
}
