//! Choosing columns of processes by name.

use serde::Deserialize;

use crate::Error;
use crate::error::Kind;
use crate::process::{ProcessColumn, column};

/// A target (`aws`) or a column (`aws/streaming`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ProcessPattern(String);

impl ProcessPattern {
    /// Whether the pattern covers `column`.
    pub fn covers(&self, column: ProcessColumn) -> bool {
        self.0 == column.target().name() || self.0 == column.to_string()
    }
}

impl TryFrom<String> for ProcessPattern {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        let pattern = Self(text);
        let mut all = ProcessColumn::all().into_iter();
        if all.any(|column| pattern.covers(column)) {
            Ok(pattern)
        } else {
            Err(Kind::UnknownColumn(pattern.0, column::names()).into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let count = |text: &str| {
            let pattern = ProcessPattern::try_from(text.to_owned()).unwrap();
            let all = ProcessColumn::all().into_iter();
            all.filter(|column| pattern.covers(*column)).count()
        };
        assert_eq!(
            (count("aws"), count("aws/streaming"), count("local")),
            (3, 1, 1)
        );
        let error = ProcessPattern::try_from("ibm".to_owned()).unwrap_err();
        assert!(error.to_string().contains("azure/invocation"), "{error}");
    }
}
