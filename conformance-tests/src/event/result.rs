//! What came of one case of events everywhere.

use crate::event::{EventCase, EventColumn};
use crate::{Target, Verdict};

/// What came of one case of events everywhere.
#[derive(Debug, Clone)]
pub struct EventResult {
    /// The case.
    pub case: EventCase,
    /// One verdict for each column that it was tried on.
    pub verdicts: Vec<(EventColumn, Verdict)>,
}

impl EventResult {
    /// The verdicts on the columns of one target; none where no source of it can tell of what
    /// happens in the case.
    pub fn on(&self, target: Target) -> impl Iterator<Item = &(EventColumn, Verdict)> {
        let verdicts = self.verdicts.iter();
        verdicts.filter(move |(column, _)| column.target() == target)
    }
}
