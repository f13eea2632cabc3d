//! The cases of requests.

use crate::case::CaseTable;
use crate::case_suite::{CaseSuite, SuiteCase, SuiteColumn, SuiteExclusion};
use crate::{Case, Column, Exclusion, Loss, Target};

/// Cases of requests, and the exclusions that they name.
pub type Suite = CaseSuite<Case>;

impl SuiteCase for Case {
    type Table = CaseTable;
    type Column = Column;
    type Exclusion = Exclusion;

    const FILES: &'static [(&'static str, &'static str)] = &[
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

    fn from_table(table: CaseTable, area: &str) -> Result<Self, String> {
        table.into_case(area)
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn area(&self) -> &str {
        &self.area
    }

    fn title(&self) -> &str {
        &self.title
    }

    fn exclusions(&self) -> &[String] {
        &self.exclusions
    }

    fn columns(&self) -> Vec<Column> {
        Column::all()
    }
}

impl SuiteColumn for Column {
    fn target(self) -> Target {
        Self::target(self)
    }
}

impl SuiteExclusion for Exclusion {
    type Column = Column;

    fn loss(&self) -> Loss {
        Loss {
            name: self.name.clone(),
            reason: self.reason.clone(),
            link: self.link.clone(),
        }
    }

    fn covers(&self, column: Column) -> bool {
        self.on.contains(&column)
    }
}

#[cfg(test)]
mod tests;
