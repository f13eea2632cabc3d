//! A whole batch as the input of a handler.

use std::collections::BTreeMap;

use super::{Data, Event};
use crate::Error;

/// All events of one invocation, for handlers that want them together.
///
/// Most handlers take one [`Event`]: a batch is then taken apart here, and each item fails or
/// succeeds alone. One that writes rows in bulk takes the batch, and says by
/// [`BatchFailures`] what failed of it. Events whose data do not fit `T` have failed already
/// and are not in it.
///
/// ```
/// use polyfn_core::{Batch, BatchFailures, Error, Message, Result};
///
/// async fn store(batch: Batch<Message<String>>) -> Result<BatchFailures> {
///     let mut failures = BatchFailures::none();
///     for (place, event) in batch.events.iter().enumerate() {
///         if event.data.body.is_empty() {
///             failures.add(place, Error::bad_request("an empty message"));
///         }
///     }
///     Ok(failures)
/// }
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Batch<T = Data> {
    /// The events, in the order of the platform.
    pub events: Vec<Event<T>>,
}

impl<T> Batch<T> {
    /// A batch of these events, as for a test.
    pub fn new(events: Vec<Event<T>>) -> Self {
        Self { events }
    }
}

/// What failed of a [`Batch`], by the place in it. All else is done.
///
/// Of events that have to stay in order (of a FIFO group or a shard) those after the first that
/// failed are delivered again as well.
#[derive(Debug, Default)]
pub struct BatchFailures(BTreeMap<usize, Error>);

impl BatchFailures {
    /// All went well.
    pub fn none() -> Self {
        Self::default()
    }

    /// The event at `place` in the batch failed. Where the batch has no such place, all of
    /// it counts as failed, so that nothing is lost.
    pub fn add(&mut self, place: usize, error: impl Into<Error>) {
        self.0.insert(place, error.into());
    }

    /// Whether nothing failed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A place that a batch of `count` events does not have.
    pub(super) fn beyond(&self, count: usize) -> Option<usize> {
        self.0
            .keys()
            .next_back()
            .copied()
            .filter(|place| *place >= count)
    }

    pub(super) fn take(&mut self, place: usize) -> Option<Error> {
        self.0.remove(&place)
    }
}
