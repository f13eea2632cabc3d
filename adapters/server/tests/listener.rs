//! What a client on the wire sees of the server.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use polyfn_core::{App, AppService, Context, Request, RequestExt, Result, Target, any};
use polyfn_server::{BindError, Drain, Listener, Signals};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

async fn length(mut request: Request) -> Result<String> {
    Ok(request.bytes().await?.len().to_string())
}

async fn panics(_: Request) -> &'static str {
    panic!("the handler was told to")
}

async fn slow(_: Request) -> &'static str {
    tokio::time::sleep(Duration::from_millis(200)).await;
    "at last"
}

fn service() -> AppService {
    App::new()
        .http("slow", any("/slow"), slow)
        .http("length", any("/length"), length)
        .http("panics", any("/panics"), panics)
        .body_limit(1000)
        .into_service()
        .unwrap()
}

/// A server on a port of its own; it ends with the test's runtime.
async fn server() -> SocketAddr {
    let listener = Listener::bind(LOCALHOST, 0).await.unwrap();
    let address = listener.address();
    let service = service();
    let respond = move |request: Request| {
        let service = service.clone();
        async move {
            service
                .respond(Context::new(Target::Local, "1"), request)
                .await
        }
    };
    let drain = Drain {
        lame_duck: Duration::ZERO,
        grace: Duration::ZERO,
        in_all: Duration::ZERO,
    };
    tokio::spawn(listener.serve(respond, drain, Signals::watch()));
    address
}

/// Everything that the server says to these bytes until it closes.
async fn converse(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    let _ = tokio::time::timeout(Duration::from_secs(10), read)
        .await
        .expect("an answer");
    String::from_utf8(answer).unwrap()
}

fn post(path: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n{body}").into()
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("nothing")
}

#[tokio::test]
async fn bodies_arrive_whole_however_they_are_framed() {
    let address = server().await;
    let counted = post("/length", "content-length: 5\r\n", "hello");
    assert!(converse(address, &counted).await.ends_with("\r\n\r\n5"));
    let chunked = post(
        "/length",
        "transfer-encoding: chunked\r\n",
        "3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n",
    );
    assert!(converse(address, &chunked).await.ends_with("\r\n\r\n5"));
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_413_and_the_client_hears_it() {
    let address = server().await;
    let body = "x".repeat(1_000_000);
    let counted = post("/length", "content-length: 1000000\r\n", &body);
    assert_eq!(
        status(&converse(address, &counted).await),
        "413",
        "told beforehand"
    );
    let chunk = format!("f4240\r\n{body}\r\n0\r\n\r\n");
    let chunked = post("/length", "transfer-encoding: chunked\r\n", &chunk);
    assert_eq!(
        status(&converse(address, &chunked).await),
        "413",
        "found out on the way"
    );
    let waiting = post(
        "/length",
        "content-length: 1000000\r\nexpect: 100-continue\r\n",
        "",
    );
    assert_eq!(
        status(&converse(address, &waiting).await),
        "413",
        "before it was sent"
    );
}

#[tokio::test]
async fn what_is_not_http_is_400_and_the_server_lives_on() {
    let address = server().await;
    for nonsense in [
        &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"[..],
        b"GET /length HTTP/9.9\r\n\r\n",
        b"GET /length HTTP/1.1\r\nno colon\r\n\r\n",
        b"POST /length HTTP/1.1\r\nhost: x\r\ncontent-length: x\r\n\r\n",
        b"POST /length HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
    ] {
        let answer = converse(address, nonsense).await;
        assert_eq!(
            status(&answer),
            "400",
            "{}",
            String::from_utf8_lossy(nonsense)
        );
    }
    let answer = converse(address, &post("/length", "content-length: 0\r\n", "")).await;
    assert_eq!(status(&answer), "200", "the next request");
}

#[tokio::test]
async fn a_panic_costs_one_request_on_a_connection_that_lives_on() {
    let address = server().await;
    let two = "GET /panics HTTP/1.1\r\nhost: x\r\n\r\n\
               GET /length HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let answer = converse(address, two.as_bytes()).await;
    assert_eq!(status(&answer), "500", "{answer}");
    assert!(
        answer.contains("HTTP/1.1 200 OK"),
        "the same connection goes on: {answer}"
    );
    assert!(
        !answer.contains("told to"),
        "the panic's message stays in the log: {answer}"
    );
}

#[tokio::test]
async fn a_client_that_goes_away_halfway_costs_nobody_else() {
    let address = server().await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream
        .write_all(&post("/length", "content-length: 100\r\n", "half"))
        .await
        .unwrap();
    drop(stream);
    let answer = converse(address, &post("/length", "content-length: 0\r\n", "")).await;
    assert_eq!(status(&answer), "200");
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let first = Listener::bind(LOCALHOST, 0).await.unwrap();
    let error = Listener::bind(LOCALHOST, first.address().port())
        .await
        .unwrap_err();
    assert!(matches!(error, BindError::Taken(_)), "{error:?}");
    let said = error.to_string();
    assert!(
        said.contains(&first.address().to_string()) && said.contains("PORT"),
        "{said}"
    );
}

#[tokio::test]
async fn a_client_that_has_said_all_gets_its_answer() {
    let address = server().await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let request = b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n";
    stream.write_all(request).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer);
    let read = tokio::time::timeout(Duration::from_secs(10), read).await;
    read.expect("the connection is closed after it").unwrap();
    assert!(answer.ends_with("at last"), "{answer}");
}

#[tokio::test]
async fn a_client_that_ends_halfway_through_its_body_gets_400() {
    let address = server().await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let half = post("/length", "content-length: 100\r\n", "half");
    stream.write_all(&half).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    let read = stream.read_to_string(&mut answer);
    let read = tokio::time::timeout(Duration::from_secs(10), read).await;
    let _ = read.expect("the connection is closed");
    assert!(answer.is_empty() || status(&answer) == "400", "{answer}");
}

/// How long the server bears a client that says this and no more.
async fn patience(said: &[u8]) -> Duration {
    let address = server().await;
    let mut stream = TcpStream::connect(address).await.unwrap();
    let begun = tokio::time::Instant::now();
    stream.write_all(said).await.unwrap();
    let _ = stream.read_to_end(&mut Vec::new()).await;
    begun.elapsed()
}

#[tokio::test(start_paused = true)]
async fn idle_connections_and_slow_heads_have_75_seconds() {
    for said in [
        &b""[..],
        b"GET /length HTTP/1.1\r\nhost:",
        b"GET /length HTTP/1.1\r\nhost: x\r\n\r\n",
    ] {
        let seconds = patience(said).await.as_secs();
        let said = String::from_utf8_lossy(said);
        assert!((75..=76).contains(&seconds), "{seconds} s after {said:?}");
    }
}
