//! The program `polyfn-hosts`, delivering events by hand.

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

use std::path::Path;
use std::process::{Command, Output};

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
