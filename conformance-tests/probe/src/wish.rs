//! What the data of an event ask a handler to do.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use polyfn::prelude::*;

use crate::SECRET;
use crate::shown::Shown;

/// What a handler is asked to do, once it has told of the event.
#[derive(Debug, Default)]
pub(crate) struct Wish {
    sleep: Duration,
    /// How many deliveries fail before one does not.
    fail_times: u64,
    end: End,
}

/// How often each event came that is to fail at first, by its id.
static DELIVERIES: Mutex<BTreeMap<String, u64>> = Mutex::new(BTreeMap::new());

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum End {
    #[default]
    Success,
    Failure,
    Panic,
    Discard,
}

impl End {
    /// The one whose word is asked for.
    fn asked_by(is_asked: impl Fn(&str) -> bool) -> Self {
        let ends = [
            ("discard", Self::Discard),
            ("panic", Self::Panic),
            ("fail", Self::Failure),
        ];
        let asked = ends.into_iter().find(|(word, _)| is_asked(word));
        asked.map(|(_, end)| end).unwrap_or_default()
    }
}

impl Wish {
    fn of_members(data: &Shown) -> Self {
        let number = |name: &str| data.member(name).and_then(serde_json::Value::as_u64);
        Self {
            sleep: Duration::from_millis(number("sleep_ms").unwrap_or(0)),
            fail_times: number("fail_times").unwrap_or(0),
            end: End::asked_by(|word| data.member(word).is_some_and(|value| value == true)),
        }
    }

    fn of_key(key: &str) -> Self {
        Self {
            end: End::asked_by(|word| key.contains(word)),
            ..Self::default()
        }
    }

    /// Does as the event of that id asks.
    pub(crate) async fn come_true(self, id: &str) -> Result<()> {
        tokio::time::sleep(self.sleep).await;
        if self.fail_times > 0 && deliveries(id) <= self.fail_times {
            return Err(std::io::Error::other(SECRET).into());
        }
        match self.end {
            End::Success => Ok(()),
            End::Failure => Err(std::io::Error::other(SECRET).into()),
            End::Panic => panic!("{SECRET}"),
            End::Discard => Err(Error::discard("it is of no use")),
        }
    }
}

/// Counts one more delivery of the event.
fn deliveries(id: &str) -> u64 {
    let mut known = DELIVERIES.lock().unwrap_or_else(PoisonError::into_inner);
    let count = known.entry(id.to_owned()).or_default();
    *count += 1;
    *count
}

/// Data that may ask for something.
pub(crate) trait Wishing {
    fn wish(&self) -> Wish;
}

impl Wishing for Shown {
    fn wish(&self) -> Wish {
        Wish::of_members(self)
    }
}

impl Wishing for Message<Shown> {
    fn wish(&self) -> Wish {
        Wish::of_members(&self.body)
    }
}

impl Wishing for Record<Shown> {
    fn wish(&self) -> Wish {
        Wish::of_members(&self.body)
    }
}

impl Wishing for DocumentChange<Shown> {
    fn wish(&self) -> Wish {
        let image = self.new.as_ref().or(self.old.as_ref());
        image.map(Wish::of_members).unwrap_or_default()
    }
}

impl Wishing for ObjectCreated {
    fn wish(&self) -> Wish {
        Wish::of_key(&self.key)
    }
}

impl Wishing for ObjectDeleted {
    fn wish(&self) -> Wish {
        Wish::of_key(&self.key)
    }
}

impl Wishing for Schedule {
    fn wish(&self) -> Wish {
        Wish::default()
    }
}
