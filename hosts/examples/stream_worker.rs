//! A test worker for Cloud Run (`PORT`) and Azure Functions (`FUNCTIONS_CUSTOMHANDLER_PORT`): HTTP
//! by hand, to have the streams and the connections in view. The last segment of the path says
//! what to do with a request: `stream` (its second piece waits for the file `GO`), `flood`,
//! `hang`, `break`, `wait`, `count`, `sleep`; anything else is answered at once.

use std::error::Error;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n";

/// How many requests are under way.
static AT_ONCE: AtomicUsize = AtomicUsize::new(0);

#[tokio::main]
async fn main() -> Result<()> {
    println!("started");
    if let Ok(milliseconds) = std::env::var("START_MS") {
        sleep(Duration::from_millis(milliseconds.parse()?)).await;
    }
    let port = std::env::var("PORT").or_else(|_| std::env::var("FUNCTIONS_CUSTOMHANDLER_PORT"))?;
    let listener = TcpListener::bind(("127.0.0.1", port.parse()?)).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        tokio::spawn(async move {
            // The other side has gone away.
            if serve(stream).await.is_err() {
                println!("gone");
            }
        });
    }
}

async fn serve(mut stream: TcpStream) -> Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let Ok(byte) = stream.read_u8().await else {
            // A probe, which asks nothing.
            return Ok(());
        };
        head.push(byte);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let target = head.split(' ').nth(1).unwrap_or_default();
    match target.rsplit('/').next().unwrap_or_default() {
        "stream" => {
            stream.write_all(CHUNKED.as_bytes()).await?;
            write(&mut stream, "one ").await?;
            let go = std::env::var("GO")?;
            while !std::path::Path::new(&go).exists() {
                sleep(Duration::from_millis(10)).await;
            }
            write(&mut stream, "two").await?;
            stream.write_all(b"0\r\n\r\n").await?;
        }
        "flood" => {
            stream.write_all(CHUNKED.as_bytes()).await?;
            let piece = "x".repeat(64 * 1024);
            for number in 0..1024 {
                write(&mut stream, &piece).await?;
                println!("wrote {number}");
            }
            stream.write_all(b"0\r\n\r\n").await?;
        }
        "hang" => {
            stream.write_all(CHUNKED.as_bytes()).await?;
            write(&mut stream, "half").await?;
            closed(&mut stream).await?;
        }
        "break" => {
            stream.write_all(CHUNKED.as_bytes()).await?;
            write(&mut stream, "half").await?;
        }
        "wait" => closed(&mut stream).await?,
        "count" => count(&mut stream).await?,
        "sleep" => {
            let at_once = AT_ONCE.fetch_add(1, Ordering::Relaxed) + 1;
            println!("at once {at_once}");
            sleep(Duration::from_millis(300)).await;
            AT_ONCE.fetch_sub(1, Ordering::Relaxed);
            answer(&mut stream, "slept").await?;
        }
        _ => answer(&mut stream, &std::process::id().to_string()).await?,
    }
    Ok(())
}

/// Waits until the other side closes the connection, which is an error.
async fn closed(stream: &mut TcpStream) -> Result<()> {
    while stream.read(&mut [0; 1024]).await? > 0 {}
    Err("closed".into())
}

/// Prints what comes of a chunked body as it comes.
async fn count(stream: &mut TcpStream) -> Result<()> {
    let mut read = String::new();
    while !read.ends_with("0\r\n\r\n") {
        let mut buffer = [0; 64 * 1024];
        let size = stream.read(&mut buffer).await?;
        if size == 0 {
            return Err("closed".into());
        }
        let came = String::from_utf8_lossy(&buffer[..size]).into_owned();
        println!("read {}", came.replace("\r\n", " "));
        read.push_str(&came);
    }
    answer(stream, "counted").await
}

async fn write(stream: &mut TcpStream, piece: &str) -> Result<()> {
    let chunk = format!("{:x}\r\n{piece}\r\n", piece.len());
    Ok(stream.write_all(chunk.as_bytes()).await?)
}

async fn answer(stream: &mut TcpStream, body: &str) -> Result<()> {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    );
    Ok(stream.write_all(head.as_bytes()).await?)
}
