//! The life of a server's process, on each target that is compiled in: what it says, how it
//! ends, and that SIGTERM loses nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// The variables that would tell the process where it is, were the tests run on a platform.
const PLATFORMS: [&str; 6] = [
    "AWS_LAMBDA_RUNTIME_API",
    "FUNCTIONS_CUSTOMHANDLER_PORT",
    "FUNCTIONS_APP_ROOT_PATH",
    "FUNCTION_TARGET",
    "K_SERVICE",
    "POLYFN_FUNCTION",
];

fn probe(target: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polyfn-probe"));
    for name in PLATFORMS {
        command.env_remove(name);
    }
    command
        .env("POLYFN_TARGET", target)
        .env("POLYFN_BIND", "127.0.0.1")
        .env("RUST_LOG", "warn")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// The servers among the targets, with the variable that gives them their port.
const SERVERS: &[(&str, &str)] = &[
    #[cfg(feature = "local")]
    ("local", "PORT"),
    #[cfg(feature = "gcp")]
    ("gcp", "PORT"),
    #[cfg(feature = "azure")]
    ("azure", "FUNCTIONS_CUSTOMHANDLER_PORT"),
];

/// A process that serves. Dropping it kills it.
struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(target: &str, port_variable: &str) -> Self {
        let address = free_address();
        let child = probe(target)
            .env(port_variable, address.port().to_string())
            .spawn()
            .unwrap();
        let server = Self { child, address };
        let started = Instant::now();
        while TcpStream::connect(address).is_err() {
            assert!(
                started.elapsed() < Duration::from_secs(10),
                "{target} does not listen"
            );
            thread::sleep(Duration::from_millis(10));
        }
        server
    }

    fn terminate(&self) {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    fn end(&mut self) -> ExitStatus {
        let terminated = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(
                terminated.elapsed() < Duration::from_secs(10),
                "it does not end"
            );
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
}

/// The answer's status line, or nothing where there was no answer.
fn get(address: SocketAddr, target: &str) -> String {
    let exchange = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_read_timeout(Some(Duration::from_secs(10)))?;
        // The ids are for Azure's handler, which takes a request without one for a probe.
        write!(
            stream,
            "GET {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
             x-azure-functions-invocationid: 1\r\n\r\n"
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer.lines().next().unwrap_or_default().to_owned())
    };
    exchange().unwrap_or_default()
}

#[test]
fn sigterm_loses_no_request_and_the_exit_is_clean() {
    for (target, port_variable) in SERVERS {
        if *target == "azure" {
            // Without a host.json the mode is invocation, which has no GET.
            continue;
        }
        let mut server = Server::start(target, port_variable);
        let address = server.address;
        let requests: Vec<_> = (0..50)
            .map(|_| thread::spawn(move || get(address, "/sleep?ms=600")))
            .collect();
        // All of them are on their way when the signal comes.
        thread::sleep(Duration::from_millis(300));
        server.terminate();
        thread::sleep(Duration::from_millis(100));
        assert_eq!(
            get(address, "/sleep?ms=0"),
            "",
            "{target} takes no new connections"
        );
        for request in requests {
            assert_eq!(
                request.join().unwrap(),
                "HTTP/1.1 200 OK",
                "{target} answers all"
            );
        }
        assert!(server.end().success(), "{target} exits with 0");
    }
}

#[test]
fn sigterm_ends_an_idle_connection() {
    for (target, port_variable) in SERVERS {
        let mut server = Server::start(target, port_variable);
        let mut idle = TcpStream::connect(server.address).unwrap();
        idle.set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        thread::sleep(Duration::from_millis(100));
        server.terminate();
        assert_eq!(idle.read(&mut [0]).unwrap(), 0, "{target} closes it");
        assert!(server.end().success(), "{target} exits with 0");
    }
}

/// What a process says that ends by itself at once.
fn ends(command: &mut Command) -> Output {
    let mut child = command.spawn().unwrap();
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if started.elapsed() > Duration::from_secs(10) {
            let _ = child.kill();
            panic!("{command:?} was to end by itself");
        }
        thread::sleep(Duration::from_millis(10));
    }
    child.wait_with_output().unwrap()
}

#[test]
fn a_port_that_is_taken_is_said() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    for (target, port_variable) in SERVERS {
        let output = ends(probe(target).env(port_variable, address.port().to_string()));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{target}: {said}");
        assert!(said.contains(&address.to_string()), "{target}: {said}");
    }
}

#[test]
fn a_variable_that_means_nothing_is_said() {
    for (name, value) in [
        ("POLYFN_TARGET", "azur"),
        ("POLYFN_FUNCTION", "ecko"),
        ("POLYFN_BODY_LIMIT", "much"),
        ("POLYFN_BIND", "here"),
        ("PORT", "http"),
    ] {
        if SERVERS.iter().all(|(target, _)| *target != "local") {
            println!("skipped: the target local is not compiled in");
            return;
        }
        let output = ends(probe("local").env("PORT", "0").env(name, value));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{name}={value}: {said}");
        assert!(
            said.contains(&format!("{name}={value}")),
            "{name}={value}: {said}"
        );
    }
}

#[cfg(feature = "local")]
#[test]
fn the_start_line_tells_what_is_served_where() {
    let mut child = probe("local").env("PORT", "0").spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let lines: Vec<_> = lines.map_while(Result::ok).take(7).collect();
    let _ = child.kill();
    let _ = child.wait();
    assert!(lines[0].contains("http://127.0.0.1:"), "{lines:?}");
    assert!(
        lines.iter().any(|line| line.ends_with("ANY /echo/{*rest}")),
        "{lines:?}"
    );
    assert!(
        lines.iter().any(|line| line.ends_with("GET /only/get")),
        "{lines:?}"
    );
}
