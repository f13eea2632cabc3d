//! The program `polyfn-hosts`, by hand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test's own functions fail by panicking, as it does"
)]

#[allow(
    dead_code,
    reason = "the client that the fronts' tests need is in there as well"
)]
mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};

use support::example;

fn deliver(source: &str, file: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_polyfn-hosts"))
        .args(["aws", "--source", source, "--event"])
        .arg(file)
        .arg(example("lambda_worker"))
        .output()
        .unwrap()
}

#[test]
fn it_delivers_a_file_and_prints_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.json");
    let message = json!({"kind": "message", "channel": "orders", "body": {"text": "hi"}});
    let done = json!({"attempts": 1, "fate": "done"});
    for (happened, items) in [
        (message.clone(), vec![done.clone()]),
        (json!([message, message]), vec![done.clone(), done]),
    ] {
        std::fs::write(&file, happened.to_string()).unwrap();
        let output = deliver("sqs", &file);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{stderr}");
        assert!(stderr.contains("started"), "the function's log: {stderr}");
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(
            report,
            json!({"items": items, "invocations": 1, "failures": [], "returned": null}),
        );
    }
}

#[test]
fn it_says_what_is_wrong_with_the_file_or_the_source() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.json");
    for (written, source, expected) in [
        ("{", "sqs", "events.json"),
        (r#"{"kind": "earthquake"}"#, "sqs", "earthquake"),
        (r#"{"kind": "schedule"}"#, "sqs", "sqs cannot carry"),
        (r#"{"kind": "schedule"}"#, "mq", "s3-sns-sqs"),
    ] {
        std::fs::write(&file, written).unwrap();
        let output = deliver(source, &file);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{written} {source}");
        assert!(stderr.contains(expected), "{written} {source}: {stderr}");
    }
}

/// Starts the program, sends it a request, ends it by a signal, and returns the answer and what it
/// printed to standard error.
fn served(arguments: &[&str], worker: &str, target: &str, signal: Signal) -> (String, String) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_polyfn-hosts"))
        .args(arguments)
        .arg(example(worker))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut url = String::new();
    let mut stdout = BufReader::new(program.stdout.take().unwrap());
    stdout.read_line(&mut url).unwrap();
    let address = url.trim().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).unwrap_or_else(|error| {
        let mut said = String::new();
        let mut stderr = program.stderr.take().unwrap();
        stderr.read_to_string(&mut said).unwrap();
        panic!("{error} {url:?} {said}")
    });
    write!(
        stream,
        "GET {target} HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = Vec::new();
    // A stream that is cut off may end in a reset.
    let _ = stream.read_to_end(&mut answer);
    let id = i32::try_from(program.id()).unwrap();
    kill(Pid::from_raw(id), signal).unwrap();
    let output = program.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{arguments:?}: {stderr}");
    (String::from_utf8(answer).unwrap(), stderr)
}

#[test]
fn it_streams_and_says_how_the_binary_ended() {
    let arguments = [
        "aws",
        "--front",
        "function-url",
        "--invoke-mode",
        "response_stream",
    ];
    let (answer, said) = served(&arguments, "lambda_life", "/plain", Signal::SIGTERM);
    assert!(answer.contains("transfer-encoding: chunked"), "{answer}");
    assert!(answer.contains("as it is"), "{answer}");
    assert!(
        said.contains("ended with") && said.contains(", killed"),
        "{said}"
    );
}

#[test]
fn its_time_limits_are_the_platforms() {
    for (platform, worker, target, status) in [
        (["aws", "--timeout", "1"], "lambda_life", "/hang", "500"),
        (["gcp", "--timeout", "1"], "http_worker", "/sleep", "504"),
        (["azure", "--timeout", "1"], "http_worker", "/sleep", "500"),
    ] {
        let (answer, _) = served(&platform, worker, target, Signal::SIGINT);
        let head = format!("HTTP/1.1 {status}");
        assert!(answer.starts_with(&head), "{platform:?}: {answer}");
    }
}

#[test]
fn its_concurrency_is_the_platforms() {
    let arguments = ["aws", "--concurrency", "3", "--front", "function-url"];
    let (answer, _) = served(&arguments, "lambda_life", "/context", Signal::SIGINT);
    assert!(
        answer.contains(r#""AWS_LAMBDA_MAX_CONCURRENCY":"3""#),
        "{answer}"
    );
    let output = Command::new(env!("CARGO_BIN_EXE_polyfn-hosts"))
        .args(["gcp", "--concurrency", "0", "nothing"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        !output.status.success() && said.contains("--concurrency"),
        "{said}"
    );
}
