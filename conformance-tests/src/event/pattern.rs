//! Choosing columns of events by name.

use serde::Deserialize;

use crate::error::Kind;
use crate::event::{EventColumn, column};
use crate::{Error, IdPattern};

/// A target (`aws`), a column (`aws/sqs`), or with `*` a pattern for a column's name
/// (`azure/*-string`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct ColumnPattern(String);

impl ColumnPattern {
    /// Whether the pattern covers `column`.
    pub fn covers(&self, column: EventColumn) -> bool {
        let name = column.to_string();
        if !self.0.contains('*') {
            return self.0 == column.target().name() || self.0 == name;
        }
        let Ok(pattern) = self.0.parse::<IdPattern>();
        pattern.matches(&name)
    }
}

impl TryFrom<String> for ColumnPattern {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        let pattern = Self(text);
        let mut all = EventColumn::all().into_iter();
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
        for (pattern, column, expected) in [
            ("aws", "aws/sqs", true),
            ("aws", "gcp/pubsub-push", false),
            ("aws/sqs", "aws/sqs", true),
            ("aws/sqs", "aws/sqs-fifo", false),
            ("aws/*sqs*", "aws/s3-sqs", true),
            ("azure/*-string", "azure/blob-string", true),
            ("azure/*-string", "azure/blob-binary", false),
        ] {
            let parsed = ColumnPattern::try_from(pattern.to_owned()).unwrap();
            let covered = parsed.covers(column.parse().unwrap());
            assert_eq!(covered, expected, "{pattern} on {column}");
        }
    }

    #[test]
    fn a_pattern_covers_something() {
        for wrong in ["ibm", "aws/mq", "aws/*mq*"] {
            ColumnPattern::try_from(wrong.to_owned()).unwrap_err();
        }
    }
}
