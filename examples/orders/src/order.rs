//! An order.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Order {
    pub(crate) id: u64,
    pub(crate) lines: Vec<Line>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub(crate) article: String,
    pub(crate) count: u32,
}

impl Order {
    /// What is wrong with it, if something is.
    pub(crate) fn problem(&self) -> Option<String> {
        if self.lines.is_empty() {
            return Some("it has no lines".to_owned());
        }
        self.lines
            .iter()
            .find_map(|line| (line.count == 0).then(|| format!("no {} are ordered", line.article)))
    }
}
