//! Items that wait for a batch.

use std::collections::VecDeque;

use bytes::Bytes;
use serde_json::{Value, json};

use super::super::invocation::{Invocation, InvokeOptions};
use super::super::runtime_api::PAYLOAD_LIMIT;
use super::super::source::{BatchRecord, Source};
use super::attempts::Attempts;
use super::batch_answer::{self, Failed};
use crate::Error;
use crate::event::Happening;

/// Of the members around the records.
const FRAME: usize = r#"{"Records":[]}"#.len();

/// A record, and which of a delivery's items it is.
#[derive(Debug)]
pub(super) struct Queued {
    pub(super) place: usize,
    pub(super) batched: BatchRecord,
}

impl Queued {
    /// The records of each queue or stream, in the order in which they were given.
    pub(super) fn by_origin(
        source: Source,
        happenings: &[Happening],
    ) -> Result<Vec<VecDeque<Self>>, Error> {
        let mut origins: Vec<VecDeque<Self>> = Vec::new();
        for (place, happening) in happenings.iter().enumerate() {
            let queued = Self {
                place,
                batched: source.record(happening, place)?,
            };
            let same = |queue: &&mut VecDeque<Self>| {
                let first = queue.front();
                first.is_some_and(|first| first.batched.origin == queued.batched.origin)
            };
            match origins.iter_mut().find(same) {
                Some(queue) => queue.push_back(queued),
                None => origins.push(VecDeque::from([queued])),
            }
        }
        Ok(origins)
    }

    /// Takes the next batch: so many, as long as they fit into one invocation, and one at least.
    pub(super) fn batch(waiting: &mut VecDeque<Self>, size: usize) -> Vec<Self> {
        let mut length = FRAME;
        let mut batch = Vec::new();
        while batch.len() < size {
            let Some(next) = waiting.pop_front() else {
                break;
            };
            length += next.batched.record.to_string().len() + 1;
            if length > PAYLOAD_LIMIT && !batch.is_empty() {
                waiting.push_front(next);
                break;
            }
            batch.push(next);
        }
        batch
    }

    /// Delivers these records for the items of the batch, and says which places of the batch failed.
    pub(super) async fn invoke(
        batch: &[Self],
        records: Vec<Value>,
        attempts: &mut Attempts<'_>,
    ) -> Result<Failed, Error> {
        let payload = Bytes::from(json!({"Records": records}).to_string());
        let invocation = attempts.invoke(payload, InvokeOptions::default()).await?;
        let Invocation::Response(answer) = invocation else {
            return Ok(Failed::All);
        };
        let identifiers = batch.iter().map(|item| item.batched.identifier.as_str());
        let identifiers: Vec<&str> = identifiers.collect();
        Ok(
            batch_answer::read(&answer, &identifiers).unwrap_or_else(|problem| {
                attempts.fault("BatchItemFailures", &problem);
                Failed::All
            }),
        )
    }
}
