use std::path::Path;

use super::*;

#[test]
fn the_standard_suite_is_well_formed() {
    let suite = Suite::standard().unwrap();
    assert!(suite.cases().len() >= 60, "{} cases", suite.cases().len());
}

#[test]
fn every_file_belongs_to_the_suite() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases/http");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(
            Case::FILES.iter().any(|(known, _)| *known == name),
            "{name} is not in FILES"
        );
    }
}

#[test]
fn standard_exclusions_name_the_vendor() {
    for exclusion in Suite::standard().unwrap().exclusions.values() {
        let vendors = [
            "https://docs.aws.amazon.com/",
            "https://docs.rs/",
            "https://cloud.google.com/",
            "https://github.com/",
            "https://learn.microsoft.com/",
            "https://www.rfc-editor.org/",
        ];
        assert!(
            vendors
                .iter()
                .any(|vendor| exclusion.link.starts_with(vendor)),
            "{}",
            exclusion.link
        );
        assert!(exclusion.reason.len() > 20, "{}", exclusion.name);
    }
}

const CASE: &str = "
    [[case]]
    id = 'a'
    title = 'A'
    request = { target = '/echo/' }
    echo = { path = '/echo/' }
";

fn problem(text: &str) -> String {
    Suite::from_files([("x", text)]).unwrap_err().to_string()
}

#[test]
fn one_request_or_several_steps() {
    let suite = Suite::from_files([("x", CASE)]).unwrap();
    assert_eq!(
        (suite.cases()[0].id.as_str(), suite.cases()[0].steps.len()),
        ("x/a", 1)
    );
    let steps = "
        [[case]]
        id = 'b'
        title = 'B'
        [[case.step]]
        reply = { status = 500 }
        [[case.step]]
        reply = { status = 200 }
    ";
    let suite = Suite::from_files([("x", steps)]).unwrap();
    assert_eq!(suite.cases()[0].steps.len(), 2);
}

#[test]
fn mistakes_name_the_case() {
    for (text, told) in [
        ("[[case]]\nid = 'a'\ntitle = 'A'", "x/a: either one request"),
        (
            "[[case]]\nid = 'a'\ntitle = 'A'\nrequest = { target = '/' }",
            "x/a: a request without",
        ),
        (
            "[[case]]\nid = 'a'\ntitle = 'A'\nreply = {}\nresponce = {}",
            "x/a: unknown field `responce`",
        ),
        (
            "[[case]]\nid = 'a'\ntitle = 'A'\nexclude = ['e']\nreply = {}",
            "an exclusion that there is not: `e`",
        ),
        (
            "[[case]]\nid = 'a'\ntitle = 'A'\nreply = {}\nrequest = { target = '/' }",
            "either a `request` or a `reply`",
        ),
    ] {
        let problem = problem(text);
        assert!(problem.contains(told), "{text}: {problem}");
    }
    assert!(problem(&format!("{CASE}{CASE}")).contains("x/a is there twice"));
}

#[test]
fn exclusions_need_a_reason_a_link_and_a_case() {
    let exclusion = |on: &str, reason: &str, link: &str| {
        format!("[[exclusion]]\nname = 'e'\non = ['{on}']\nreason = '{reason}'\nlink = '{link}'\n")
    };
    assert!(problem(&exclusion("gcp", "", "https://x")).contains("needs a reason and a link"));
    assert!(problem(&exclusion("gcp", "because", "")).contains("needs a reason and a link"));
    assert!(
        problem(&exclusion("gcp", "because", "https://x"))
            .contains("no case names the exclusion `e`")
    );
    assert!(problem(&exclusion("ibm", "because", "https://x")).contains("\"ibm\" is no column"));
    let first = exclusion("gcp", "because", "https://x");
    assert!(problem(&format!("{first}{first}")).contains("the exclusion `e` is there twice"));
    let second = first.replace("'e'", "'f'");
    let both = problem(&format!("{first}{second}{CASE}exclude = ['e', 'f']"));
    assert!(both.contains("x/a: `e` and `f` both cover gcp"), "{both}");
}

#[test]
fn an_exclusion_covers_its_columns() {
    let text = format!(
        "
        [[exclusion]]
        name = 'e'
        on = ['aws/alb']
        reason = 'because'
        link = 'https://x'
        {CASE}
        exclude = ['e']
    "
    );
    let suite = Suite::from_files([("x", text.as_str())]).unwrap();
    let excluded = |column: &str| {
        suite
            .exclusion(&suite.cases()[0], column.parse().unwrap())
            .is_some()
    };
    assert!(excluded("aws/alb") && !excluded("aws/lattice") && !excluded("gcp"));
}

#[test]
fn patterns_choose_cases() {
    let suite = Suite::standard().unwrap();
    let cookies = suite.clone().matching(&["cookies/*".parse().unwrap()]);
    assert!(
        !cookies.cases().is_empty() && cookies.cases().iter().all(|case| case.area == "cookies")
    );
    assert!(suite.matching(&[]).cases().is_empty());
}
