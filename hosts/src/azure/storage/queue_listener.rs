//! `QueueListener.cs` and `QueueProcessor.cs` of
//! Microsoft.Azure.WebJobs.Extensions.Storage.Queues: what becomes of the messages of a queue.

use super::queue::{StorageQueue, Taken};
use crate::Error;
use crate::azure::source::Source;
use crate::azure::subscriber::subscriber;
use crate::azure::{FunctionsHost, delivery};
use crate::event::{DeliveryOptions, Happening, Message, Poll};

impl FunctionsHost {
    /// Looks once into a real queue: takes up to 16 messages and calls the function that listens
    /// to the queue with each. A message on which it fails comes again at once, or goes to the
    /// queue `<name>-poison` when it has been taken as often as the options' attempts say
    /// (`maxDequeueCount`); so does one whose text is no base64, without any call
    /// (<https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger#poison-messages>).
    ///
    /// # Errors
    /// When no function or more than one listens, when the service does not do what it is asked
    /// to, or when the worker will not be ready again.
    pub async fn poll_queue(
        &self,
        queue: &StorageQueue,
        options: &DeliveryOptions,
    ) -> Result<Poll, Error> {
        let mut poll = Poll::default();
        for message in queue.take().await? {
            poll.received.push(message.id().to_owned());
            let failure = self.process(queue, &message, options).await?;
            let Some(failure) = failure else {
                queue.delete(&message).await?;
                continue;
            };
            poll.failures.push(failure.reason);
            let is_last = message.dequeue_count >= options.max_attempts;
            if failure.is_for_good || is_last {
                poll.poisoned.push(message.id().to_owned());
                queue.poison(&message).await?;
            } else {
                poll.again.push(message.id().to_owned());
                queue.release(&message).await?;
            }
        }
        Ok(poll)
    }

    async fn process(
        &self,
        queue: &StorageQueue,
        message: &Taken,
        options: &DeliveryOptions,
    ) -> Result<Option<Failure>, Error> {
        let happening = Happening::Message(Message {
            channel: queue.name().to_owned(),
            ..Message::default()
        });
        let source = Source::StorageQueue;
        let function = subscriber(self.app.functions(), source, &happening, options)?;
        let Some(decoded) = message.decoded()? else {
            return Ok(Some(Failure {
                reason: format!("the text of message {} is no base64", message.id()),
                is_for_good: true,
            }));
        };
        let outcome = match decoded.delivery(&function.trigger) {
            Ok(delivery) => delivery::invoke(&self.app, function, delivery, None).await?,
            Err(reason) => Err(reason),
        };
        Ok(outcome.err().map(|reason| Failure {
            reason,
            is_for_good: false,
        }))
    }
}

struct Failure {
    reason: String,
    is_for_good: bool,
}
