//! Comparing what came of a delivery with what must come of it.

use crate::Difference;
use crate::event::observed::shortened;
use crate::event::{EventColumn, EventExpectation, Observed, line, matching};

/// All that is not as it must be.
pub(crate) fn check(
    expected: &EventExpectation,
    observed: &Observed,
    column: EventColumn,
) -> Vec<Difference> {
    let mut differences = matching::check(expected, &observed.lines, column);
    differences.extend(Difference::between(
        "fates",
        &expected.fates,
        &observed.fates,
    ));
    if let Some(invocations) = expected.invocations {
        let came = &observed.invocations;
        differences.extend(Difference::between("invocations", &invocations, came));
    }
    if let Some(returned) = &expected.returned {
        if column.hands_back() {
            let came = observed.returned.clone().unwrap_or_default();
            line::compare("what was returned", returned, &came, &mut differences);
        }
    }
    let told = observed.failures.join("\n");
    if column.learns_why() {
        let missing = expected
            .failures
            .iter()
            .filter(|text| !told.contains(*text));
        differences.extend(missing.map(|text| {
            let mention = format!("to mention {text:?}");
            Difference::new("why it failed", mention, format!("{:?}", shortened(&told)))
        }));
    }
    let returned = observed.returned.as_ref().map(ToString::to_string);
    let told = told + &returned.unwrap_or_default();
    let shown = expected.never.iter().filter(|text| told.contains(*text));
    differences.extend(shown.map(|text| {
        let hidden = format!("never to say {text:?}");
        Difference::new("what the platform was told", hidden, shortened(&told))
    }));
    differences
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event::EventSuite;

    /// What is wrong with `observed`, in a case that expects `expected`.
    fn wrong(expected: &str, observed: &Observed, column: &str) -> String {
        let text = format!(
            "[[case]]\nid = 'a'\ntitle = 'A'\nfunction = 'queue'\n\
             deliver = [{{ kind = 'message', body = {{ text = 'a' }} }}]\n{expected}"
        );
        let suite = EventSuite::from_files([("x", text.as_str())]).unwrap();
        let expected = &suite.cases()[0].expected;
        let differences = check(expected, observed, column.parse().unwrap());
        let lines: Vec<_> = differences.iter().map(ToString::to_string).collect();
        lines.join("\n")
    }

    #[test]
    fn every_item_is_done_unless_its_fate_is_named() {
        let failed = Observed::failure("500: no".to_owned());
        let found = wrong("", &failed, "gcp/pubsub-push");
        assert_eq!(found, "fates: expected [Done], came [DeadLettered]");
        let expected = "fates = ['dead-lettered']";
        assert_eq!(wrong(expected, &failed, "gcp/pubsub-push"), "");
    }

    #[test]
    fn why_it_failed_is_looked_at_where_the_platform_learns_it() {
        let failed = Observed::failure("500: no".to_owned());
        let expected = "fates = ['dead-lettered']\nfailures = ['lines[0]']";
        let found = wrong(expected, &failed, "gcp/pubsub-push");
        assert!(
            found.contains(r#"to mention "lines[0]", came "500: no""#),
            "{found}"
        );
        assert_eq!(wrong(expected, &failed, "aws/sqs"), "");
    }

    #[test]
    fn a_secret_is_found_wherever_it_is_told() {
        let expected = "never = ['swordfish']";
        let told = Observed::success(Some(json!({"error": "swordfish"})));
        assert!(wrong(expected, &told, "aws/sqs").contains("never to say"));
        assert_eq!(wrong(expected, &Observed::success(None), "aws/sqs"), "");
    }

    #[test]
    fn what_is_returned_is_looked_at_where_it_is_handed_to_somebody() {
        let expected = "returned = { json = { a = 1 } }";
        let told = Observed::success(Some(json!({"json": {"a": 1}, "text": "{\"a\":1}"})));
        assert_eq!(wrong(expected, &told, "gcp/pubsub-push"), "");
        let none = Observed::success(None);
        let found = wrong(expected, &none, "gcp/pubsub-push");
        assert!(found.contains("what was returned.json"), "{found}");
        assert_eq!(wrong(expected, &none, "aws/sqs"), "");
    }

    #[test]
    fn what_nobody_asked_for_is_a_difference() {
        let mut observed = Observed::success(None);
        observed.lines = vec![json!({"function": "queue"}).to_string()];
        let found = wrong("invocations = 2", &observed, "aws/sqs");
        assert!(found.contains("an event that nobody sent"), "{found}");
        assert!(found.contains("invocations: expected 2, came 1"), "{found}");
    }
}
