//! What the Functions host sees while the app starts.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const HOST_JSON: &str = r#"{"customHandler":{"enableProxyingHttpRequest":true}}"#;

struct Handler {
    child: Child,
    address: SocketAddr,
    _app_root: tempfile::TempDir,
}

impl Handler {
    fn start(variables: &[(&str, &str)]) -> Self {
        let app_root = tempfile::tempdir().unwrap();
        std::fs::write(app_root.path().join("host.json"), HOST_JSON).unwrap();
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let child = Command::new(example())
            .env("FUNCTIONS_CUSTOMHANDLER_PORT", address.port().to_string())
            .env("FUNCTIONS_APP_ROOT_PATH", app_root.path())
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Self {
            child,
            address,
            _app_root: app_root,
        }
    }

    /// The answer to `GET /`, once somebody listens.
    fn get(&self, headers: &str) -> String {
        let started = Instant::now();
        let mut stream = loop {
            match TcpStream::connect(self.address) {
                Ok(stream) => break stream,
                Err(error) => assert!(started.elapsed() < Duration::from_secs(10), "{error}"),
            }
            thread::sleep(Duration::from_millis(5));
        };
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        write!(
            stream,
            "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }
}

impl Handler {
    fn terminate(&self) {
        let pid = Pid::from_raw(self.child.id().try_into().unwrap());
        kill(pid, Signal::SIGTERM).unwrap();
    }

    fn end(&mut self) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < Duration::from_secs(10), "it was to end");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Handler {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Cargo builds the examples of a package before its tests run, beside their folder.
fn example() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    profile.join("examples").join("slow_start")
}

#[test]
fn the_probe_is_answered_at_once_and_requests_wait_for_the_app() {
    let handler = Handler::start(&[("SLOW_START_MS", "1500")]);
    let started = Instant::now();
    let probed = handler.get("");
    assert!(probed.starts_with("HTTP/1.1 200"), "the probe: {probed}");
    assert!(
        started.elapsed() < Duration::from_millis(1200),
        "it was answered before the app had started, after {:?}",
        started.elapsed()
    );
    let answered = handler.get("x-ms-invocation-id: 1\r\n");
    assert!(
        answered.ends_with("started"),
        "a request waits for the app: {answered}"
    );
    assert!(
        started.elapsed() >= Duration::from_millis(1400),
        "it did wait"
    );
    assert!(
        handler.get("").starts_with("HTTP/1.1 200"),
        "the host probes later as well"
    );
}

#[test]
fn an_app_that_does_not_start_ends_the_process_with_an_error() {
    let mut handler = Handler::start(&[("SLOW_START_FAILS", "1")]);
    let status = handler.end();
    let mut said = String::new();
    handler
        .child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    // Exit code 0 would tell the host never to start the worker again.
    assert!(!status.success(), "{status}: {said}");
    assert!(said.contains("the database is not there"), "{said}");
}

#[cfg(unix)]
#[test]
fn sigterm_ends_the_app_after_what_is_in_flight() {
    let mut handler = Handler::start(&[("SLOW_HANDLER_MS", "300")]);
    let mut said = BufReader::new(handler.child.stdout.take().unwrap());
    let answer = thread::scope(|scope| {
        let asking = scope.spawn(|| handler.get("x-ms-invocation-id: 1\r\n"));
        said.read_line(&mut String::new()).unwrap();
        handler.terminate();
        asking.join().unwrap()
    });
    assert!(answer.ends_with("started"), "{answer}");
    assert!(handler.end().success(), "it was asked to end");
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "answered\ngoodbye\n");
}

#[cfg(unix)]
#[test]
fn sigterm_ends_a_start_and_answers_those_that_wait_for_it() {
    let mut handler = Handler::start(&[("SLOW_START_HANGS", "1")]);
    assert!(handler.get("").starts_with("HTTP/1.1 200"), "it listens");
    let mut waiting = TcpStream::connect(handler.address).unwrap();
    waiting
        .set_read_timeout(Some(Duration::from_secs(10)))
        .unwrap();
    waiting
        .write_all(b"GET /x HTTP/1.1\r\nhost: x\r\nx-ms-invocation-id: 1\r\n\r\n")
        .unwrap();
    thread::sleep(Duration::from_millis(100));
    handler.terminate();
    let terminated = Instant::now();
    let mut answer = String::new();
    waiting.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    assert!(handler.end().success(), "it was asked to end");
    assert!(
        terminated.elapsed() < Duration::from_secs(3),
        "nothing is left to drain"
    );
    let mut said = String::new();
    let mut stdout = handler.child.stdout.take().unwrap();
    stdout.read_to_string(&mut said).unwrap();
    assert_eq!(said, "", "an app that never was has no end");
}
