//! The life of a server's process, on each target that is compiled in: what it says, how it
//! ends, and that SIGTERM loses nothing.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
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
            // Nobody reads along, and a full pipe would stop the process.
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self { child, address };
        server.wait_until_it_listens();
        server
    }

    fn wait_until_it_listens(&self) {
        let started = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            assert!(
                started.elapsed() < Duration::from_secs(10),
                "it does not listen"
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn terminate(&self) {
        self.signal(Signal::SIGTERM);
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.child.id().try_into().unwrap());
        kill(pid, signal).unwrap();
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
            .map(|_| thread::spawn(move || get(address, "/sleep?ms=1500")))
            .collect();
        // All of them are on their way when the signal comes.
        thread::sleep(Duration::from_millis(300));
        server.terminate();
        // Longer than any server's lame-duck time, shorter than the requests.
        thread::sleep(Duration::from_millis(800));
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

/// What became of a client that went on until the server was gone.
#[derive(Debug, Default)]
struct Tally {
    answered: usize,
    /// Requests on connections that had been accepted before, and were cut off unanswered.
    cut_off: usize,
    /// Connections that were cut off before their first answer.
    unheard: usize,
}

/// One request after another until a connection is refused; each connection is kept for as
/// long as the server does not ask to close it, and for no more than `requests`.
fn keep_asking(address: SocketAddr, requests: usize) -> Tally {
    let mut tally = Tally::default();
    loop {
        let Ok(stream) = TcpStream::connect(address) else {
            return tally;
        };
        stream
            .set_read_timeout(Some(Duration::from_secs(10)))
            .unwrap();
        for nth in 0..requests {
            match ask(&stream) {
                Ok(answer) => {
                    tally.answered += 1;
                    if answer.contains("connection: close") {
                        break;
                    }
                }
                Err(_) if nth == 0 => {
                    tally.unheard += 1;
                    break;
                }
                Err(_) => {
                    tally.cut_off += 1;
                    break;
                }
            }
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// One request on the connection, and the head of its answer.
fn ask(mut stream: &TcpStream) -> std::io::Result<String> {
    // The id makes it a call of the host's to Azure's handler, which refuses the form of it.
    stream.write_all(
        b"GET /sleep?ms=0 HTTP/1.1\r\nhost: x\r\nx-azure-functions-invocationid: 1\r\n\r\n",
    )?;
    let mut answer = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if answer.read_line(&mut head)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    let head = head.to_ascii_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap();
    answer.read_exact(&mut vec![0; length.parse().unwrap()])?;
    Ok(head)
}

#[test]
fn sigterm_under_churn_loses_no_request() {
    for (target, port_variable) in SERVERS {
        let mut server = Server::start(target, port_variable);
        let address = server.address;
        let clients: Vec<_> = (0..8)
            .map(|nth| {
                // Half of them open a connection for each request.
                let requests = if nth % 2 == 0 { 1 } else { usize::MAX };
                thread::spawn(move || keep_asking(address, requests))
            })
            .collect();
        thread::sleep(Duration::from_millis(300));
        server.terminate();
        let tallies: Vec<_> = clients.into_iter().map(|c| c.join().unwrap()).collect();
        assert!(server.end().success(), "{target} exits with 0");
        let sum = |count: fn(&Tally) -> usize| tallies.iter().map(count).sum::<usize>();
        assert!(sum(|tally| tally.answered) > 100, "{target}: {tallies:?}");
        assert_eq!(sum(|tally| tally.cut_off), 0, "{target}: {tallies:?}");
        // The system completes handshakes by itself: one may fall between the last look into
        // the backlog and the closing of the socket.
        assert!(sum(|tally| tally.unheard) <= 1, "{target}: {tallies:?}");
    }
}

#[test]
fn sigterm_loses_no_connection_of_the_backlog() {
    for (target, port_variable) in SERVERS {
        let mut server = Server::start(target, port_variable);
        // A stopped process accepts nothing: these wait in the backlog, requests and all.
        server.signal(Signal::SIGSTOP);
        let streams: Vec<_> = (0..50)
            .map(|_| {
                let mut stream = TcpStream::connect(server.address).unwrap();
                stream
                    .set_read_timeout(Some(Duration::from_secs(10)))
                    .unwrap();
                stream
                    .write_all(
                        b"GET /sleep?ms=0 HTTP/1.1\r\nhost: x\r\n\
                          x-azure-functions-invocationid: 1\r\n\r\n",
                    )
                    .unwrap();
                stream
            })
            .collect();
        server.terminate();
        server.signal(Signal::SIGCONT);
        for mut stream in streams {
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            assert!(answer.starts_with("HTTP/1.1 "), "{target}: {answer:?}");
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
        let log = String::from_utf8_lossy(&output.stdout);
        let is_logged = log.contains("the process gives up") && log.contains("ERROR");
        assert_eq!(is_logged, *target != "local", "{target}'s form: {log}");
    }
}

#[test]
fn a_variable_that_means_nothing_is_said() {
    for (name, value) in [
        ("POLYFN_TARGET", "azur"),
        ("POLYFN_FUNCTION", "ecko"),
        ("POLYFN_BODY_LIMIT", "much"),
        ("POLYFN_LOG", "xml"),
        ("POLYFN_BIND", "here"),
        ("POLYFN_CONCURRENCY", "0"),
        ("POLYFN_CONCURRENCY", "many"),
        ("POLYFN_HEALTH", "yes"),
        ("POLYFN_TIMEOUT", "0"),
        ("POLYFN_TIMEOUT", "1s"),
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
fn a_level_that_means_nothing_is_said_and_left_out() {
    // The port ends the process.
    let output = ends(probe("local").env("PORT", "http").env("RUST_LOG", "wran"));
    let log = String::from_utf8_lossy(&output.stdout);
    assert!(log.contains("WARN") && log.contains("`wran`"), "{log}");
}

#[test]
fn a_port_that_is_not_set_is_said_to_be_so() {
    if SERVERS.iter().any(|(target, _)| *target == "azure") {
        let output = ends(&mut probe("azure"));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{said}");
        assert!(
            said.contains("FUNCTIONS_CUSTOMHANDLER_PORT is not set"),
            "{said}"
        );
    }
}

#[cfg(feature = "local")]
#[test]
fn a_closed_pipe_is_no_reason_not_to_serve() {
    let address = free_address();
    let mut child = probe("local")
        .env("PORT", address.port().to_string())
        .env("RUST_LOG", "trace")
        .spawn()
        .unwrap();
    // Nobody will ever read what it says.
    drop(child.stdout.take());
    let mut server = Server { child, address };
    server.wait_until_it_listens();
    assert_eq!(get(address, "/sleep?ms=0"), "HTTP/1.1 200 OK");
    server.terminate();
    assert!(server.end().success());
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
