//! What is known so far of the events of a batch.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::StatusCode;

use super::Outcome;
use crate::Error;

/// One place for each event of a batch, filled in while handlers run. What they leave undone
/// when their time is up can still be told then.
pub(super) struct Slots(Mutex<Vec<Slot>>);

enum Slot {
    Waiting,
    Running,
    Ended(Outcome),
}

impl Slots {
    pub(super) fn new(count: usize) -> Self {
        let mut slots = Vec::with_capacity(count);
        slots.resize_with(count, || Slot::Waiting);
        Self(Mutex::new(slots))
    }

    pub(super) fn running(&self, place: usize) {
        self.set(place, Slot::Running);
    }

    pub(super) fn ended(&self, place: usize, outcome: Outcome) {
        self.set(place, Slot::Ended(outcome));
    }

    fn set(&self, place: usize, slot: Slot) {
        if let Some(known) = self.slots().get_mut(place) {
            *known = slot;
        }
    }

    fn slots(&self) -> MutexGuard<'_, Vec<Slot>> {
        // Each change is one assignment: whole after a panic as well.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What came of each event, now that no more will.
    pub(super) fn into_outcomes(self) -> Vec<Outcome> {
        let slots = self.0.into_inner().unwrap_or_else(PoisonError::into_inner);
        let late = Arc::new(Error::new(
            StatusCode::GATEWAY_TIMEOUT,
            "the function did not end in time",
        ));
        let outcome = |slot| match slot {
            Slot::Waiting => Outcome::Skipped,
            Slot::Running => Outcome::Failed(Arc::clone(&late)),
            Slot::Ended(outcome) => outcome,
        };
        slots.into_iter().map(outcome).collect()
    }
}
