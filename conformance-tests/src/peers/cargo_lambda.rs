//! cargo-lambda's Runtime API: what most Rust developers run their functions under.
//!
//! Its deadline is not a time since 1970 but `600000`, which is ten minutes after it: a function
//! that took it at its word would never answer.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::Target;
use crate::http::{self, Request, Response};
use crate::peers::lambda_event::{Answer, expect_part, http_api, same};
use crate::peers::peer_run::{Peer, PeerRun, Stop};
use crate::peers::process::{Process, command, free_port};
use crate::peers::workbench::Workbench;

pub(super) const PEER: Peer = Peer {
    name: "cargo-lambda's Runtime API",
    package: "cargo-lambda",
    version: "1.9.2",
};

const INVOKE: &str = "/2015-03-31/functions/_/invocations";

const TIMEOUT: Duration = Duration::from_secs(30);

/// It reads a package's manifest though it is told to build and run nothing.
const MANIFEST: &str = "[package]\nname = \"function\"\n[workspace]\n[[bin]]\nname = \"function\"\npath = \"main.rs\"\n";

pub(super) async fn check(workbench: &Workbench<'_>, run: &mut PeerRun) -> Result<(), Stop> {
    let cache = workbench.cache().await?;
    let package = format!("{}=={}", PEER.package, PEER.version);
    let folder = cache.pip(&[&package]).await?;
    let program = folder.join("bin/cargo-lambda");
    let hello = workbench.function("hello", Target::Aws).await?;
    let api = RuntimeApi::start(&program, &hello).await?;
    check_hello(&api, run).await;
    run.output = api.stop().await;
    let probe = workbench.function("polyfn-probe", Target::Aws).await?;
    let api = RuntimeApi::start(&program, &probe).await?;
    check_probe(&api, run).await;
    run.output.push_str(&api.stop().await);
    Ok(())
}

async fn check_hello(api: &RuntimeApi, run: &mut PeerRun) {
    run.record("hello: an HTTP API event", invoked(api).await);
    run.record("hello: an event of no known shape", unknown(api).await);
    for target in ["/hello?name=Ada", "/lambda-url/_/hello?name=Ada"] {
        let outcome = api
            .expect("GET", target, b"", 200)
            .await
            .and_then(|answer| {
                let expected = json!({"message": "Hello, Ada!"});
                expect_part("body", &expected, &body(&answer))
            });
        run.record(format!("hello: function URL, GET {target}"), outcome);
    }
    let outcome = api.expect("GET", "/nowhere", b"", 404).await;
    run.record(
        "hello: function URL, a path that is not there",
        outcome.map(drop),
    );
}

async fn invoked(api: &RuntimeApi) -> Result<(), String> {
    let event = http_api("GET", "/hello", "name=Ada", None).to_string();
    let response = api.expect("POST", INVOKE, event.as_bytes(), 200).await?;
    Answer::read(&response.body)?.expect(200, &json!({"message": "Hello, Ada!"}))
}

