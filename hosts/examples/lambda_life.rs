//! A test worker: the bare Runtime and Extensions APIs, by hand, with as many pollers as
//! `AWS_LAMBDA_MAX_CONCURRENCY` says.
//!
//! `EXTENSION` (a list of events, `[]` or `["INVOKE"]`) registers an internal extension. The
//! payload's `do`, or the last segment of its path, says what to do with an invocation: `stream`
//! (its second piece waits for the file `GO`), `flood`, `fail`, `die`, `hang`, `plain`, `late`,
//! `sleep`; anything else is answered with the payload, whole.

use std::error::Error;
use std::time::Duration;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::sleep;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const PRELUDE: &str = r#"{"statusCode":201,"headers":{"x-a":"1","content-type":"text/plain"},"cookies":["a=1","b=2"]}"#;

#[tokio::main]
async fn main() -> Result<()> {
    println!("started");
    if let Ok(milliseconds) = std::env::var("INIT_MS") {
        sleep(Duration::from_millis(milliseconds.parse()?)).await;
    }
    let mut terminate = signal(SignalKind::terminate())?;
    if let Ok(events) = std::env::var("EXTENSION") {
        let id = register(&events).await?;
        println!("registered");
        if std::env::var_os("NEVER_READY").is_none() {
            tokio::spawn(listen(id));
        }
    }
    if std::env::var_os("HANGS_UP").is_some() {
        hang_up().await?;
    }
    let workers = std::env::var("AWS_LAMBDA_MAX_CONCURRENCY").unwrap_or_else(|_| "1".to_owned());
    for _ in 0..workers.parse()? {
        tokio::spawn(async {
            while let Err(error) = work().await {
                eprintln!("{error}");
            }
        });
    }
    terminate.recv().await;
    println!("terminated");
    if let Ok(milliseconds) = std::env::var("DRAIN_MS") {
        sleep(Duration::from_millis(milliseconds.parse()?)).await;
    }
    println!("drained");
    Ok(())
}

