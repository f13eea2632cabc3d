//! What comes of an event.

use std::sync::Arc;

use bytes::Bytes;
use serde::Serialize;

use super::BatchFailures;
use crate::{Error, Json};

/// What came of one delivered event.
#[derive(Debug)]
pub enum Outcome {
    /// It was handled. Where the handler returned a value, here it is as JSON.
    Done(Option<Bytes>),
    /// It failed; the platform has to deliver it again.
    Failed(Arc<Error>),
    /// Nobody looked at it: an earlier one of its sequence failed, or the time was up. The
    /// platform has to deliver it again.
    Skipped,
}

impl Outcome {
    /// Whether the platform may forget the event.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Done(_))
    }
}

/// What a handler of events may return: nothing, a [`Json`] value for who waits for one (a
/// state machine, a caller), what failed of a [`Batch`](super::Batch), or a `Result` of these.
#[diagnostic::on_unimplemented(
    message = "a handler of events can't return `{Self}`",
    label = "`{Self}` is no outcome of an event",
    note = "return `()`, `Json<T>`, `BatchFailures`, or a `Result` of one of these"
)]
pub trait IntoOutcome {
    /// The value as JSON if there is one, and what failed of a batch.
    ///
    /// # Errors
    ///
    /// What the handler failed with.
    fn into_outcome(self) -> Result<(Option<Bytes>, BatchFailures), Error>;
}

impl IntoOutcome for () {
    fn into_outcome(self) -> Result<(Option<Bytes>, BatchFailures), Error> {
        Ok((None, BatchFailures::none()))
    }
}

impl<T: Serialize> IntoOutcome for Json<T> {
    fn into_outcome(self) -> Result<(Option<Bytes>, BatchFailures), Error> {
        let json = serde_json::to_vec(&self.0)?;
        Ok((Some(json.into()), BatchFailures::none()))
    }
}

impl IntoOutcome for BatchFailures {
    fn into_outcome(self) -> Result<(Option<Bytes>, BatchFailures), Error> {
        Ok((None, self))
    }
}

impl<T, E> IntoOutcome for Result<T, E>
where
    T: IntoOutcome,
    E: Into<Error>,
{
    fn into_outcome(self) -> Result<(Option<Bytes>, BatchFailures), Error> {
        self.map_err(Into::into)?.into_outcome()
    }
}
