//! Where responses are kept.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use http::header::{HeaderMap, HeaderName};
use moka::ops::compute::{CompResult, Op};
use moka::sync::Cache;
use moka::{Entry, Expiry};

use super::key::Key;
use super::moment::Moment;
use super::stored::Stored;
use super::varying::Varying;
use super::writes::Writes;

/// What is kept under a key.
#[derive(Clone)]
enum Slot {
    Response(Arc<Stored>),
    /// The response is under the key that this one makes of the request's headers.
    Varying(Arc<Varying>),
}

/// Responses by their target, up to a number of bytes.
pub(crate) struct Store {
    slots: Cache<Key, Slot>,
    writes: Writes,
    next_number: AtomicU64,
    entry_limit_bytes: u64,
}

/// What a slot takes besides its key and its value: nodes, counters, timers.
const SLOT_BYTES: usize = 512;

impl Store {
    pub(crate) fn new(capacity_bytes: u64) -> Self {
        Self {
            slots: Cache::builder()
                .max_capacity(capacity_bytes)
                .weigher(|key: &Key, slot: &Slot| {
                    let bytes = SLOT_BYTES + key.len() + slot.len();
                    u32::try_from(bytes).unwrap_or(u32::MAX)
                })
                .expire_after(UntilStale)
                .build(),
            writes: Writes::new(),
            next_number: AtomicU64::new(0),
            // What one weighs is counted in 32 bits.
            entry_limit_bytes: (capacity_bytes / 8).min(u64::from(u32::MAX / 2)),
        }
    }

    /// The most that one response may take.
    pub(crate) fn entry_limit_bytes(&self) -> u64 {
        self.entry_limit_bytes
    }

    /// The response to a request for `target` with these headers.
    pub(crate) fn find(&self, target: &Key, headers: &HeaderMap) -> Option<Arc<Stored>> {
        let slot = match self.slots.get(target)? {
            Slot::Varying(varying) => self.slots.get(&varying.key(headers))?,
            response => response,
        };
        match slot {
            Slot::Response(stored) => Some(stored),
            Slot::Varying(_) => None,
        }
    }

    /// How often the target was written to: to be asked before the function is.
    pub(crate) fn writes_to(&self, target: &Key) -> u64 {
        self.writes.to(target)
    }

    /// Keeps the response to a request for `target` with these headers, unless it is too large
    /// or there were more than `writes` meanwhile.
    pub(crate) fn insert(
        &self,
        target: Key,
        headers: &HeaderMap,
        varies_by: Vec<HeaderName>,
        stored: Stored,
        writes: u64,
    ) {
        if stored.len() as u64 > self.entry_limit_bytes {
            return;
        }
        let lifetime = stored.left(Moment::now());
        let response = Slot::Response(Arc::new(stored));
        let kept = self.slots.entry(target.clone()).and_compute_with(|known| {
            match known.map(Entry::into_value) {
                _ if self.writes.to(&target) != writes => Op::Nop,
                Some(Slot::Varying(known)) => {
                    let varying = known.with(varies_by, lifetime);
                    Op::Put(Slot::Varying(Arc::new(varying)))
                }
                _ if varies_by.is_empty() => Op::Put(response.clone()),
                _ => {
                    let varying = Varying::new(self.fresh_number(), varies_by, lifetime);
                    Op::Put(Slot::Varying(Arc::new(varying)))
                }
            }
        });
        if let CompResult::Inserted(entry) | CompResult::ReplacedWith(entry) = kept {
            if let Slot::Varying(varying) = entry.into_value() {
                self.slots.insert(varying.key(headers), response);
            }
        }
        // Left to itself the cache makes room only now and then, and would grow until it does.
        self.slots.run_pending_tasks();
    }

    /// Forgets all responses of the target: something was written to it.
    pub(crate) fn forget(&self, target: &Key) {
        // Of what is computed for one key, one thing happens after another: an insertion either
        // is over and removed here, or sees the write.
        self.slots.entry_by_ref(target).and_compute_with(|_| {
            self.writes.add(target);
            Op::Remove
        });
    }

    fn fresh_number(&self) -> u64 {
        self.next_number.fetch_add(1, Ordering::Relaxed)
    }
}

impl Slot {
    fn len(&self) -> usize {
        match self {
            Self::Response(stored) => stored.len(),
            Self::Varying(varying) => varying.len(),
        }
    }
}

/// A slot goes when its response is stale, or the last of its responses.
struct UntilStale;

impl Expiry<Key, Slot> for UntilStale {
    fn expire_after_create(&self, _: &Key, slot: &Slot, _: Instant) -> Option<Duration> {
        Some(match slot {
            Slot::Response(stored) => stored.left(Moment::now()),
            Slot::Varying(varying) => varying.lifetime(),
        })
    }

    fn expire_after_update(
        &self,
        key: &Key,
        slot: &Slot,
        updated_at: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        self.expire_after_create(key, slot, updated_at)
    }
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store")
            .field("slots", &self.slots.entry_count())
            .field("bytes", &self.slots.weighted_size())
            .finish_non_exhaustive()
    }
}
