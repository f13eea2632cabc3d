//! What RFC 9110 and 9112 ask of a server where the bytes are odd, wrong or meant to harm.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use polyfn_core::{
    App, Body, BoxError, Context, Request, RequestExt, Response, Result, Target, any,
};
use polyfn_server::{Drain, Listener, Signals};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A server on a port of its own, which writes down what reaches its handlers.
struct Server {
    address: SocketAddr,
    handled: Arc<Mutex<Vec<String>>>,
}

impl Server {
    async fn start() -> Self {
        let handled = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&handled);
        let echo = move |request: Request| {
            let line = format!("{} {}", request.method(), request.uri());
            heard.lock().unwrap().push(line);
            echo(request)
        };
        let app = App::new()
            .http("stream", any("/stream"), stream)
            .http("unread", any("/unread"), async |_: Request| "unread")
            .http("echo", any("/{*rest}"), echo)
            .body_limit(1000);
        let service = app.into_service().unwrap();
        let listener = Listener::bind(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)
            .await
            .unwrap();
        let address = listener.address();
        let drain = Drain {
            lame_duck: Duration::ZERO,
            grace: Duration::ZERO,
            in_all: Duration::ZERO,
        };
        let respond =
            move |request: Request| service.respond(Context::new(Target::Local, "1"), request);
        tokio::spawn(listener.serve(respond, drain, Signals::watch()));
        Self { address, handled }
    }

    /// Everything that the server says to these bytes until it closes the connection.
    async fn answer(&self, said: impl AsRef<[u8]>) -> String {
        heard(&mut self.say(said).await).await
    }

    /// The same to a client that shuts down its side after them.
    async fn last_words(&self, said: impl AsRef<[u8]>) -> String {
        let mut stream = self.say(said).await;
        stream.shutdown().await.unwrap();
        heard(&mut stream).await
    }

    async fn say(&self, said: impl AsRef<[u8]>) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // What is refused halfway is not heard out.
        let _ = stream.write_all(said.as_ref()).await;
        stream
    }

    fn handled(&self) -> Vec<String> {
        self.handled.lock().unwrap().clone()
    }
}

async fn heard(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    let read = tokio::time::timeout(Duration::from_secs(20), read).await;
    let answer = shown(&answer);
    assert!(
        read.is_ok(),
        "the connection is still open after {answer:?}"
    );
    answer
}

async fn echo(mut request: Request) -> Result<String> {
    let host = request.headers().get("host").cloned();
    let host = host.map_or_else(|| "nobody".to_owned(), |host| shown(host.as_bytes()));
    let path = request.uri().to_string();
    let body = request.bytes().await?;
    Ok(format!("[{path} of {host}: {}]", shown(&body)))
}

