//! The requests that both sides get, and the differences that are known.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::BodySpec;
use crate::http::Request;
use crate::peers::python_framework::facts::{Facts, STATUS};

/// The requests to a function of requests; the file says at its top how to add one.
pub(super) const REQUESTS: &str = include_str!("../../../peers/python-framework/requests.toml");

/// The requests to a function of events.
pub(super) const EVENTS: &str = include_str!("../../../peers/python-framework/events.toml");

/// One request to both sides.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Comparison {
    /// What is compared, in words.
    pub(super) title: String,
    /// The function that is deployed alone, where that is another than usual.
    function: Option<String>,
    #[serde(default = "get")]
    method: String,
    target: String,
    #[serde(default)]
    headers: Vec<(String, String)>,
    body: Option<BodySpec>,
    #[serde(default)]
    chunked: bool,
    /// Facts that are compared besides those that always are.
    #[serde(default)]
    pub(super) compare: Vec<String>,
    #[serde(default)]
    difference: Vec<Known>,
}

/// A difference that is as it should be.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    fact: String,
    ours: String,
    theirs: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    request: Vec<Comparison>,
}

fn get() -> String {
    "GET".to_owned()
}

impl Comparison {
    /// All of a file.
    pub(super) fn all(text: &str) -> Result<Vec<Self>, String> {
        let file: File = toml::from_str(text).map_err(|error| format!("the requests: {error}"))?;
        Ok(file.request)
    }

    /// The function of events that is deployed alone on our side.
    pub(super) fn function(&self) -> &str {
        self.function.as_deref().unwrap_or("placed")
    }

    pub(super) fn request(&self) -> Request {
        Request {
            method: self.method.clone(),
            target: self.target.clone(),
            headers: self
                .headers
                .iter()
                .map(|(name, value)| (name.clone(), value.clone().into_bytes()))
                .collect(),
            body: self.body.as_ref().map(|body| body.bytes().clone()),
            chunked: self.chunked,
        }
    }

    /// The known differences, for a reader.
    pub(super) fn notes(&self) -> Vec<String> {
        let tell = |known: &Known| {
            let Known {
                fact,
                ours,
                theirs,
                reason,
            } = known;
            format!("known difference: {fact}: ours {ours:?}, theirs {theirs:?}: {reason}")
        };
        self.difference.iter().map(tell).collect()
    }

    /// Whether both sides say the same, but for the known differences; each of these has to be
    /// there just as it is told.
    pub(super) fn judge(&self, ours: &Facts, theirs: &Facts) -> Result<(), String> {
        let mut names: BTreeSet<_> = ours.names().chain(theirs.names()).collect();
        if ours.get(STATUS).chars().next() != theirs.get(STATUS).chars().next() {
            // An answer and a refusal have little else in common.
            names = [STATUS].into();
        }
        let gone = self
            .difference
            .iter()
            .filter(|known| !names.contains(known.fact.as_str()));
        let gone = gone.map(|known| format!("{}: neither side tells it", known.fact));
        let facts = names.iter().filter_map(|name| {
            let known = self.difference.iter().find(|known| known.fact == *name);
            problem(name, known, ours.get(name), theirs.get(name))
        });
        let problems: Vec<_> = facts.chain(gone).collect();
        if problems.is_empty() {
            Ok(())
        } else {
            Err(problems.join("\n"))
        }
    }
}

/// What is wrong with one fact, if anything is.
fn problem(name: &str, known: Option<&Known>, ours: &str, theirs: &str) -> Option<String> {
    let told = format!("{name}: ours {ours:?}, theirs {theirs:?}");
    match known {
        Some(known) if known.ours == ours && known.theirs == theirs => None,
        Some(Known { ours, theirs, .. }) => Some(format!(
            "{told}; the known difference is {ours:?} and {theirs:?}"
        )),
        None => (ours != theirs).then_some(told),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn comparison(difference: &str) -> Comparison {
        toml::from_str(&format!("title = 't'\ntarget = '/'\n{difference}")).unwrap()
    }

    fn facts(status: &str) -> Facts {
        Facts::of_status(status)
    }

    const KNOWN: &str =
        "[[difference]]\nfact = 'status'\nours = '200'\ntheirs = '400'\nreason = 'r'";

    #[test]
    fn only_known_differences_pass() {
        let plain = comparison("");
        plain.judge(&facts("200"), &facts("200")).unwrap();
        let error = plain.judge(&facts("200"), &facts("400")).unwrap_err();
        assert_eq!(error, r#"status: ours "200", theirs "400""#);
        let known = comparison(KNOWN);
        known.judge(&facts("200"), &facts("400")).unwrap();
        assert_eq!(
            known.notes(),
            [r#"known difference: status: ours "200", theirs "400": r"#]
        );
    }

    #[test]
    fn a_difference_that_is_none_any_more_is_told() {
        let known = comparison(KNOWN);
        known.judge(&facts("200"), &facts("200")).unwrap_err();
        known.judge(&facts("201"), &facts("400")).unwrap_err();
        let gone = comparison(&KNOWN.replace("'status'", "'body'"));
        let error = gone.judge(&facts("200"), &facts("200")).unwrap_err();
        assert_eq!(error, "body: neither side tells it");
    }

    #[test]
    fn the_files_are_well_formed() {
        for file in [REQUESTS, EVENTS] {
            let all = Comparison::all(file).unwrap();
            assert!(all.len() >= 20, "{}", all.len());
            let titles: BTreeSet<_> = all.iter().map(|one| &one.title).collect();
            assert_eq!(titles.len(), all.len(), "no title is there twice");
        }
    }
}
