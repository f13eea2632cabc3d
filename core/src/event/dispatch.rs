//! From delivered events to the functions, and what comes of them.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::pin::pin;
use std::sync::Arc;

use futures_util::future::{Either, select};
use futures_util::stream::{self, StreamExt};

use super::choice::{Call, Candidate, Choice};
use super::contained::Contained;
use super::sequences::Sequences;
use super::slots::Slots;
use super::{Delivery, DynEventHandler, Event, EventKind, Outcome, Payload};
use crate::cancellation::{Cancellation, UntilEnd};
use crate::{Context, Error, Function, Result, caught};

/// How many events of one invocation are handled at once.
const DEFAULT_CONCURRENCY: NonZeroUsize = NonZeroUsize::new(10).unwrap();

/// Calls the functions that events are for.
#[derive(Debug, Clone)]
pub(crate) struct EventDispatch {
    functions: Arc<[Function]>,
    candidates: Arc<[Candidate]>,
    is_alone: bool,
    concurrency: NonZeroUsize,
}

/// What runs by itself: events that have to stay in order, or a batch.
enum Lane {
    /// One after the other, until one fails.
    Sequence(Vec<(usize, Result<Vec<Call>>)>),
    /// All of them in one call of the function at `place`.
    Batch {
        place: usize,
        events: Vec<(usize, Event<Payload>)>,
    },
}

impl EventDispatch {
    pub(crate) fn new(functions: Arc<[Function]>) -> Self {
        let candidates = functions
            .iter()
            .enumerate()
            .filter_map(|(place, function)| {
                let trigger = function.event_trigger()?;
                let real_name = match trigger.kind() {
                    EventKind::Schedule => function.name(),
                    _ => trigger.name(),
                };
                Some(Candidate {
                    place,
                    real_name: real_name.to_owned(),
                })
            });
        Self {
            candidates: candidates.collect(),
            functions,
            is_alone: false,
            concurrency: DEFAULT_CONCURRENCY,
        }
    }

    /// The same with the triggers' logical names bound to what `variable` says.
    pub(crate) fn bound(mut self, variable: impl Fn(&str) -> Option<String>) -> Self {
        let bound = self.candidates.iter().cloned().map(|mut candidate| {
            let name = self.functions[candidate.place].binding_variable();
            let real_name = name.and_then(|name| variable(&name));
            if let Some(real_name) = real_name.filter(|name| !name.is_empty()) {
                candidate.real_name = real_name;
            }
            candidate
        });
        self.candidates = bound.collect();
        self
    }

    /// The same for the function at `place` alone.
    pub(crate) fn alone(mut self, place: usize) -> Self {
        let only = self.candidates.iter().filter(|c| c.place == place);
        self.candidates = only.cloned().collect();
        self.is_alone = true;
        self
    }

    pub(crate) fn with_concurrency(mut self, events: NonZeroUsize) -> Self {
        self.concurrency = events;
        self
    }

    /// Whether there is a function that events are for.
    pub(crate) fn takes_events(&self) -> bool {
        !self.candidates.is_empty()
    }

    pub(crate) async fn deliver(
        &self,
        deliveries: Vec<Delivery>,
        time_is_up: impl Future<Output = ()>,
    ) -> Vec<Outcome> {
        let slots = Slots::new(deliveries.len());
        let sequences = Sequences::of(&deliveries);
        let context = deliveries.first().map(|first| first.event.context.clone());
        let lanes = self.lanes(deliveries);
        let ended = caught(async {
            let running = stream::iter(lanes)
                .for_each_concurrent(self.concurrency.get(), |lane| self.run(lane, &slots));
            let (running, time_is_up) = (pin!(running), pin!(time_is_up));
            matches!(select(running, time_is_up).await, Either::Left(_))
        })
        .await;
        let invocation_id = context.as_ref().map(Context::invocation_id);
        match ended {
            Ok(true) => {}
            Ok(false) => {
                tracing::error!(
                    invocation_id,
                    "the time is up before all events are handled"
                );
            }
            // Calls are guarded one by one; the text of a handler's error is not, nor the clock.
            Err(panic) => tracing::error!(invocation_id, %panic, "events are left unhandled"),
        }
        let mut outcomes = slots.into_outcomes();
        sequences.hold(&mut outcomes);
        outcomes
    }

