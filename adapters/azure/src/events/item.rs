//! One item of a call, on its way to an event.

use bytes::Bytes;
use polyfn_core::{Context, EventKind, Origin};

use super::metadata::Facts;

/// What came, and what is told of it.
#[derive(Debug)]
pub(super) struct Item<'a> {
    pub(super) body: Bytes,
    pub(super) facts: Facts<'a>,
    pub(super) context: &'a Context,
}

impl Item<'_> {
    /// The context of this item. Where the service does not count its attempts, the function's
    /// retries tell.
    pub(super) fn context(&self, attempt: Option<u32>) -> Context {
        let attempt = attempt.filter(|attempt| *attempt > 0);
        let attempt = attempt.or_else(|| self.facts.retries());
        self.context.clone().with_attempt(attempt)
    }

    /// Names an item whose service tells no id that can be believed: by the invocation, which is
    /// another one in each delivery.
    pub(super) fn fallback_id(&self) -> String {
        let invocation_id = self.context.invocation_id();
        match self.facts {
            Facts::Alone(_) => invocation_id.to_owned(),
            Facts::Batched { place, .. } => format!("{invocation_id}/{place}"),
        }
    }
}

/// Where an event happened: `/queues/orders`, and `/queues` where the name is not known.
pub(super) fn source(parts: &[(&str, Option<&str>)]) -> String {
    let mut source = String::new();
    for (kind, name) in parts {
        source.extend(["/", kind]);
        match name {
            Some(name) => source.extend(["/", name]),
            None => break,
        }
    }
    source
}

/// What the event is for, with the names that are known.
pub(super) fn origin<'n>(
    kind: EventKind,
    names: impl IntoIterator<Item = Option<&'n str>>,
) -> Origin {
    let names = names.into_iter().flatten();
    names.fold(Origin::new([kind]), Origin::named)
}
