//! A shard: everything from the first failure of a batch on comes again.

use std::collections::VecDeque;

use super::attempts::Attempts;
use super::batch_answer::Failed;
use super::queued::Queued;
use crate::Error;

pub(super) async fn deliver(
    mut shard: VecDeque<Queued>,
    attempts: &mut Attempts<'_>,
) -> Result<(), Error> {
    while !shard.is_empty() {
        let mut batch = Queued::batch(&mut shard, attempts.batch_size);
        while !batch.is_empty() {
            let mut records = Vec::new();
            for item in &batch {
                attempts.begin(item.place);
                records.push(item.batched.record.clone());
            }
            // The lowest sequence number that is named is the earliest place: a shard is in order.
            let done = match Queued::invoke(&batch, records, attempts).await? {
                Failed::All => 0,
                Failed::Places(places) => places.into_iter().min().unwrap_or(batch.len()),
            };
            batch.drain(..done);
            // All that is left has come equally often.
            batch.retain(|item| attempts.again(item.place));
        }
    }
    Ok(())
}
