use std::path::Path;

use super::*;

#[test]
fn the_standard_suite_is_well_formed() {
    let suite = EventSuite::standard().unwrap();
    assert!(suite.cases().len() >= 70, "{} cases", suite.cases().len());
}

#[test]
fn every_file_belongs_to_the_suite() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/events");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        let is_known = EventCase::FILES.iter().any(|(known, _)| *known == name);
        assert!(is_known, "{name} is not in FILES");
    }
}

#[test]
fn no_area_is_one_of_requests_as_well() {
    let requests = crate::Suite::standard().unwrap();
    for case in EventSuite::standard().unwrap().cases() {
        let is_other = requests.cases().iter().all(|other| other.area != case.area);
        assert!(is_other, "{}", case.id);
    }
}

#[test]
fn every_source_of_every_target_is_tried() {
    let suite = EventSuite::standard().unwrap();
    let tried: Vec<_> = suite.cases().iter().flat_map(EventCase::columns).collect();
    for column in EventColumn::all() {
        assert!(tried.contains(&column), "no case is tried on {column}");
    }
}

#[test]
fn standard_exclusions_name_the_vendor() {
    for exclusion in EventSuite::standard().unwrap().exclusions.values() {
        let vendors = [
            "https://docs.aws.amazon.com/",
            "https://docs.rs/",
            "https://cloud.google.com/",
            "https://github.com/",
            "https://learn.microsoft.com/",
        ];
        let link = &exclusion.link;
        assert!(vendors.iter().any(|one| link.starts_with(one)), "{link}");
        assert!(exclusion.reason.len() > 20, "{}", exclusion.name);
    }
}

const CASE: &str = "
    [[case]]
    id = 'a'
    title = 'A'
    deliver = [{ kind = 'message', channel = 'orders', body = { text = '{n}' } }]
    seen = [{ function = 'queue', data = { body = { text = '{n}' } } }]
";

fn problem(text: &str) -> String {
    let suite = EventSuite::from_files([("x", text)]);
    suite.unwrap_err().to_string()
}

#[test]
fn copies_are_numbered() {
    let text = format!("{CASE}copies = 3");
    let suite = EventSuite::from_files([("x", text.as_str())]).unwrap();
    let case = &suite.cases()[0];
    assert_eq!(case.id, "x/a");
    let bodies = case
        .expected
        .seen
        .iter()
        .map(|seen| seen.data["body"]["text"].clone());
    assert_eq!(bodies.collect::<Vec<_>>(), ["0", "1", "2"]);
    assert_eq!(case.expected.fates.len(), 3);
}

#[test]
fn a_case_is_tried_where_all_that_happens_can_be_told() {
    let columns = |text: &str| {
        let suite = EventSuite::from_files([("x", text)]).unwrap();
        let columns = suite.cases()[0].columns();
        columns.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    let all = columns(CASE);
    for name in [
        "local/bare",
        "gcp/pubsub-push",
        "aws/sqs",
        "azure/storage-queue-string",
    ] {
        assert!(all.contains(&name.to_owned()), "{all:?}");
    }
    assert!(!all.contains(&"aws/s3".to_owned()) && !all.contains(&"aws/raw".to_owned()));
    let some = columns(&format!(
        "{CASE}sources = ['aws/sqs*', 'local']\nbecause = 'x'"
    ));
    let expected = [
        "local/cloudevent",
        "local/cloudevents",
        "local/bare",
        "aws/sqs",
        "aws/sqs-fifo",
    ];
    assert_eq!(some, expected);
    let raw =
        columns("[[case]]\nid = 'a'\ntitle = 'A'\nraw = { aws = { payload = { text = '{}' } } }");
    assert_eq!(raw, ["aws/raw"]);
}

#[test]
fn mistakes_name_the_case() {
    let with = |text: &str| format!("{CASE}{text}");
    for (text, told) in [
        (
            "[[case]]\nid = 'a'\ntitle = 'A'".to_owned(),
            "x/a: a case has either `deliver` or `raw`",
        ),
        (with("sean = []"), "x/a: unknown field `sean`"),
        (
            with("sources = ['aws']"),
            "x/a: `sources` or `except` says where",
        ),
        (
            with("sources = ['ibm']\nbecause = 'x'"),
            "\"ibm\" is no column",
        ),
        (
            with("sources = ['aws/s3']\nbecause = 'x'"),
            "x/a: no source tells",
        ),
        (
            with("fates = ['done', 'done']"),
            "x/a: there are 2 fates for 1 items",
        ),
        (
            with("exclude = ['e']"),
            "an exclusion that there is not: `e`",
        ),
        (
            CASE.replace("channel", "chanel"),
            "x/a: deliver: unknown field `chanel`",
        ),
        (
            CASE.replace("function", "funktion"),
            "x/a: seen: unknown field `funktion`",
        ),
        (format!("{CASE}{CASE}"), "x/a is there twice"),
    ] {
        let problem = problem(&text);
        assert!(problem.contains(told), "{text}: {problem}");
    }
}

#[test]
fn exclusions_need_a_reason_a_link_and_a_case() {
    let exclusion = |on: &str, reason: &str, link: &str| {
        format!(
            "[[exclusion]]\nname = 'e'\non = ['{on}']\nchanges = ['fates']\nreason = '{reason}'\nlink = '{link}'\n"
        )
    };
    for (text, told) in [
        (
            exclusion("gcp", "", "https://x"),
            "needs a reason and a link",
        ),
        (exclusion("gcp", "because", ""), "needs a reason and a link"),
        (
            exclusion("gcp", "because", "https://x"),
            "no case names the exclusion `e`",
        ),
        (
            exclusion("aws/s3", "because", "https://x") + CASE + "exclude = ['e']",
            "x/a: `e` is about none of its sources",
        ),
    ] {
        let problem = problem(&text);
        assert!(problem.contains(told), "{text}: {problem}");
    }
}
