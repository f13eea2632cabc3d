//! How often targets were written to.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

use super::key::Key;

/// Tells an answer that was begun before a write from one that was begun after it: the former
/// may hold what the write has changed, and must not be kept.
///
/// Many targets share a count. A write to another of them costs an answer its place in the
/// cache, no more.
#[derive(Debug)]
pub(crate) struct Writes {
    counts: [AtomicU64; 64],
    hashed_by: RandomState,
}

impl Writes {
    pub(crate) fn new() -> Self {
        Self {
            counts: [const { AtomicU64::new(0) }; 64],
            hashed_by: RandomState::new(),
        }
    }

    pub(crate) fn to(&self, target: &Key) -> u64 {
        self.count(target).load(Ordering::SeqCst)
    }

    pub(crate) fn add(&self, target: &Key) {
        self.count(target).fetch_add(1, Ordering::SeqCst);
    }

    fn count(&self, target: &Key) -> &AtomicU64 {
        let hash = self.hashed_by.hash_one(target);
        // The remainder is below 64, and fits into every `usize`.
        &self.counts[(hash % 64) as usize]
    }
}
