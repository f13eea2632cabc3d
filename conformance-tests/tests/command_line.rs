//! The program as a person calls it; no function is built or run.

use std::process::{Command, Output};

fn conformance(arguments: &[&str]) -> std::io::Result<Output> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_polyfn-conformance"));
    command.args(arguments).output()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn cases_are_listed() {
    let output = conformance(&["--list", "--case", "cookies/*"]).unwrap();
    assert!(output.status.success());
    let listed = text(&output.stdout);
    assert!(listed.lines().count() > 5, "{listed}");
    assert!(
        listed.lines().all(|line| line.starts_with("cookies/")),
        "{listed}"
    );
}

#[test]
fn cases_of_events_are_listed_beside_those_of_requests() {
    let output = conformance(&["--list"]).unwrap();
    let listed = text(&output.stdout);
    let has = |id: &str| {
        listed
            .lines()
            .any(|line| line.starts_with(&format!("{id} ")))
    };
    assert!(has("methods/get") && has("messages/json"), "{listed}");
}

#[test]
fn an_id_names_one_case_of_one_kind() {
    let output = conformance(&["--list"]).unwrap();
    let listed = text(&output.stdout);
    let ids = listed.lines().filter_map(|line| line.split(' ').next());
    let mut ids: Vec<_> = ids.collect();
    ids.sort_unstable();
    let twice: Vec<_> = ids.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "{twice:?}");
    assert!(ids.contains(&"drain/in-flight"), "{listed}");
}

#[test]
fn an_event_that_fails_is_in_the_table_the_reports_and_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (json, junit, markdown) = (file("c.json"), file("c.xml"), file("c.md"));
    let output = conformance(&[
        "--target",
        "local/bare",
        "--binary",
        "local=/bin/true",
        "--case",
        "messages/json",
        "--case",
        "batches/fifo-group",
        "--json",
        &json,
        "--junit",
        &junit,
        "--markdown",
        &markdown,
    ])
    .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let table = text(&output.stdout);
    assert!(
        table.contains("✗ messages/json on local/bare: A message of JSON"),
        "{table}"
    );
    let last = table.lines().last();
    assert!(
        last.is_some_and(|line| line.ends_with(" failed, 0 skipped")),
        "{table}"
    );
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    let cases = report["cases"].as_array().unwrap();
    let case = |id: &str| cases.iter().find(|case| case["id"] == id).unwrap();
    assert_eq!(case("messages/json")["results"]["local"]["status"], "fail");
    let untried = &case("batches/fifo-group")["results"]["local"];
    assert_eq!(untried["status"], "excluded");
    assert!(
        untried["reason"]
            .as_str()
            .unwrap()
            .starts_with("Only there"),
        "{untried}"
    );
    assert!(
        std::fs::read_to_string(junit)
            .unwrap()
            .contains("local events")
    );
    let page = std::fs::read_to_string(markdown).unwrap();
    assert!(page.starts_with("| area of events | local |"), "{page}");
}

#[test]
fn a_failure_is_in_the_table_the_reports_and_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (json, junit, markdown) = (file("c.json"), file("c.xml"), file("c.md"));
    let output = conformance(&[
        "--target",
        "local",
        "--binary",
        "local=/bin/true",
        "--case",
        "methods/get",
        "--json",
        &json,
        "--junit",
        &junit,
        "--markdown",
        &markdown,
    ])
    .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let table = text(&output.stdout);
    assert!(table.contains("✗ methods/get on local: GET"), "{table}");
    assert_eq!(
        table.lines().last(),
        Some("0 passed, 1 failed, 0 skipped"),
        "{table}"
    );
    let report: serde_json::Value = serde_json::from_slice(&std::fs::read(json).unwrap()).unwrap();
    assert_eq!(report["cases"][0]["results"]["local"]["status"], "fail");
    assert!(std::fs::read_to_string(junit).unwrap().contains("<failure"));
    assert!(
        std::fs::read_to_string(markdown)
            .unwrap()
            .contains("| GET | ✗ |")
    );
}

#[test]
fn a_mistake_is_told_and_is_no_failed_case() {
    let output = conformance(&["--case", "no such case"]).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--list"));
    let output = conformance(&["--target", "oracle"]).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("aws/rest-api"));
}