async fn unknown(api: &RuntimeApi) -> Result<(), String> {
    let response = api
        .expect("POST", INVOKE, br#"{"colour":"green"}"#, 500)
        .await?;
    let expected = json!({"errorType": "polyfn.UnknownEvent"});
    expect_part("the error", &expected, &body(&response))
}

async fn check_probe(api: &RuntimeApi, run: &mut PeerRun) {
    let notes = vec![format!("known difference: seen path {SEEN:?}: {WHY_SEEN}")];
    let title = "probe: function URL, what arrived";
    run.record_with_notes(title, echo(api).await, notes);
    run.record(
        "probe: function URL, two cookies in an answer",
        cookies(api).await,
    );
    let outcome = api.expect("GET", "/sleep?ms=900", b"", 200).await;
    run.record(
        "probe: a deadline in 1970 cancels nothing",
        outcome.map(drop),
    );
}

/// How a function sees the path `/echo/a%2Fb`.
const SEEN: &str = "/echo/a%252Fb";

const WHY_SEEN: &str = "cargo-lambda passes the path on as it stands, as a function URL does, but \
     names the domain `localhost`; so it is taken for an HTTP API's, which AWS decodes, and a `%` \
     in it for itself";

async fn echo(api: &RuntimeApi) -> Result<(), String> {
    let target = "/echo/a%2Fb?x=1&x=2&flag&y=a+b";
    let response = api.expect("PATCH", target, b"\x00\xff", 200).await?;
    let expected = json!({
        "method": "PATCH",
        "path": SEEN,
        "query": "x=1&x=2&flag&y=a+b",
        "body_base64": "AP8=",
        "context": {"target": "aws", "function": "echo"},
    });
    let echo = body(&response);
    expect_part("the echo", &expected, &echo)?;
    same(
        "the deadline",
        &Value::Null,
        &echo["context"]["deadline_ms"],
    )
}

async fn cookies(api: &RuntimeApi) -> Result<(), String> {
    let cookies = ["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2; Path=/"];
    let headers = cookies.map(|cookie| ("set-cookie", cookie));
    let wish = json!({"status": 201, "headers": headers}).to_string();
    let response = api.expect("POST", "/reply", wish.as_bytes(), 201).await?;
    let expected: Vec<_> = cookies.iter().map(|cookie| cookie.as_bytes()).collect();
    same("set-cookie", &expected, &response.headers.all("set-cookie"))
}

fn body(response: &Response) -> Value {
    serde_json::from_slice(&response.body)
        .unwrap_or_else(|_| String::from_utf8_lossy(&response.body).into())
}

/// The Runtime API with one function.
struct RuntimeApi {
    // In the order in which they are to end.
    function: Process,
    peer: Process,
    address: SocketAddr,
    _package: TempDir,
}

impl RuntimeApi {
    async fn start(program: &Path, function: &Path) -> Result<Self, String> {
        let package = package().map_err(|error| format!("no package can be written: {error}"))?;
        let port = free_port()?;
        let mut peer = command(program);
        peer.args(["lambda", "watch", "--only-lambda-apis", "--offline"])
            .args(["-A", "127.0.0.1", "-P", &port.to_string()])
            .current_dir(package.path());
        let mut peer = Process::spawn(peer)?;
        let address = peer.listening(port).await?;
        let mut function = command(function);
        function
            .env("AWS_LAMBDA_RUNTIME_API", format!("http://{address}/.rt"))
            .env("AWS_LAMBDA_FUNCTION_NAME", "_")
            .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
            .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128");
        Ok(Self {
            function: Process::spawn(function)?,
            peer,
            address,
            _package: package,
        })
    }

    /// The response, if it has that status.
    async fn expect(
        &self,
        method: &str,
        target: &str,
        body: &[u8],
        status: u16,
    ) -> Result<Response, String> {
        let media_type = match body.first() {
            Some(b'{') => "application/json",
            _ => "application/octet-stream",
        };
        let request = Request {
            method: method.into(),
            target: target.into(),
            headers: vec![("content-type".into(), media_type.into())],
            body: (!body.is_empty()).then(|| body.to_vec().into()),
            ..Request::default()
        };
        let exchange = http::send(self.address, &request, TIMEOUT)
            .await
            .map_err(|error| error.to_string())?;
        if exchange.response.status == status {
            return Ok(exchange.response);
        }
        let difference = same("status", &status, &exchange.response.status);
        Err(difference.err().unwrap_or_default() + "\n" + &exchange.transcript())
    }

    async fn stop(self) -> String {
        let function = self.function.stop().await;
        self.peer.stop().await + &function
    }
}

fn package() -> std::io::Result<TempDir> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("Cargo.toml"), MANIFEST)?;
    std::fs::write(folder.path().join("main.rs"), "fn main() {}\n")?;
    Ok(folder)
}
