//! Events that have to stay in order.

use std::collections::BTreeMap;

use super::{Delivery, Outcome};

/// The numbers of the events of each sequence, in their order.
pub(super) struct Sequences(Vec<Vec<usize>>);

impl Sequences {
    pub(super) fn of(deliveries: &[Delivery]) -> Self {
        let mut sequences = BTreeMap::<&str, Vec<_>>::new();
        for (number, delivery) in deliveries.iter().enumerate() {
            if let Some(sequence) = delivery.sequence() {
                sequences.entry(sequence).or_default().push(number);
            }
        }
        Self(sequences.into_values().collect())
    }

    /// What comes after a failure has to come again, even where a batch's handler was done with
    /// it.
    pub(super) fn hold(&self, outcomes: &mut [Outcome]) {
        for sequence in &self.0 {
            let failed = sequence
                .iter()
                .position(|number| !outcomes[*number].is_done());
            let after = failed.map_or(sequence.len(), |place| place + 1);
            for number in &sequence[after..] {
                if outcomes[*number].is_done() {
                    outcomes[*number] = Outcome::Skipped;
                }
            }
        }
    }
}
