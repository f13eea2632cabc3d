//! What a handler of events takes.

use std::sync::Arc;

use super::{Batch, Event, EventData, EventKind, Outcome, Payload};
use crate::Result;

/// What a handler of events takes: an [`Event`], or a whole [`Batch`] of them.
#[diagnostic::on_unimplemented(
    message = "a handler of events can't take `{Self}`",
    label = "`{Self}` is no event",
    note = "a handler of events takes `Event<T>` or `Batch<T>`"
)]
pub trait EventInput: Sized + Send + 'static {
    /// Whether it takes all events of an invocation together.
    const IS_BATCH: bool;

    /// Whether triggers of that kind deliver what it takes.
    fn comes_by(kind: EventKind) -> bool;

    /// Reads the events. In the place of each stands what came of it where it can't be read, and
    /// nothing where it is in the input; there is no input where none can be read.
    fn from_events(events: Vec<Event<Payload>>) -> (Option<Self>, Vec<Option<Outcome>>);
}

fn read<T: EventData>(event: Event<Payload>) -> Result<Event<T>> {
    let mut event = event;
    let payload = std::mem::replace(&mut event.data, Payload::Custom(super::Data::none()));
    Ok(event.with_data(T::from_payload(payload)?))
}

impl<T: EventData> EventInput for Event<T> {
    const IS_BATCH: bool = false;

    fn comes_by(kind: EventKind) -> bool {
        T::comes_by(kind)
    }

    fn from_events(events: Vec<Event<Payload>>) -> (Option<Self>, Vec<Option<Outcome>>) {
        let (batch, outcomes) = Batch::from_events(events);
        (
            batch.and_then(|batch| batch.events.into_iter().next()),
            outcomes,
        )
    }
}

impl<T: EventData> EventInput for Batch<T> {
    const IS_BATCH: bool = true;

    fn comes_by(kind: EventKind) -> bool {
        T::comes_by(kind)
    }

    fn from_events(events: Vec<Event<Payload>>) -> (Option<Self>, Vec<Option<Outcome>>) {
        let mut readable = Vec::with_capacity(events.len());
        let mut outcomes = Vec::with_capacity(events.len());
        for event in events {
            match read(event) {
                Ok(event) => {
                    readable.push(event);
                    outcomes.push(None);
                }
                Err(error) => outcomes.push(Some(Outcome::Failed(Arc::new(error)))),
            }
        }
        let batch = (!readable.is_empty()).then(|| Self::new(readable));
        (batch, outcomes)
    }
}
