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

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use proptest::prelude::*;
    use serde_json::Value;

    use super::super::super::source::BatchRecord;
    use super::*;

    fn queued(place: usize, group: u8) -> Queued {
        Queued {
            place,
            batched: BatchRecord {
                record: Value::Null,
                identifier: place.to_string(),
                origin: "arn:aws:sqs:us-east-1:123456789012:orders.fifo".to_owned(),
                group: Some(group.to_string()),
            },
        }
    }

    proptest! {
        #[test]
        fn a_group_keeps_its_order_whatever_fails(
            groups in proptest::collection::vec(0..3_u8, 0..20),
            failures in proptest::collection::vec(any::<bool>(), 0..60),
            size in 1..5_usize,
        ) {
            let numbered = groups.iter().enumerate();
            let mut waiting: VecDeque<_> = numbered.map(|(place, group)| queued(place, *group)).collect();
            let mut unfinished: BTreeMap<u8, BTreeSet<usize>> = BTreeMap::new();
            for (place, group) in groups.iter().enumerate() {
                unfinished.entry(*group).or_default().insert(place);
            }
            let mut failures = failures.into_iter();
            while !waiting.is_empty() {
                let batch = Queued::batch(&mut waiting, size);
                prop_assert!((1..=size).contains(&batch.len()));
                for (group, places) in &unfinished {
                    let of_group = batch.iter().map(|item| item.place).filter(|place| groups[*place] == *group);
                    let delivered: Vec<_> = of_group.collect();
                    let due: Vec<_> = places.iter().copied().take(delivered.len()).collect();
                    prop_assert_eq!(delivered, due, "of group {}", group);
                }
                let (again, done): (Vec<_>, Vec<_>) =
                    batch.into_iter().partition(|_| failures.next().unwrap_or(false));
                for item in done {
                    unfinished.get_mut(&groups[item.place]).unwrap().remove(&item.place);
                }
                put_back(&mut waiting, again);
            }
            prop_assert!(unfinished.values().all(BTreeSet::is_empty), "{:?}", unfinished);
        }
    }
}
