//! What SIGTERM leads to.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const LONG: Duration = Duration::from_secs(20);

struct Process {
    child: Child,
    stdout: BufReader<ChildStdout>,
    address: SocketAddr,
}

impl Process {
    fn start(variables: &[(&str, &str)]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let mut child = Command::new(example())
            .env("PORT", address.port().to_string())
            .env("POLYFN_BIND", "127.0.0.1")
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            stdout,
            address,
        }
    }

    /// The answer's first line, once somebody listens.
    fn get(address: SocketAddr, path: &str) -> String {
        let begun = Instant::now();
        loop {
            match get(address, path) {
                Ok(line) => return line,
                Err(error) => assert!(begun.elapsed() < LONG, "{error}"),
            }
            thread::sleep(Duration::from_millis(5));
        }
    }

    fn next_line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line
    }

    fn terminate(&self) {
        let pid = Pid::from_raw(self.child.id().try_into().unwrap());
        kill(pid, Signal::SIGTERM).unwrap();
    }

    /// How it ended, and what else it had written.
    fn end(mut self) -> (ExitStatus, String) {
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < LONG, "it was to end");
            thread::sleep(Duration::from_millis(10));
        };
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        (status, rest)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The answer's first line.
fn get(address: SocketAddr, path: &str) -> io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(LONG))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer.lines().next().unwrap_or_default().to_owned())
}

/// Cargo builds the examples of a package before its tests run, beside their folder.
fn example() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(|deps| deps.parent()).unwrap();
    profile.join("examples").join("goodbye")
}

#[test]
fn what_is_in_flight_is_answered_then_the_app_ends() {
    let mut process = Process::start(&[("SLOW_MS", "500")]);
    let address = process.address;
    assert_eq!(Process::get(address, "/_polyfn/health"), "HTTP/1.1 200 OK");
    let asking = thread::spawn(move || Process::get(address, "/"));
    assert_eq!(process.next_line(), "asked\n");
    process.terminate();
    assert_eq!(asking.join().unwrap(), "HTTP/1.1 200 OK");
    let (status, rest) = process.end();
    assert!(status.success(), "{status}");
    assert_eq!(rest, "answered\ngoodbye\n");
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let mut process = Process::start(&[("SLOW_MS", "60000")]);
    let address = process.address;
    assert_eq!(Process::get(address, "/_polyfn/health"), "HTTP/1.1 200 OK");
    let asking = thread::spawn(move || get(address, "/"));
    assert_eq!(process.next_line(), "asked\n");
    process.terminate();
    // Two that come at once are one: the first has to be heard.
    let is_well = || get(address, "/_polyfn/health").is_ok_and(|line| line.ends_with("200 OK"));
    while is_well() {
        thread::sleep(Duration::from_millis(5));
    }
    process.terminate();
    let (status, rest) = process.end();
    assert!(status.success(), "{status}");
    assert_eq!(rest, "", "nobody waited for the app");
    let answer = asking.join().unwrap().unwrap_or_default();
    assert_eq!(answer, "", "the connection was cut off");
}

#[test]
fn an_app_that_never_was_has_no_end() {
    let mut process = Process::start(&[("START_HANGS", "1")]);
    assert_eq!(process.next_line(), "starting\n");
    process.terminate();
    let (status, rest) = process.end();
    assert!(status.success(), "{status}");
    assert_eq!(rest, "");
}

#[test]
fn a_function_that_takes_too_long_is_504() {
    let process = Process::start(&[("CLOUD_RUN_TIMEOUT_SECONDS", "1"), ("SLOW_MS", "60000")]);
    let answer = Process::get(process.address, "/");
    assert_eq!(answer, "HTTP/1.1 504 Gateway Timeout");
}
