//! A queue: each message that failed comes again, after those that wait.

use std::collections::{HashSet, VecDeque};

use super::attempts::Attempts;
use super::queued::Queued;
use crate::Error;
use crate::lambda::source::received;

/// Within which the order is kept: a message group, or a message of a queue that keeps none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Group {
    Named(String),
    Alone(usize),
}

impl Group {
    fn of(item: &Queued) -> Self {
        match &item.batched.group {
            Some(group) if item.batched.origin.ends_with(".fifo") => Self::Named(group.clone()),
            _ => Self::Alone(item.place),
        }
    }
}

pub(super) async fn deliver(
    mut waiting: VecDeque<Queued>,
    attempts: &mut Attempts<'_>,
) -> Result<(), Error> {
    while !waiting.is_empty() {
        let batch = Queued::batch(&mut waiting, attempts.batch_size);
        let mut records = Vec::new();
        for item in &batch {
            let count = attempts.begin(item.place);
            records.push(received(&item.batched.record, count));
        }
        let failed = Queued::invoke(&batch, records, attempts).await?;
        let again = batch
            .into_iter()
            .enumerate()
            .filter(|(place, item)| failed.contains(*place) && attempts.again(item.place))
            .map(|(_, item)| item)
            .collect();
        put_back(&mut waiting, again);
    }
    Ok(())
}

/// Behind what waits go the messages that come again, and the later ones of their groups with them.
fn put_back(waiting: &mut VecDeque<Queued>, again: Vec<Queued>) {
    let groups: HashSet<Group> = again.iter().map(Group::of).collect();
    let (later, ready): (VecDeque<_>, VecDeque<_>) = waiting
        .drain(..)
        .partition(|item| groups.contains(&Group::of(item)));
    *waiting = ready;
    waiting.extend(again);
    waiting.extend(later);
}
