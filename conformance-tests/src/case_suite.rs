//! A suite of any kind of case, read from its files.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::Kind;
use crate::{Error, IdPattern, Loss, Target};

/// Where cases of one kind are tried.
pub trait SuiteColumn: Copy + Display {
    /// The target that it belongs to.
    fn target(self) -> Target;
}

/// A kind of case: what its suite has to know of it.
pub trait SuiteCase: Sized {
    /// A case as it stands in a file.
    type Table: DeserializeOwned;
    /// Where it is tried.
    type Column: SuiteColumn;
    /// What a platform takes away from it.
    type Exclusion: SuiteExclusion<Column = Self::Column>;

    /// The files of the standard suite, by area; they are part of the program, so that it runs
    /// anywhere.
    const FILES: &'static [(&'static str, &'static str)];

    /// The case of an area that `table` describes.
    ///
    /// # Errors
    ///
    /// What is wrong with it, and with which case.
    fn from_table(table: Self::Table, area: &str) -> Result<Self, String>;

    /// The file's name and the case's own.
    fn id(&self) -> &str;

    /// The file's name.
    fn area(&self) -> &str;

    /// One sentence for a person.
    fn title(&self) -> &str;

    /// Why it is tried on some columns alone, if it is.
    fn because(&self) -> Option<&str> {
        None
    }

    /// The names of the exclusions that apply to it.
    fn exclusions(&self) -> &[String];

    /// The columns on which it is tried.
    fn columns(&self) -> Vec<Self::Column>;
}

/// A loss that no adapter can prevent, for one kind of case.
pub trait SuiteExclusion: DeserializeOwned {
    /// Where the cases are tried.
    type Column;

    /// What is lost, as a report tells it.
    fn loss(&self) -> Loss;

    /// Whether it is about `column`.
    fn covers(&self, column: Self::Column) -> bool;

    /// What is wrong with it, apart from what every exclusion has to tell.
    fn problem(&self) -> Option<&'static str> {
        None
    }
}

/// Cases, and the exclusions that they name.
#[derive(Debug, Clone)]
pub struct CaseSuite<C: SuiteCase> {
    cases: Vec<C>,
    pub(crate) exclusions: BTreeMap<String, C::Exclusion>,
}

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    bound(deserialize = "T: DeserializeOwned, E: DeserializeOwned")
)]
struct File<T, E> {
    #[serde(default = "Vec::new")]
    case: Vec<T>,
    #[serde(default = "Vec::new")]
    exclusion: Vec<E>,
}

impl<C: SuiteCase> CaseSuite<C> {
    /// The cases that every target of polyfn has to pass.
    ///
    /// # Errors
    ///
    /// When a file is not well-formed; a test of this crate sees to it that none is.
    pub fn standard() -> Result<Self, Error> {
        Self::from_files(C::FILES.iter().copied())
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
        for case in &suite.cases {
            let checked = suite.check(case);
            checked.map_err(|problem| wrong(case.area(), problem))?;
        }
        if let Some(name) = suite.unused() {
            let problem = format!("no case names the exclusion `{name}`");
            return Err(wrong("exclusions", problem));
        }
        Ok(suite)
    }

    /// The same suite with the cases alone whose id one of the patterns covers.
    #[must_use]
    pub fn matching(mut self, patterns: &[IdPattern]) -> Self {
        self.cases
            .retain(|case| patterns.iter().any(|pattern| pattern.matches(case.id())));
        self
    }

    /// The cases, in the order of the files.
    pub fn cases(&self) -> &[C] {
        &self.cases
    }

    /// Why `case` cannot hold on `column`, if the platform itself is the reason.
    pub fn exclusion(&self, case: &C, column: C::Column) -> Option<&C::Exclusion> {
        let name = self.applying(case, column).next()?;
        self.exclusions.get(name)
    }

    /// The names of the exclusions that take `case` away on `column`.
    fn applying<'a>(&self, case: &'a C, column: C::Column) -> impl Iterator<Item = &'a String> {
        case.exclusions().iter().filter(move |name| {
            let exclusion = self.exclusions.get(*name);
            exclusion.is_some_and(|exclusion| exclusion.covers(column))
        })
    }

    fn add(&mut self, area: &str, text: &str) -> Result<(), String> {
        let file: File<C::Table, C::Exclusion> =
            toml::from_str(text).map_err(|error| error.to_string())?;
        for exclusion in file.exclusion {
            let Loss { name, reason, link } = exclusion.loss();
            if reason.trim().is_empty() || !link.starts_with("https://") {
                return Err(format!("the exclusion `{name}` needs a reason and a link"));
            }
            if let Some(problem) = exclusion.problem() {
                return Err(format!("the exclusion `{name}` {problem}"));
            }
            if self.exclusions.insert(name.clone(), exclusion).is_some() {
                return Err(format!("the exclusion `{name}` is there twice"));
            }
        }
        for table in file.case {
            let case = C::from_table(table, area)?;
            if self.cases.iter().any(|known| known.id() == case.id()) {
                return Err(format!("the case {} is there twice", case.id()));
            }
            self.cases.push(case);
        }
        Ok(())
    }

    /// Whether the exclusions of `case` are known and about it, one of them at most on each column.
    fn check(&self, case: &C) -> Result<(), String> {
        let (id, columns) = (case.id(), case.columns());
        for name in case.exclusions() {
            let Some(exclusion) = self.exclusions.get(name) else {
                return Err(format!(
                    "{id} names an exclusion that there is not: `{name}`"
                ));
            };
            if !columns.iter().any(|column| exclusion.covers(*column)) {
                return Err(format!("{id}: `{name}` is about none of its sources"));
            }
        }
        for column in columns {
            let mut applying = self.applying(case, column);
            if let (Some(first), Some(second)) = (applying.next(), applying.next()) {
                return Err(format!(
                    "{id}: `{first}` and `{second}` both cover {column}"
                ));
            }
        }
        Ok(())
    }

    /// The name of an exclusion that no case names.
    fn unused(&self) -> Option<&String> {
        let used: BTreeSet<_> = self.cases.iter().flat_map(C::exclusions).collect();
        self.exclusions.keys().find(|name| !used.contains(name))
    }
}

fn wrong(file: &str, problem: String) -> Error {
    Kind::CaseFile {
        file: file.to_owned(),
        problem,
    }
    .into()
}
