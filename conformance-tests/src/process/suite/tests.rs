use std::collections::BTreeSet;

use super::*;
use crate::process::StepKind;

fn mistake(case: &str) -> String {
    let text = format!("[[case]]\nid = 'a'\ntitle = 'A'\n{case}");
    let suite = ProcessSuite::from_files([("x", text.as_str())]);
    suite.unwrap_err().to_string()
}

#[test]
fn the_standard_suite_is_well_formed() {
    let suite = ProcessSuite::standard().unwrap();
    assert!(suite.cases().len() > 20);
    let tried: BTreeSet<_> = suite
        .cases()
        .iter()
        .flat_map(ProcessCase::columns)
        .map(|column| column.to_string())
        .collect();
    assert_eq!(tried.len(), ProcessColumn::all().len(), "{tried:?}");
}

#[test]
fn mistakes_are_told_with_their_case() {
    for (case, told) in [
        ("", "either it has steps, or it never starts"),
        ("step = [{ stop = 'soon' }]", "`stop`: unknown variant"),
        ("step = [{ stop = 'killed', grace = 1 }]", "has no `grace`"),
        ("step = [{ stream = '/gated' }]", "how it `arrives`"),
        ("step = [{ request = { target = '/' } }]", "can't fail"),
        ("step = [{ requests = 1 }]", "requests"),
        ("step = [{ deliver = [] }]", "either `deliver` or `raw`"),
        ("step = [{ gate = 'open' }]\non = ['gcp']", "`because` why"),
        (
            "step = [{ gate = 'open' }]\non = ['ibm']\nbecause = 'x'",
            "no column",
        ),
        (
            "step = [{ gate = 'open' }]\nlogs = []",
            "unknown field `logs`",
        ),
    ] {
        let message = mistake(case);
        assert!(message.contains(told), "{case}: {message}");
        assert!(message.contains("x/a"), "{case}: {message}");
    }
}

#[test]
fn a_step_may_be_for_some_columns_alone() {
    let text = "
        [[case]]
        id = 'a'
        title = 'A'
        except = ['azure']
        because = 'it is told nothing'
        step = [{ until = 'a', on = ['aws/streaming'] }, { stop = 'in-time' }]
    ";
    let suite = ProcessSuite::from_files([("x", text)]).unwrap();
    let case = &suite.cases()[0];
    assert_eq!(case.columns().len(), 5);
    let steps = |column: &str| case.steps_on(column.parse().unwrap()).count();
    assert_eq!((steps("aws/streaming"), steps("gcp")), (2, 1));
    let first = case.steps_on("gcp".parse().unwrap()).next();
    assert!(matches!(first, Some(StepKind::Stop(_))), "{first:?}");
}

#[test]
fn an_exclusion_says_what_it_changes() {
    let text = "
        [[exclusion]]
        name = 'e'
        on = ['gcp']
        changes = []
        reason = 'because'
        link = 'https://x'
    ";
    let error = ProcessSuite::from_files([("x", text)]).unwrap_err();
    assert!(error.to_string().contains("changes nothing"), "{error}");
}