async fn register(events: &str) -> Result<String> {
    let headers = "lambda-extension-name: life\r\nlambda-extension-accept-feature: accountId\r\n";
    let body = format!(r#"{{"events":{events}}}"#);
    let (head, body) = call("POST", "2020-01-01/extension/register", headers, &body).await?;
    println!("{body}");
    header(&head, "lambda-extension-identifier").ok_or_else(|| head.into())
}

/// Asks for an invocation, closes the connection, and never asks again.
async fn hang_up() -> Result<()> {
    let address = std::env::var("AWS_LAMBDA_RUNTIME_API")?;
    let mut stream = TcpStream::connect(&address).await?;
    let request =
        format!("GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nhost: {address}\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    sleep(Duration::from_millis(100)).await;
    drop(stream);
    std::future::pending().await
}

/// Prints every event.
async fn listen(id: String) -> Result<()> {
    let headers = format!("lambda-extension-identifier: {id}\r\n");
    loop {
        let path = "2020-01-01/extension/event/next";
        let (_, event) = call("GET", path, &headers, "").await?;
        println!("event {event}");
    }
}

async fn work() -> Result<()> {
    loop {
        let path = "2018-06-01/runtime/invocation/next";
        let (head, body) = call("GET", path, "", "").await?;
        let id = header(&head, "lambda-runtime-aws-request-id").ok_or("no request id")?;
        let payload: Value = serde_json::from_str(&body)?;
        let path = ["rawPath", "path"]
            .iter()
            .find_map(|name| payload[*name].as_str());
        let wanted = path.and_then(|path| path.rsplit('/').next());
        match payload["do"].as_str().or(wanted).unwrap_or_default() {
            "stream" => {
                let mut stream = Stream::open(&id).await?;
                stream.write("one ").await?;
                let go = std::env::var("GO")?;
                while !std::path::Path::new(&go).exists() {
                    sleep(Duration::from_millis(10)).await;
                }
                stream.write("two").await?;
                stream.end("").await?;
            }
            "flood" => {
                let mut stream = Stream::open(&id).await?;
                let piece = "x".repeat(64 * 1024);
                for number in 0..1024 {
                    stream.write(&piece).await?;
                    println!("wrote {number}");
                }
                stream.end("").await?;
            }
            "fail" => {
                let mut stream = Stream::open(&id).await?;
                stream.write("half").await?;
                // {"errorType":"Planned","errorMessage":"no more"}
                let report = "eyJlcnJvclR5cGUiOiJQbGFubmVkIiwiZXJyb3JNZXNzYWdlIjoibm8gbW9yZSJ9";
                stream
                    .end(&format!("Lambda-Runtime-Function-Error-Type: Planned\r\nLambda-Runtime-Function-Error-Body: {report}\r\n"))
                    .await?;
            }
            "die" => {
                Stream::open(&id).await?.write("half").await?;
                sleep(Duration::from_millis(50)).await;
                std::process::exit(7);
            }
            "hang" => {
                let mut stream = Stream::open(&id).await?;
                stream.write("half").await?;
                sleep(Duration::from_secs(60)).await;
                stream.end("").await?;
            }
            "plain" => {
                let mut stream = Stream::begin(&id, "text/plain").await?;
                stream.write("as it is").await?;
                stream.end("").await?;
            }
            "late" => {
                sleep(Duration::from_millis(1500)).await;
                println!("late");
                answer(&id, "null").await?;
            }
            "sleep" => {
                sleep(Duration::from_millis(300)).await;
                answer(&id, &json!({"pid": std::process::id()}).to_string()).await?;
            }
            "context" => {
                let deadline = header(&head, "lambda-runtime-deadline-ms");
                let environment: std::collections::BTreeMap<_, _> = std::env::vars().collect();
                let context = json!({"deadline": deadline, "environment": environment});
                answer(&id, &context.to_string()).await?;
            }
            "register" => {
                let refused = register("[]").await.err().map(|error| error.to_string());
                answer(&id, &json!(refused).to_string()).await?;
            }
            _ => answer(&id, &body).await?,
        }
    }
}

async fn answer(id: &str, body: &str) -> Result<()> {
    let path = format!("2018-06-01/runtime/invocation/{id}/response");
    call("POST", &path, "", body).await?;
    Ok(())
}

struct Stream(TcpStream);

impl Stream {
    /// Begins a response with a prelude.
    async fn open(id: &str) -> Result<Self> {
        let content_type = "application/vnd.awslambda.http-integration-response";
        let mut stream = Self::begin(id, content_type).await?;
        stream.write(PRELUDE).await?;
        stream.write("\0\0\0\0\0\0\0\0").await?;
        Ok(stream)
    }

    async fn begin(id: &str, content_type: &str) -> Result<Self> {
        let address = std::env::var("AWS_LAMBDA_RUNTIME_API")?;
        let mut stream = TcpStream::connect(&address).await?;
        let head = format!(
            "POST /2018-06-01/runtime/invocation/{id}/response HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\ncontent-type: {content_type}\r\nlambda-runtime-function-response-mode: streaming\r\ntransfer-encoding: chunked\r\ntrailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await?;
        Ok(Self(stream))
    }

    async fn write(&mut self, piece: &str) -> Result<()> {
        let chunk = format!("{:x}\r\n{piece}\r\n", piece.len());
        Ok(self.0.write_all(chunk.as_bytes()).await?)
    }

    /// Ends it, and waits for the receipt.
    async fn end(mut self, trailers: &str) -> Result<()> {
        let end = format!("0\r\n{trailers}\r\n");
        self.0.write_all(end.as_bytes()).await?;
        let mut receipt = String::new();
        self.0.read_to_string(&mut receipt).await?;
        println!("receipt {}", receipt.lines().next().unwrap_or_default());
        Ok(())
    }
}

async fn call(method: &str, path: &str, headers: &str, body: &str) -> Result<(String, String)> {
    let address = std::env::var("AWS_LAMBDA_RUNTIME_API")?;
    let mut stream = TcpStream::connect(&address).await?;
    let request = format!(
        "{method} /{path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (head, body) = answer.split_once("\r\n\r\n").ok_or("no head")?;
    if !head.starts_with("HTTP/1.1 2") {
        return Err(format!("{} {body}", head.lines().next().unwrap_or_default()).into());
    }
    Ok((head.to_owned(), body.to_owned()))
}

fn header(head: &str, name: &str) -> Option<String> {
    let mut headers = head.lines().filter_map(|line| line.split_once(": "));
    let found = headers.find(|(other, _)| other.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value.to_owned())
}
