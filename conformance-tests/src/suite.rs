//! The cases, read from their files.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

use crate::case::CaseTable;
use crate::error::Kind;
use crate::{Case, Column, Error, Exclusion, IdPattern};

/// The files of the standard suite; they are part of the program, so that it runs anywhere.
const FILES: [(&str, &str); 15] = [
    ("exclusions", include_str!("../cases/exclusions.toml")),
    ("methods", include_str!("../cases/http/methods.toml")),
    ("paths", include_str!("../cases/http/paths.toml")),
    ("query", include_str!("../cases/http/query.toml")),
    (
        "request-headers",
        include_str!("../cases/http/request-headers.toml"),
    ),
    ("cookies", include_str!("../cases/http/cookies.toml")),
    (
        "request-bodies",
        include_str!("../cases/http/request-bodies.toml"),
    ),
    ("status", include_str!("../cases/http/status.toml")),
    (
        "response-headers",
        include_str!("../cases/http/response-headers.toml"),
    ),
    (
        "response-bodies",
        include_str!("../cases/http/response-bodies.toml"),
    ),
    ("routing", include_str!("../cases/http/routing.toml")),
    ("errors", include_str!("../cases/http/errors.toml")),
    ("context", include_str!("../cases/http/context.toml")),
    (
        "concurrency",
        include_str!("../cases/http/concurrency.toml"),
    ),
    ("limits", include_str!("../cases/http/limits.toml")),
];

/// Cases, and the exclusions that they name.
#[derive(Debug, Clone)]
pub struct Suite {
    cases: Vec<Case>,
    exclusions: BTreeMap<String, Exclusion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    case: Vec<CaseTable>,
    #[serde(default)]
    exclusion: Vec<Exclusion>,
}

impl Suite {
    /// The cases that every target of polyfn has to pass.
    ///
    /// # Errors
    ///
    /// When a file is not well-formed; a test of this crate sees to it that none is.
    pub fn standard() -> Result<Self, Error> {
        Self::from_files(FILES)
    }

    /// Cases of one's own: the name of each file (which is the area of its cases) and its text.
    ///
    /// # Errors
    ///
    /// When a file is not well-formed, an id is there twice, or an exclusion is unknown, unused or
    /// without a reason and a link.
    pub fn from_files<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Error> {
        let mut suite = Self {
            cases: Vec::new(),
            exclusions: BTreeMap::new(),
        };
        for (file, text) in files {
            suite.add(file, text).map_err(|problem| Kind::CaseFile {
                file: file.to_owned(),
                problem,
            })?;
        }
        suite.check()?;
        Ok(suite)
    }

    /// The same suite with the cases alone whose id one of the patterns covers.
    #[must_use]
    pub fn matching(mut self, patterns: &[IdPattern]) -> Self {
        self.cases
            .retain(|case| patterns.iter().any(|pattern| pattern.matches(&case.id)));
        self
    }

    /// The cases, in the order of the files.
    pub fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// Why `case` cannot hold on `column`, if the platform itself is the reason.
    pub fn exclusion(&self, case: &Case, column: Column) -> Option<&Exclusion> {
        case.exclusions
            .iter()
            .filter_map(|name| self.exclusions.get(name))
            .find(|exclusion| exclusion.on.contains(&column))
    }

    fn add(&mut self, area: &str, text: &str) -> Result<(), String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        for exclusion in file.exclusion {
            if exclusion.reason.trim().is_empty() || !exclusion.link.starts_with("https://") {
                return Err(format!(
                    "the exclusion `{}` needs a reason and a link",
                    exclusion.name
                ));
            }
            if let Some(other) = self.exclusions.insert(exclusion.name.clone(), exclusion) {
                return Err(format!("the exclusion `{}` is there twice", other.name));
            }
        }
        for table in file.case {
            let case = table.into_case(area)?;
            if self.cases.iter().any(|known| known.id == case.id) {
                return Err(format!("the case {} is there twice", case.id));
            }
            self.cases.push(case);
        }
        Ok(())
    }

    fn check(&self) -> Result<(), Error> {
        let mut unused: BTreeSet<&str> = self.exclusions.keys().map(String::as_str).collect();
        for case in &self.cases {
            for name in &case.exclusions {
                unused.remove(name.as_str());
                if !self.exclusions.contains_key(name) {
                    let problem =
                        format!("{} names an exclusion that there is not: `{name}`", case.id);
                    return Err(wrong(&case.area, problem));
                }
            }
            for column in Column::all() {
                let names = case
                    .exclusions
                    .iter()
                    .filter_map(|name| self.exclusions.get(name));
                let mut applying = names.filter(|exclusion| exclusion.on.contains(&column));
                if let (Some(first), Some(second)) = (applying.next(), applying.next()) {
                    let problem = format!(
                        "{}: `{}` and `{}` both cover {column}",
                        case.id, first.name, second.name
                    );
                    return Err(wrong(&case.area, problem));
                }
            }
        }
        match unused.first() {
            Some(name) => Err(wrong(
                "exclusions",
                format!("no case names the exclusion `{name}`"),
            )),
            None => Ok(()),
        }
    }
}

fn wrong(file: &str, problem: String) -> Error {
    Kind::CaseFile {
        file: file.to_owned(),
        problem,
    }
    .into()
}

#[cfg(test)]
mod tests;
