//! The columns of the table: targets, and the ways in which each delivers HTTP.

use std::fmt;
use std::str::FromStr;

use polyfn_hosts::lambda::Front;
use serde::Deserialize;

use crate::error::Kind;
use crate::process::process_names;
use crate::{Error, EventColumn, ProcessColumn};

/// Where a function can run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// This machine.
    Local,
    /// Google Cloud Functions and Cloud Run.
    Gcp,
    /// AWS Lambda.
    Aws,
    /// Azure Functions.
    Azure,
}

impl Target {
    /// Every target.
    pub const ALL: [Self; 4] = [Self::Local, Self::Gcp, Self::Aws, Self::Azure];

    /// The name, which is that of the cargo feature as well.
    pub fn name(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Gcp => "gcp",
            Self::Aws => "aws",
            Self::Azure => "azure",
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Target {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let names = || Self::ALL.map(Self::name).join(", ");
        let found = Self::ALL.into_iter().find(|target| target.name() == name);
        Ok(found.ok_or_else(|| Kind::UnknownSelector(name.to_owned(), names()))?)
    }
}

/// How the Azure Functions host hands an HTTP request to a custom handler.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AzureMode {
    /// `enableProxyingHttpRequest`.
    Proxying,
    /// `enableForwardingHttpRequest`.
    Forwarding,
    /// Neither: the request comes as JSON.
    Invocation,
}

impl AzureMode {
    /// Every mode.
    pub const ALL: [Self; 3] = [Self::Proxying, Self::Forwarding, Self::Invocation];

    fn name(self) -> &'static str {
        match self {
            Self::Proxying => "proxying",
            Self::Forwarding => "forwarding",
            Self::Invocation => "invocation",
        }
    }
}

/// One column of the table: a target, and one of the ways in which it delivers HTTP.
///
/// Its text form is `local`, `gcp`, `aws/http-api`, `azure/forwarding` and so on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub enum Column {
    /// This machine.
    Local,
    /// Google Cloud Functions and Cloud Run.
    Gcp,
    /// AWS Lambda behind one of its fronts.
    Aws(Front),
    /// Azure Functions in one of its modes.
    Azure(AzureMode),
}

impl Column {
    /// Every column, in the table's order.
    pub fn all() -> Vec<Self> {
        let mut all = vec![Self::Local, Self::Gcp];
        all.extend(Front::ALL.map(Self::Aws));
        all.extend(AzureMode::ALL.map(Self::Azure));
        all
    }

    /// The target that the column belongs to.
    pub fn target(self) -> Target {
        match self {
            Self::Local => Target::Local,
            Self::Gcp => Target::Gcp,
            Self::Aws(_) => Target::Aws,
            Self::Azure(_) => Target::Azure,
        }
    }

    /// What tells it from the target's other columns, if it has any.
    pub fn variant(self) -> Option<&'static str> {
        match self {
            Self::Local | Self::Gcp => None,
            Self::Aws(front) => Some(front.name()),
            Self::Azure(mode) => Some(mode.name()),
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.target().name())?;
        self.variant()
            .map_or(Ok(()), |variant| write!(f, "/{variant}"))
    }
}

impl FromStr for Column {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::all()
            .into_iter()
            .find(|column| column.to_string() == text);
        Ok(found.ok_or_else(|| Kind::UnknownColumn(text.to_owned(), names()))?)
    }
}

impl TryFrom<String> for Column {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

fn names() -> String {
    Column::all()
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// A choice of columns: a target (`aws`) for all of its own, one column (`aws/alb`), or one source
/// of events (`aws/sqs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selector {
    /// All columns of a target.
    Target(Target),
    /// One column.
    Column(Column),
    /// One source of events.
    Event(EventColumn),
    /// One column of processes.
    Process(ProcessColumn),
}

impl Selector {
    /// Whether the choice covers `column`.
    pub fn covers(self, column: Column) -> bool {
        match self {
            Self::Target(target) => column.target() == target,
            Self::Column(one) => one == column,
            Self::Event(_) | Self::Process(_) => false,
        }
    }

    /// Whether the choice covers events of `column`.
    pub fn covers_events(self, column: EventColumn) -> bool {
        match self {
            Self::Target(target) => column.target() == target,
            Self::Column(_) | Self::Process(_) => false,
            Self::Event(one) => one == column,
        }
    }

    /// Whether the choice covers processes on `column`. A column of requests of the same name is
    /// one of processes as well.
    pub fn covers_processes(self, column: ProcessColumn) -> bool {
        match self {
            Self::Target(target) => column.target() == target,
            Self::Column(one) => one.to_string() == column.to_string(),
            Self::Event(_) => false,
            Self::Process(one) => one == column,
        }
    }
}

impl FromStr for Selector {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        text.parse()
            .map(Self::Target)
            .or_else(|_| text.parse().map(Self::Column))
            .or_else(|_| text.parse().map(Self::Event))
            .or_else(|_| text.parse().map(Self::Process))
            .map_err(|_: Error| {
                let events = EventColumn::all();
                let events: Vec<_> = events.iter().map(ToString::to_string).collect();
                let known = format!(
                    "aws, azure, {}; of events {}; of processes {}",
                    names(),
                    events.join(", "),
                    process_names()
                );
                Kind::UnknownSelector(text.to_owned(), known).into()
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for column in Column::all() {
            assert_eq!(column.to_string().parse::<Column>().unwrap(), column);
        }
        for target in Target::ALL {
            assert_eq!(target.name().parse::<Target>().unwrap(), target);
        }
        let error = "aws/v1".parse::<Selector>().unwrap_err().to_string();
        assert!(
            error.contains("aws/rest-api") && error.contains("azure"),
            "{error}"
        );
    }

    #[test]
    fn a_target_selects_all_of_its_columns() {
        let count = |text: &str| {
            let selector: Selector = text.parse().unwrap();
            Column::all()
                .into_iter()
                .filter(|column| selector.covers(*column))
                .count()
        };
        assert_eq!(
            (
                count("aws"),
                count("aws/alb"),
                count("azure"),
                count("local")
            ),
            (6, 1, 3, 1)
        );
    }
}