async fn stream(_: Request) -> Response {
    let chunks = ["one ", "two"].map(Ok::<_, BoxError>);
    Response::new(Body::from_stream(futures_util::stream::iter(chunks)))
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The statuses of all answers, in their order.
fn statuses(answer: &str) -> Vec<&str> {
    let heads = answer.split("HTTP/1.").skip(1);
    heads.map(|head| head.get(2..5).unwrap_or(head)).collect()
}

/// A request with its body, and a second one behind it.
fn smuggling(headers: &str, body: &str) -> String {
    format!(
        "POST /first HTTP/1.1\r\nhost: x\r\n{headers}\r\n{body}GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n"
    )
}

#[tokio::test]
async fn whoever_is_meant_is_told_by_one_host() {
    let server = Server::start().await;
    for (request, status) in [
        ("GET / HTTP/1.1\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nhost: a\r\nHost: a\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nhost: a b\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nhost: a/b\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nhost: me@a\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nhost: \u{e9}\r\n\r\n", "400"),
        ("GET / HTTP/1.0\r\nhost: a\r\nhost: b\r\n\r\n", "400"),
        ("GET / HTTP/1.0\r\n\r\n", "200"),
        (
            "GET / HTTP/1.1\r\nhost: [::1]:80\r\nconnection: close\r\n\r\n",
            "200",
        ),
        (
            "GET / HTTP/1.1\r\nhost:\r\nconnection: close\r\n\r\n",
            "200",
        ),
    ] {
        let answer = server.answer(request).await;
        assert_eq!(statuses(&answer), [status], "{request:?}: {answer}");
    }
    assert_eq!(
        server.handled().len(),
        3,
        "only the good ones reach the app"
    );
}

#[tokio::test]
async fn refusals_say_why_and_close() {
    let server = Server::start().await;
    let answer = server.answer("GET / HTTP/1.1\r\n\r\n").await;
    assert!(answer.contains("application/problem+json"), "{answer}");
    assert!(answer.contains("there is no Host"), "{answer}");
    assert!(answer.contains("connection: close"), "{answer}");
}

#[tokio::test]
async fn lengths_are_digits_and_agree() {
    let server = Server::start().await;
    for headers in [
        "content-length: -1\r\n",
        "content-length: +1\r\n",
        "content-length: 1x\r\n",
        "content-length: 0x10\r\n",
        "content-length:\r\n",
        "content-length: 1 1\r\n",
        "content-length: 1, 2\r\n",
        "content-length: 3\r\ncontent-length: 4\r\n",
        "content-length: 99999999999999999999999999\r\n",
    ] {
        let answer = server.answer(smuggling(headers, "abc")).await;
        assert_eq!(statuses(&answer), ["400"], "{headers:?}: {answer}");
    }
    // hyper's word for a length that it has no room for.
    let headers = "content-length: 18446744073709551615\r\n";
    let answer = server.answer(smuggling(headers, "abc")).await;
    assert_eq!(statuses(&answer), ["431"], "{answer}");
    assert_eq!(server.handled(), [""; 0]);
}

#[tokio::test]
async fn a_length_that_is_huge_is_refused_before_it_is_read() {
    let server = Server::start().await;
    let headers = "content-length: 9223372036854775807\r\nexpect: 100-continue\r\n";
    let request = format!("POST /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n");
    let answer = server.answer(request).await;
    assert_eq!(statuses(&answer), ["413"], "{answer}");
    assert_eq!(server.handled(), [""; 0]);
}

#[tokio::test]
async fn a_length_beside_a_coding_does_not_count_and_ends_the_connection() {
    let server = Server::start().await;
    for headers in [
        "content-length: 3\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 3\r\n",
        "content-length: 3\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n",
    ] {
        let answer = server.answer(smuggling(headers, "0\r\n\r\n")).await;
        assert_eq!(statuses(&answer), ["200"], "{headers:?}: {answer}");
        assert!(answer.ends_with("[/first of x: ]"), "{headers:?}: {answer}");
    }
    let handled = server.handled();
    assert!(
        handled.iter().all(|line| line == "POST /first"),
        "{handled:?}"
    );
}

#[tokio::test]
async fn no_body_is_taken_in_a_coding_that_is_not_understood() {
    let server = Server::start().await;
    for (headers, status) in [
        ("transfer-encoding: gzip\r\n", "400"),
        ("transfer-encoding: identity\r\n", "400"),
        ("transfer-encoding: xchunked\r\n", "400"),
        ("transfer-encoding: chunked;q=1\r\n", "400"),
        ("transfer-encoding: \"chunked\"\r\n", "400"),
        ("transfer-encoding:\r\n", "400"),
        ("transfer-encoding: chunked, gzip\r\n", "400"),
        (
            "transfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
            "400",
        ),
        ("transfer-encoding: gzip, chunked\r\n", "501"),
        ("transfer-encoding: chunked, chunked\r\n", "501"),
        (
            "transfer-encoding: identity\r\ntransfer-encoding: chunked\r\n",
            "501",
        ),
        ("transfer-encoding: ,chunked\r\n", "501"),
        ("transfer-encoding : chunked\r\n", "400"),
        ("transfer-encoding: \x0bchunked\r\n", "400"),
    ] {
        let answer = server.answer(smuggling(headers, "0\r\n\r\n")).await;
        assert_eq!(statuses(&answer), [status], "{headers:?}: {answer}");
    }
    let old = "POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(
        statuses(&server.answer(old).await),
        ["400"],
        "HTTP/1.0 has none"
    );
    assert_eq!(server.handled(), [""; 0]);
}

#[tokio::test]
async fn chunks_are_counted_by_their_letter() {
    let server = Server::start().await;
    let chunked = "transfer-encoding: chunked\r\n";
    for body in [
        "x\r\n",
        "-1\r\n",
        "+3\r\nabc\r\n0\r\n\r\n",
        "0x3\r\nabc\r\n0\r\n\r\n",
        "\r\nabc\r\n0\r\n\r\n",
        " 3\r\nabc\r\n0\r\n\r\n",
        "3\r\nabcd\r\n0\r\n\r\n",
        "3\nabc\n0\n\n",
        "3\rabc\r\n0\r\n\r\n",
        "fffffffffffffffff\r\nabc\r\n0\r\n\r\n",
        "3;a\nb\r\nabc\r\n0\r\n\r\n",
    ] {
        let answer = server.answer(smuggling(chunked, body)).await;
        assert_eq!(statuses(&answer), ["400"], "{body:?}: {answer}");
    }
    let huge = format!("3;{}\r\nabc\r\n0\r\n\r\n", "e".repeat(100_000));
    let answer = server.answer(smuggling(chunked, &huge)).await;
    assert_eq!(statuses(&answer), ["400"], "an extension that never ends");
    let largest = server.last_words(smuggling(chunked, "ffffffffffffffff\r\nabc"));
    let largest = largest.await;
    assert_eq!(
        statuses(&largest),
        ["400"],
        "a chunk that is cut off: {largest}"
    );
    let handled = server.handled();
    assert!(
        handled.iter().all(|line| line == "POST /first"),
        "{handled:?}"
    );
}

