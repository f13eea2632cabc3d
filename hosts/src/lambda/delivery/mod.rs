//! Delivering happenings as AWS's event sources do, again and again where the function fails.
//!
//! Nothing waits between two attempts: a visibility timeout or a back-off is over at once.

mod attempts;
mod batch_answer;
mod one_by_one;
mod poll;
mod queue;
mod queued;
mod stream;

use bytes::Bytes;

use self::attempts::Attempts;
use self::queued::Queued;
use super::LambdaHost;
use super::source::{Manner, Source};
use crate::Error;
use crate::event::{DeliveryOptions, DeliveryReport, Happening};

impl LambdaHost {
    /// Delivers these happenings through `source`, and again where the function fails, as often as
    /// the options say.
    ///
    /// - **Queues** bring batches of one queue each, with `ReportBatchItemFailures` on. What failed
    ///   comes again after what waits, with its `ApproximateReceiveCount`, and goes to the dead
    ///   letters at last
    ///   (<https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html>). In a FIFO
    ///   queue a message that failed keeps the later ones of its group waiting, save those of its
    ///   own batch.
    /// - **Streams** bring batches of one shard each, with `ReportBatchItemFailures` on. The first
    ///   failure of a batch and all after it come again, and no others, until the batch is done or
    ///   has come as often as it may. What is left of it is discarded then, records that never
    ///   failed by themselves among it, since `BisectBatchOnFunctionError` is off
    ///   (<https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html>).
    /// - **Everything else** brings one happening an invocation; an asynchronous one comes again
    ///   with the same payload and the same request id
    ///   (<https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>).
    ///
    /// Options that allow no attempt, or an empty batch, allow one. The one limit of size is that
    /// of an invocation's payload: what the services themselves take at most is not modelled.
    ///
    /// # Errors
    /// When `source` cannot carry one of the happenings (see [`Source::takes`]), a time in it is no
    /// RFC 3339, it is too large for an invocation, or the host has stopped. A function that fails
    /// is no error: it is what the report is for.
    pub async fn deliver(
        &self,
        source: Source,
        happenings: &[Happening],
        options: &DeliveryOptions,
    ) -> Result<DeliveryReport, Error> {
        let mut attempts = Attempts::new(self, happenings.len(), options);
        match source.manner() {
            Manner::Queue => {
                for waiting in Queued::by_origin(source, happenings)? {
                    queue::deliver(waiting, &mut attempts).await?;
                }
            }
            Manner::Stream => {
                for shard in Queued::by_origin(source, happenings)? {
                    stream::deliver(shard, &mut attempts).await?;
                }
            }
            Manner::Asynchronous => {
                for (place, payload) in payloads(source, happenings)?.iter().enumerate() {
                    one_by_one::deliver(place, payload, &mut attempts).await?;
                }
            }
            Manner::Synchronous => {
                for (place, payload) in payloads(source, happenings)?.iter().enumerate() {
                    one_by_one::run_task(place, payload, &mut attempts).await?;
                }
            }
        }
        Ok(attempts.report())
    }
}

/// All of them, before the first is delivered.
fn payloads(source: Source, happenings: &[Happening]) -> Result<Vec<Bytes>, Error> {
    let numbered = happenings.iter().enumerate();
    numbered
        .map(|(place, happening)| Ok(source.payload(happening, place)?.to_string().into()))
        .collect()
}
