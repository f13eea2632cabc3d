//! Reading from a real queue, as an event source mapping does.

use std::collections::VecDeque;

use super::super::sqs_queue::{MOST, SqsQueue};
use super::LambdaHost;
use super::attempts::Attempts;
use super::queued::Queued;
use crate::Error;
use crate::event::{DeliveryOptions, Poll};

impl LambdaHost {
    /// Looks once into a real queue: receives up to ten messages, invokes the function with them,
    /// deletes those that are not in its `batchItemFailures`, and leaves the others to the queue,
    /// which gives them again at once, or moves them to its dead-letter queue
    /// (<https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>).
    ///
    /// An empty queue invokes nothing.
    ///
    /// # Errors
    /// When the service does not do what it is asked to, or the host has stopped. A function that
    /// fails is no error.
    pub async fn poll(&self, queue: &SqsQueue) -> Result<Poll, Error> {
        let received = queue.receive().await?;
        let mut poll = Poll::default();
        if received.is_empty() {
            return Ok(poll);
        }
        let (handles, mut waiting): (Vec<_>, VecDeque<_>) = received
            .into_iter()
            .enumerate()
            .map(|(place, message)| {
                let batched = message.batched;
                (message.handle, Queued { place, batched })
            })
            .unzip();
        let batch = Queued::batch(&mut waiting, MOST);
        let mut attempts = Attempts::new(self, batch.len(), &DeliveryOptions::default());
        let records = batch.iter().map(|item| item.batched.record.clone());
        let failed = Queued::invoke(&batch, records.collect(), &mut attempts).await?;
        for (place, (item, handle)) in batch.iter().zip(&handles).enumerate() {
            poll.received.push(item.batched.identifier.clone());
            if failed.contains(place) {
                poll.again.push(item.batched.identifier.clone());
                queue.release(handle).await?;
            } else {
                queue.delete(handle).await?;
            }
        }
        // They did not fit into the invocation.
        for handle in handles.iter().skip(batch.len()) {
            queue.release(handle).await?;
        }
        poll.failures = attempts.report().failures;
        Ok(poll)
    }
}
