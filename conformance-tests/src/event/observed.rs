//! What came of a delivery.

use polyfn_hosts::event::Fate;
use serde_json::Value;

/// What came of a delivery, and what functions saw of it.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    pub(super) fates: Vec<Fate>,
    pub(super) invocations: u32,
    /// Why invocations failed, in the platform's words.
    pub(crate) failures: Vec<String>,
    pub(super) returned: Option<Value>,
    /// The lines that the probe wrote.
    pub(crate) lines: Vec<String>,
}

impl Observed {
    pub(super) fn success(returned: Option<Value>) -> Self {
        Self {
            fates: vec![Fate::Done],
            invocations: 1,
            returned,
            ..Self::default()
        }
    }

    pub(super) fn failure(why: String) -> Self {
        Self {
            fates: vec![Fate::DeadLettered],
            invocations: 1,
            failures: vec![why],
            ..Self::default()
        }
    }

    /// For a person who looks for the reason of a failure.
    pub(crate) fn transcript(&self) -> String {
        let failures = self.failures.iter().map(|failure| format!("! {failure}"));
        let lines = self.lines.iter().map(|line| format!("< {line}"));
        let shown = failures.chain(lines).map(|line| shortened(&line));
        shown.collect::<Vec<_>>().join("\n")
    }
}

/// So much of a text that the rest of a page can be read as well.
pub(super) fn shortened(text: &str) -> String {
    const SHOWN: usize = 800;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}… ({} bytes)", &text[..end], text.len()),
        None => text.to_owned(),
    }
}