#[tokio::test]
async fn extensions_and_trailers_of_chunks_are_no_part_of_the_body() {
    let server = Server::start().await;
    let answer = server
        .answer(
            "POST /a HTTP/1.1\r\nhost: x\r\ntransfer-encoding: Chunked\r\n\r\n\
             3;name=value;\"quoted\"\r\nabc\r\n00\r\nhost: trailing\r\ncontent-length: 7\r\n\r\n\
             GET /b HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        )
        .await;
    assert_eq!(statuses(&answer), ["200", "200"], "{answer}");
    assert!(answer.contains("[/a of x: abc]"), "{answer}");
    assert!(answer.contains("[/b of x: ]"), "{answer}");
    let endless = format!("0\r\n{}\r\n", "a: b\r\n".repeat(10_000));
    let answer = server
        .answer(smuggling("transfer-encoding: chunked\r\n", &endless))
        .await;
    assert_eq!(statuses(&answer), ["400"], "trailers that never end");
}

#[tokio::test]
async fn a_bad_body_that_nobody_reads_ends_the_connection_all_the_same() {
    let server = Server::start().await;
    let answer = server
        .answer(
            "POST /unread HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n\
             zzz\r\nGET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n",
        )
        .await;
    assert!(
        statuses(&answer).iter().all(|status| *status == "200"),
        "{answer}"
    );
    assert!(
        statuses(&answer).len() <= 1 && server.handled().is_empty(),
        "{answer}"
    );
}

#[tokio::test]
async fn heads_are_written_as_http_has_them() {
    let server = Server::start().await;
    for head in [
        "GET / HTTP/1.1\r\nhost: x\r\n folded: y\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\na: b\r\n\tfolded\r\n\r\n",
        "GET / HTTP/1.1\r\nhost : x\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\na\u{0}: y\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\na: y\u{0}z\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\na: b\rc: d\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\n: nameless\r\n\r\n",
        "GET / HTTP/1.1\r\nhost: x\r\nno colon\r\n\r\n",
        "GET  / HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET / HTTP/1.1 \r\nhost: x\r\n\r\n",
        "GET /\r\nhost: x\r\n\r\n",
        "GET /\r\n\r\n",
        "GET / HTTP/2.0\r\nhost: x\r\n\r\n",
        "GET / HTTP/1.1x\r\nhost: x\r\n\r\n",
        "GET / http/1.1\r\nhost: x\r\n\r\n",
        "G(T / HTTP/1.1\r\nhost: x\r\n\r\n",
        "GET /\u{1}x HTTP/1.1\r\nhost: x\r\n\r\n",
        "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0\u{1}\u{fc}\u{3}\u{3} TLS\r\n\r\n",
    ] {
        let answer = server.answer(head).await;
        assert_eq!(statuses(&answer), ["400"], "{head:?}: {answer}");
    }
    assert_eq!(server.handled(), [""; 0]);
}

#[tokio::test]
async fn what_http_bears_with_is_borne_with() {
    let server = Server::start().await;
    for head in [
        "\r\nGET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n",
        "GET / HTTP/1.1\nhost: x\nconnection: close\n\n",
        "GET / HTTP/1.1\r\nhost:\t x \r\nCONNECTION:Close\r\n\r\n",
    ] {
        let answer = server.answer(head).await;
        assert!(answer.ends_with("[/ of x: ]"), "{head:?}: {answer}");
    }
}

#[tokio::test]
async fn another_protocol_is_no_request() {
    let server = Server::start().await;
    let preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u{4}\0\0\0\0\0";
    let answer = server.answer(preface).await;
    assert!(
        answer.is_empty() || statuses(&answer) == ["400"],
        "{answer}"
    );
    assert_eq!(server.handled(), [""; 0]);
}

#[tokio::test]
async fn a_target_is_a_path_or_a_url() {
    let server = Server::start().await;
    for (target, status) in [
        ("GET x", "400"),
        ("GET x:80", "400"),
        ("GET *", "400"),
        ("GET http://me:secret@x/", "400"),
        ("GET http:///path", "400"),
        ("CONNECT x:443", "501"),
        ("CONNECT /path", "501"),
        ("OPTIONS *", "404"),
        ("OPTIONS /a", "200"),
    ] {
        let request = format!("{target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let answer = server.answer(request).await;
        assert_eq!(statuses(&answer), [status], "{target}: {answer}");
    }
    for (target, echoed) in [
        ("http://y:81/a/b?c=%20&c", "[/a/b?c=%20&c of y:81: ]"),
        ("HTTPS://y?q", "[/?q of y: ]"),
        ("//y/a", "[//y/a of x: ]"),
    ] {
        let request = format!("GET {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
        let answer = server.answer(request).await;
        assert!(answer.ends_with(echoed), "{target}: {answer}");
    }
}

#[tokio::test]
async fn a_head_has_its_limits() {
    let server = Server::start().await;
    let head = |target: &str, headers: &str| {
        format!("GET {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n")
    };
    let numbered = |count: usize| {
        (0..count)
            .map(|n| format!("a{n}: b\r\n"))
            .collect::<String>()
    };
    let sized = |bytes: usize| format!("a: {}\r\n", "b".repeat(bytes));
    let long = |bytes: usize| format!("/{}", "p".repeat(bytes));
    for (what, request, status) in [
        ("100 lines", head("/", &numbered(98)), "200"),
        ("101 lines", head("/", &numbered(99)), "431"),
        ("64 KiB", head("/", &sized(64 * 1024)), "200"),
        ("256 KiB", head("/", &sized(256 * 1024)), "431"),
        ("a target of 60 KiB", head(&long(60 * 1024), ""), "200"),
        ("a target of 70 KiB", head(&long(70 * 1024), ""), "414"),
    ] {
        let answer = server.answer(request).await;
        let statuses = statuses(&answer);
        assert_eq!(statuses.first(), Some(&status), "{what}: {answer:.200}");
    }
}

#[tokio::test]
async fn requests_in_a_row_are_answered_in_their_order() {
    let server = Server::start().await;
    let requests: String = (0..50)
        .map(|nth| match nth % 2 {
            0 => format!("GET /{nth} HTTP/1.1\r\nhost: x\r\n\r\n"),
            _ => format!("POST /{nth} HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc"),
        })
        .collect();
    let last = "GET /last HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    let answer = server
        .answer(format!(
            "{requests}{last}GET /late HTTP/1.1\r\nhost: x\r\n\r\n"
        ))
        .await;
    let echoed: Vec<_> = answer.split("[/").skip(1).collect();
    assert_eq!(echoed.len(), 51, "none beyond the last: {answer}");
    for (nth, echoed) in echoed.iter().take(50).enumerate() {
        assert!(
            echoed.starts_with(&format!("{nth} of x")),
            "{nth}: {echoed}"
        );
    }
}

#[tokio::test]
async fn http_1_0_gets_no_chunks_and_keeps_a_connection_only_when_asked() {
    let server = Server::start().await;
    let get = |path: &str, headers: &str| format!("GET {path} HTTP/1.0\r\n{headers}\r\n");
    let answer = server.answer(get("/stream", "")).await;
    assert!(answer.starts_with("HTTP/1.0 200"), "{answer}");
    assert!(!answer.contains("transfer-encoding"), "{answer}");
    assert!(answer.ends_with("\r\n\r\none two"), "{answer}");

    let two = format!("{}{}", get("/a", ""), get("/b", ""));
    let answer = server.answer(two).await;
    assert_eq!(statuses(&answer), ["200"], "it was not asked to: {answer}");

    let keep = "connection: keep-alive\r\n";
    let two = format!("{}{}", get("/a", keep), get("/b", ""));
    let answer = server.answer(two).await;
    assert_eq!(statuses(&answer), ["200", "200"], "{answer}");
    assert!(answer.contains("connection: keep-alive"), "{answer}");

    let streamed = format!("{}{}", get("/stream", keep), get("/b", ""));
    let answer = server.answer(streamed).await;
    assert!(
        answer.ends_with("one two"),
        "only its end tells the end of a stream: {answer}"
    );
}

/// A head that comes a byte at a time.
#[tokio::test(start_paused = true)]
async fn a_head_that_drips_is_not_waited_for() {
    let server = Server::start().await;
    let stream = TcpStream::connect(server.address).await.unwrap();
    let (mut reads, mut writes) = stream.into_split();
    let begun = tokio::time::Instant::now();
    let dripping = tokio::spawn(async move {
        for byte in "GET / HTTP/1.1\r\nhost: x\r\na: "
            .bytes()
            .chain(std::iter::repeat(b'b'))
        {
            if writes.write_all(&[byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(Duration::from_secs(7)).await;
        }
    });
    let _ = reads.read_to_end(&mut Vec::new()).await;
    let waited = begun.elapsed().as_secs();
    assert!((70..90).contains(&waited), "it was closed after {waited} s");
    dripping.abort();
    assert_eq!(server.handled(), [""; 0]);
}
