//! A handler of events whose type is forgotten.

use std::any::type_name;
use std::fmt;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use super::{BatchFailures, Event, EventInput, EventKind, IntoOutcome, Outcome, Payload};
use crate::{Error, Handler};

/// Any handler of events behind one type, cheap to clone.
#[derive(Clone)]
pub(crate) struct DynEventHandler {
    handler: Arc<dyn Erased>,
    comes_by: fn(EventKind) -> bool,
    takes_batches: bool,
    input: &'static str,
}

pub(super) type OutcomesFuture = Pin<Box<dyn Future<Output = Vec<Outcome>> + Send>>;

trait Erased: Send + Sync {
    fn call(self: Arc<Self>, events: Vec<Event<Payload>>) -> OutcomesFuture;
}

struct Taking<In, H> {
    handler: H,
    input: PhantomData<fn(In)>,
}

impl<In, H> Erased for Taking<In, H>
where
    In: EventInput,
    H: Handler<In>,
    H::Output: IntoOutcome,
{
    fn call(self: Arc<Self>, events: Vec<Event<Payload>>) -> OutcomesFuture {
        Box::pin(async move {
            let (input, outcomes) = In::from_events(events);
            let returned = match input {
                Some(input) => self.handler.call(input).await.into_outcome(),
                None => Ok((None, BatchFailures::none())),
            };
            complete(outcomes, returned)
        })
    }
}

/// Says for each event that the handler got what came of it.
fn complete(
    outcomes: Vec<Option<Outcome>>,
    returned: Result<(Option<bytes::Bytes>, BatchFailures), Error>,
) -> Vec<Outcome> {
    let given = outcomes.iter().filter(|outcome| outcome.is_none()).count();
    let returned = returned.and_then(|(value, failures)| match failures.beyond(given) {
        Some(place) => Err(Error::internal(format!(
            "the handler says that event {place} of its batch failed, which has {given}; all \
             count as failed, so that none is lost"
        ))),
        None => Ok((value, failures)),
    });
    let (value, mut failures) = match returned {
        Ok(returned) => returned,
        Err(error) => {
            let error = Arc::new(error);
            let failed = || Outcome::Failed(Arc::clone(&error));
            let outcomes = outcomes.into_iter();
            return outcomes.map(|known| known.unwrap_or_else(failed)).collect();
        }
    };
    let mut places = 0..;
    let handled = || {
        let failure = places.next().and_then(|place| failures.take(place));
        failure.map_or_else(
            || Outcome::Done(value.clone()),
            |error| Outcome::Failed(Arc::new(error)),
        )
    };
    let mut handled = handled;
    let outcomes = outcomes.into_iter();
    outcomes
        .map(|known| known.unwrap_or_else(&mut handled))
        .collect()
}

impl DynEventHandler {
    pub(crate) fn new<In, H>(handler: H) -> Self
    where
        In: EventInput,
        H: Handler<In>,
        H::Output: IntoOutcome,
    {
        Self {
            handler: Arc::new(Taking {
                handler,
                input: PhantomData::<fn(In)>,
            }),
            comes_by: In::comes_by,
            takes_batches: In::IS_BATCH,
            input: type_name::<In>(),
        }
    }

    /// What came of each of the events, in their order. No code of the handler runs before the
    /// future is polled.
    pub(super) fn handle(&self, events: Vec<Event<Payload>>) -> OutcomesFuture {
        Arc::clone(&self.handler).call(events)
    }

    pub(super) fn takes_batches(&self) -> bool {
        self.takes_batches
    }

    pub(super) fn comes_by(&self, kind: EventKind) -> bool {
        (self.comes_by)(kind)
    }

    /// The type that it takes, for messages.
    pub(super) fn input(&self) -> &'static str {
        self.input
    }
}

impl fmt::Debug for DynEventHandler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DynEventHandler({})", self.input)
    }
}
