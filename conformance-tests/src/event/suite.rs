//! The cases of events, read from their files.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use crate::error::Kind;
use crate::event::case::CaseTable;
use crate::event::{EventCase, EventColumn, EventExclusion};
use crate::{Error, IdPattern};

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../cases/events/", $name, ".toml")))),*]
    };
}

/// The files of the standard suite; they are part of the program, so that it runs anywhere.
const FILES: &[(&str, &str)] = files![
    "exclusions",
    "objects",
    "messages",
    "schedules",
    "streams",
    "documents",
    "custom-events",
    "batches",
    "redelivery",
    "bad-events",
    "results",
    "event-context",
];

/// Cases of events, and the exclusions that they name.
#[derive(Debug, Clone)]
pub struct EventSuite {
    cases: Vec<EventCase>,
    exclusions: BTreeMap<String, EventExclusion>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    case: Vec<Value>,
    #[serde(default)]
    exclusion: Vec<EventExclusion>,
}

impl EventSuite {
    /// The cases that every target of polyfn has to pass.
    ///
    /// # Errors
    ///
    /// When a file is not well-formed; a test of this crate sees to it that none is.
    pub fn standard() -> Result<Self, Error> {
        Self::from_files(FILES.iter().copied())
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
            let added = suite.add(file, text);
            added.map_err(|problem| wrong(file, problem))?;
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
    pub fn cases(&self) -> &[EventCase] {
        &self.cases
    }

    /// Why `case` cannot hold on `column`, if the platform itself is the reason.
    pub fn exclusion(&self, case: &EventCase, column: EventColumn) -> Option<&EventExclusion> {
        let names = case.exclusions.iter();
        names
            .filter_map(|name| self.exclusions.get(name))
            .find(|exclusion| exclusion.covers(column))
    }

    fn add(&mut self, area: &str, text: &str) -> Result<(), String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        for exclusion in file.exclusion {
            if exclusion.reason.trim().is_empty() || !exclusion.link.starts_with("https://") {
                let name = exclusion.name;
                return Err(format!("the exclusion `{name}` needs a reason and a link"));
            }
            if exclusion.loses.is_empty() && exclusion.changes.is_empty() {
                let name = exclusion.name;
                return Err(format!(
                    "the exclusion `{name}` neither loses nor changes anything"
                ));
            }
            if let Some(other) = self.exclusions.insert(exclusion.name.clone(), exclusion) {
                return Err(format!("the exclusion `{}` is there twice", other.name));
            }
        }
        for value in file.case {
            let name = value["id"].as_str().unwrap_or("a case").to_owned();
            let table: CaseTable =
                serde_json::from_value(value).map_err(|error| format!("{area}/{name}: {error}"))?;
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
            let columns = case.columns();
            for name in &case.exclusions {
                unused.remove(name.as_str());
                let Some(exclusion) = self.exclusions.get(name) else {
                    let problem =
                        format!("{} names an exclusion that there is not: `{name}`", case.id);
                    return Err(wrong(&case.area, problem));
                };
                if !columns.iter().any(|column| exclusion.covers(*column)) {
                    let problem = format!("{}: `{name}` is about none of its sources", case.id);
                    return Err(wrong(&case.area, problem));
                }
            }
            for column in columns {
                let names = case.exclusions.iter();
                let mut applying = names
                    .filter_map(|name| self.exclusions.get(name))
                    .filter(|exclusion| exclusion.covers(column));
                if let (Some(first), Some(second)) = (applying.next(), applying.next()) {
                    let (first, second) = (&first.name, &second.name);
                    let problem =
                        format!("{}: `{first}` and `{second}` both cover {column}", case.id);
                    return Err(wrong(&case.area, problem));
                }
            }
        }
        match unused.first() {
            Some(name) => {
                let problem = format!("no case names the exclusion `{name}`");
                Err(wrong("exclusions", problem))
            }
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