    /// What can run at the same time.
    fn lanes(&self, deliveries: Vec<Delivery>) -> Vec<Lane> {
        let choice = Choice {
            candidates: &self.candidates,
            functions: &self.functions,
            is_alone: self.is_alone,
        };
        let mut lanes = Vec::new();
        let mut by_sequence = BTreeMap::<String, Vec<_>>::new();
        let mut by_batch = BTreeMap::<usize, Vec<_>>::new();
        for (number, delivery) in deliveries.into_iter().enumerate() {
            let sequence = delivery.sequence.clone();
            let context = delivery.event.context.clone();
            let mut calls = choice.calls(delivery);
            if let Err(error) = &calls {
                let invocation_id = context.invocation_id();
                tracing::error!(invocation_id, %error, "an event is not for one function");
            }
            match (&mut calls, sequence) {
                (Ok(calls), _) if self.is_for_batch(calls) => {
                    let events = calls.drain(..).map(|call| (call.place, call.event));
                    for (place, event) in events {
                        by_batch.entry(place).or_default().push((number, event));
                    }
                }
                (_, Some(sequence)) => {
                    by_sequence
                        .entry(sequence)
                        .or_default()
                        .push((number, calls));
                }
                (_, None) => lanes.push(Lane::Sequence(vec![(number, calls)])),
            }
        }
        lanes.extend(by_sequence.into_values().map(Lane::Sequence));
        let batch = |(place, events)| Lane::Batch { place, events };
        lanes.extend(by_batch.into_iter().map(batch));
        lanes
    }

    /// Whether an event goes into a batch with others: what an envelope carries stays together.
    fn is_for_batch(&self, calls: &[Call]) -> bool {
        let handler = |call: &Call| self.handler(call.place);
        matches!(calls, [call] if handler(call).is_some_and(DynEventHandler::takes_batches))
    }

    fn handler(&self, place: usize) -> Option<&DynEventHandler> {
        self.functions.get(place)?.event_handler()
    }

    async fn run(&self, lane: Lane, slots: &Slots) {
        match lane {
            Lane::Sequence(items) => {
                for (number, calls) in items {
                    slots.running(number);
                    let outcome = self.call_each(calls).await;
                    let is_done = outcome.is_done();
                    slots.ended(number, outcome);
                    if !is_done {
                        return;
                    }
                }
            }
            Lane::Batch { place, events } => {
                let (numbers, events): (Vec<_>, Vec<_>) = events.into_iter().unzip();
                numbers.iter().for_each(|number| slots.running(*number));
                let outcomes = self.call(place, events).await;
                for (number, outcome) in numbers.into_iter().zip(outcomes) {
                    slots.ended(number, outcome);
                }
            }
        }
    }

    /// What came of one delivery: of all calls that it leads to, until one fails.
    async fn call_each(&self, calls: Result<Vec<Call>>) -> Outcome {
        let calls = match calls {
            Ok(calls) => calls,
            Err(error) => return Outcome::Failed(Arc::new(error)),
        };
        let mut last = Outcome::Done(None);
        for Call { place, event } in calls {
            let outcome = self.call(place, vec![event]).await.pop();
            last = outcome.unwrap_or(Outcome::Skipped);
            if !last.is_done() {
                break;
            }
        }
        last
    }

    /// Calls the function at `place`, and reports what failed.
    async fn call(&self, place: usize, mut events: Vec<Event<Payload>>) -> Vec<Outcome> {
        let Some(handler) = self.handler(place) else {
            return Vec::new();
        };
        let name = self.functions[place].shared_name();
        let cancellation = Cancellation::default();
        let mut until_end = UntilEnd::of(&cancellation);
        for event in &mut events {
            event.context = event.context.clone().called(name, &cancellation);
        }
        let about: Vec<_> = events
            .iter()
            .map(|event| (event.id().to_owned(), event.context.clone()))
            .collect();
        let call = caught(Contained::new(handler.handle(events)));
        let ended = match about.first() {
            Some((_, context)) => context.scope(call).await,
            None => call.await,
        };
        let outcomes = match ended {
            Ok(outcomes) => {
                until_end.end();
                outcomes
            }
            Err(panic) => {
                let error = Arc::new(Error::from_panic(panic));
                let failed = || Outcome::Failed(Arc::clone(&error));
                about.iter().map(|_| failed()).collect()
            }
        };
        let settled = about.into_iter().zip(outcomes);
        settled
            .map(|((id, context), outcome)| settle(outcome, &id, &context))
            .collect()
    }
}

/// Logs a failure, and lets go of what the handler has no more use for.
fn settle(outcome: Outcome, event_id: &str, context: &Context) -> Outcome {
    let Outcome::Failed(error) = outcome else {
        return outcome;
    };
    let (invocation_id, function) = (context.invocation_id(), context.function());
    let (attempt, told) = (context.attempt(), error.for_log());
    if error.is_discard() {
        tracing::warn!(
            invocation_id,
            function,
            event_id,
            attempt,
            error = told,
            "event discarded"
        );
        return Outcome::Done(None);
    }
    tracing::error!(
        invocation_id,
        function,
        event_id,
        attempt,
        error = told,
        "event failed"
    );
    Outcome::Failed(error)
}
