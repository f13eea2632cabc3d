//! From what came of the events to Lambda's answer.

use std::collections::BTreeSet;
use std::sync::Arc;

use http::StatusCode;
use polyfn_core::{Delivery, Error, Outcome};

use super::event_failure::EventFailure;
use super::invocation::Form;
use super::{EventInvocation, EventItem};
use crate::json_string::push_json;
use crate::shape::LAMBDA_ANSWER_LIMIT_BYTES;

/// Makes the answer to an [`EventInvocation`] of what came of its events.
#[derive(Debug)]
pub struct EventAnswer {
    form: Form,
    slots: Vec<Slot>,
}

#[derive(Debug)]
struct Slot {
    identifier: Option<String>,
    known: Known,
}

#[derive(Debug)]
enum Known {
    /// It was delivered; what came of it is yet to be told.
    Delivered,
    /// It was malformed, or had to stay behind one that was.
    Settled(Outcome),
}

impl EventAnswer {
    pub(super) fn of(invocation: EventInvocation) -> (Vec<Delivery>, Self) {
        let mut deliveries = Vec::with_capacity(invocation.items.len());
        let mut held = BTreeSet::new();
        let mut slots = Vec::with_capacity(invocation.items.len());
        for item in invocation.items {
            let EventItem {
                identifier,
                sequence,
                delivery,
            } = item;
            let known = match delivery {
                Ok(delivery) if delivery.sequence().is_some_and(|s| held.contains(s)) => {
                    Known::Settled(Outcome::Skipped)
                }
                Ok(delivery) => {
                    deliveries.push(delivery);
                    Known::Delivered
                }
                Err(error) => {
                    tracing::error!(item = identifier, %error, "an event could not be read");
                    held.extend(sequence);
                    Known::Settled(Outcome::Failed(Arc::new(error)))
                }
            };
            slots.push(Slot { identifier, known });
        }
        let answer = Self {
            form: invocation.form,
            slots,
        };
        (deliveries, answer)
    }

    /// The answer, from the outcomes of what was to be delivered, in its order.
    ///
    /// # Errors
    ///
    /// When the whole invocation has to fail, since its answer can't name single events: Lambda
    /// then invokes again with all of it.
    pub fn encode(self, outcomes: Vec<Outcome>) -> Result<Vec<u8>, EventFailure> {
        let mut outcomes = outcomes.into_iter();
        let settled = self.slots.into_iter().map(|slot| {
            let outcome = match slot.known {
                // An outcome that is missing is no success.
                Known::Delivered => outcomes.next().unwrap_or(Outcome::Skipped),
                Known::Settled(outcome) => outcome,
            };
            (slot.identifier, outcome)
        });
        match self.form {
            Form::EachItem => Ok(failures(settled, usize::MAX)),
            // "If the batchItemFailures array contains multiple items, Lambda uses the record
            // with the lowest sequence number as the checkpoint", which is the first here: all
            // records of an invocation are of one shard, in its order.
            // https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
            Form::Checkpoint => Ok(failures(settled, 1)),
            Form::Value => value(settled.map(|(_, outcome)| outcome).collect()),
        }
    }
}

/// `{"batchItemFailures":[{"itemIdentifier":…}]}` with at most so many.
fn failures(settled: impl Iterator<Item = (Option<String>, Outcome)>, most: usize) -> Vec<u8> {
    let mut answer = b"{\"batchItemFailures\":[".to_vec();
    let mut separator: &[u8] = b"";
    let undone = settled.filter(|(_, outcome)| !outcome.is_done());
    for (identifier, _) in undone.take(most) {
        answer.extend_from_slice(separator);
        answer.extend_from_slice(b"{\"itemIdentifier\":");
        // An empty one would have Lambda fail the whole batch, which loses nothing either.
        push_json(&mut answer, identifier.as_deref().unwrap_or_default());
        answer.push(b'}');
        separator = b",";
    }
    answer.extend_from_slice(b"]}");
    answer
}

/// What the handler returned, or `null` where there is no value or more than one event.
fn value(outcomes: Vec<Outcome>) -> Result<Vec<u8>, EventFailure> {
    let count = outcomes.len();
    let undone = outcomes.iter().filter(|outcome| !outcome.is_done());
    let undone_count = undone.clone().count();
    let failed = undone.clone().find_map(|outcome| match outcome {
        Outcome::Failed(error) => Some(&**error),
        _ => None,
    });
    if undone_count > 0 {
        return Err(EventFailure::of(failed, undone_count, count));
    }
    match <[Outcome; 1]>::try_from(outcomes) {
        Ok([Outcome::Done(Some(json))]) if json.len() > LAMBDA_ANSWER_LIMIT_BYTES => {
            let detail = "the returned value is larger than Lambda allows (6 MiB)";
            let error = Error::new(StatusCode::INTERNAL_SERVER_ERROR, detail);
            Err(EventFailure::of(Some(&error), 1, 1))
        }
        Ok([Outcome::Done(Some(json))]) => Ok(json.into()),
        _ => Ok(b"null".to_vec()),
    }
}
