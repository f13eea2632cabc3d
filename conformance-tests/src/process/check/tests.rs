use super::*;
use crate::process::ProcessSuite;

const LINE: &str = concat!(
    r#"{"severity":"ERROR","message":"invocation failed: no","cold_start":true,"usd":"0.5","#,
    r#""logging.googleapis.com/labels":{"execution_id":"7","function":"f"},"#,
    r#""error":"no","error_causes":["a","b"]}"#,
);

/// What is wrong with what was seen on Google's, in a case that expects `expected`.
fn wrong(expected: &str, seen: &Seen) -> Vec<String> {
    let text = format!("[[case]]\nid = 'a'\ntitle = 'A'\nstep = [{{ gate = 'open' }}]\n{expected}");
    let suite = ProcessSuite::from_files([("x", text.as_str())]).unwrap();
    let found = check(&suite.cases()[0], seen, ProcessColumn::Gcp);
    found.iter().map(ToString::to_string).collect()
}

fn logged(stdout: &str) -> Seen {
    Seen {
        stdout: stdout.to_owned(),
        told_ids: BTreeSet::from(["7".to_owned()]),
        ..Seen::default()
    }
}

#[test]
fn each_part_of_a_line_can_hold_and_fail() {
    for (holds, fails) in [
        ("says = 'failed'", "says = 'ready'"),
        ("level = 'error'", "level = 'warn'"),
        ("function = 'f'", "function = 'g'"),
        ("invocation = 'told'", "invocation = 'none'"),
        ("cold_start = true", "cold_start = false"),
        ("error = 'no'", "error = 'yes'"),
        ("causes = ['a', 'b']", "causes = ['b', 'a']"),
        ("at_least = { usd = 0.5 }", "at_least = { usd = 0.6 }"),
        ("at_most = { usd = 0.5 }", "at_most = { other = 1 }"),
        ("times = 1", "times = 0"),
        ("on = ['aws'], says = 'x'", "trace_id = '0'"),
    ] {
        let found = wrong(&format!("log = [{{ {holds} }}]"), &logged(LINE));
        assert!(found.is_empty(), "{holds}: {found:?}");
        let found = wrong(&format!("log = [{{ {fails} }}]"), &logged(LINE));
        assert_eq!(found.len(), 1, "{fails}: {found:?}");
    }
}

#[test]
fn an_invocation_that_nobody_was_told_of_is_another_one() {
    let seen = Seen {
        told_ids: BTreeSet::new(),
        ..logged(LINE)
    };
    let found = wrong("log = [{ invocation = 'told' }]", &seen);
    assert!(found[0].contains("another invocation in"), "{found:?}");
}

#[test]
fn a_line_that_is_no_json_is_found() {
    let seen = logged(&format!("{LINE}\npanicked at\n"));
    let found = wrong("", &seen);
    assert!(found[0].ends_with("came panicked at"), "{found:?}");
    assert!(wrong("env = { POLYFN_LOG = 'text' }", &seen).is_empty());
}

#[test]
fn what_is_written_and_what_is_never_logged() {
    let seen = Seen {
        written: vec!["warmed".to_owned(), r#"{"function":"f"}"#.to_owned()],
        ..logged(LINE)
    };
    assert!(wrong("written = ['warmed']", &seen).is_empty());
    assert_eq!(wrong("written = []", &seen).len(), 1);
    assert_eq!(wrong("never_logged = ['usd']", &seen).len(), 1);
}
