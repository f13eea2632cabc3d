//! What the host says beside the data, as far as it can be believed.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::json_value::JsonValue;

/// What `Metadata` holds.
///
/// When a trigger's string is a JSON object, the host merges its members into the metadata,
/// where they overwrite what the host itself knows (`Utility.ApplyBindingData`). Whoever sends a
/// message could so choose its id. A key is not believed, then, if the data have a member of
/// that name.
#[derive(Debug)]
pub(super) struct Metadata<'a> {
    members: BTreeMap<String, &'a RawValue>,
    overwritten: Overwritten,
}

/// The keys that the data overwrite.
#[derive(Debug)]
enum Overwritten {
    /// These, without regard to case.
    Keys(BTreeSet<String>),
    /// Nobody knows which: the host's parser reads what is no strict JSON as well (comments,
    /// names without quotes).
    All,
}

impl<'a> Metadata<'a> {
    /// `text` is the trigger's data if they are text.
    pub(super) fn new(members: BTreeMap<String, &'a RawValue>, text: Option<&str>) -> Self {
        Self {
            members,
            overwritten: text.map_or(Overwritten::Keys(BTreeSet::new()), overwritten),
        }
    }

    /// The same with further keys that data decide about.
    pub(super) fn without<'n>(mut self, keys: impl Iterator<Item = &'n str>) -> Self {
        if let Overwritten::Keys(known) = &mut self.overwritten {
            known.extend(keys.map(folded));
        }
        self
    }

    /// The value of that key, in any case.
    pub(super) fn get(&self, key: &str) -> Option<JsonValue> {
        let is_overwritten = match &self.overwritten {
            Overwritten::Keys(keys) => keys.contains(&folded(key)),
            Overwritten::All => true,
        };
        if is_overwritten {
            return None;
        }
        let member = self.members.get(key).or_else(|| {
            let mut members = self.members.iter();
            Some(members.find(|(name, _)| name.eq_ignore_ascii_case(key))?.1)
        });
        JsonValue::unwrapped(member?)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.members
            .keys()
            .any(|name| name.eq_ignore_ascii_case(key))
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &str> {
        self.members.keys().map(String::as_str)
    }

    /// The arrays that tell of each item of a batch. One that does not have as many elements as
    /// there are items tells nothing: nobody knows which element is whose.
    pub(super) fn columns(&self, items: usize) -> Columns {
        let mut columns = BTreeMap::new();
        for key in self.keys() {
            let Some(name) = key.strip_suffix(ARRAY) else {
                continue;
            };
            let Some(elements) = self.get(key).and_then(|value| value.elements()) else {
                continue;
            };
            if elements.len() == items {
                columns.insert(name.to_owned(), elements);
            } else {
                let values = elements.len();
                tracing::warn!(key, values, items, "metadata left out: the lengths differ");
            }
        }
        Columns(columns)
    }
}

/// What the keys of a batch's metadata end with.
pub(super) const ARRAY: &str = "Array";

/// What is told of each item of a batch.
#[derive(Debug)]
pub(super) struct Columns(BTreeMap<String, Vec<Box<RawValue>>>);

/// What is told of one item.
#[derive(Debug, Clone, Copy)]
pub(super) enum Facts<'m> {
    /// It comes alone.
    Alone(&'m Metadata<'m>),
    /// It stands at that place in a batch.
    Batched {
        metadata: &'m Metadata<'m>,
        columns: &'m Columns,
        place: usize,
    },
}

impl Facts<'_> {
    /// What is told of this item.
    pub(super) fn get(self, name: &str) -> Option<JsonValue> {
        match self {
            Self::Alone(metadata) => metadata.get(name),
            Self::Batched { columns, place, .. } => {
                JsonValue::new(columns.0.get(name)?.get(place)?)
            }
        }
    }

    pub(super) fn text(self, name: &str) -> Option<String> {
        let text = self.get(name)?.text();
        (!text.is_empty()).then_some(text)
    }

    /// What is told of the whole invocation.
    pub(super) fn shared(self, name: &str) -> Option<JsonValue> {
        match self {
            Self::Alone(metadata) | Self::Batched { metadata, .. } => metadata.get(name),
        }
    }

    /// How often the function was called for this, counted from 1, where the function has a
    /// [retry policy].
    ///
    /// [retry policy]: https://learn.microsoft.com/azure/azure-functions/functions-bindings-error-pages#retries
    pub(super) fn retries(self) -> Option<u32> {
        let retries = self.shared("RetryContext")?.members()?.get("RetryCount")?;
        retries.parsed::<u32>()?.checked_add(1)
    }
}

fn overwritten(text: &str) -> Overwritten {
    let is_space = |c: char| c.is_whitespace() || c == '\u{feff}';
    let text = text.trim_matches(is_space);
    if !text.starts_with('{') || !text.ends_with('}') {
        return Overwritten::Keys(BTreeSet::new());
    }
    match serde_json::from_str::<BTreeMap<String, IgnoredAny>>(text) {
        Ok(members) => Overwritten::Keys(members.keys().map(|name| folded(name)).collect()),
        Err(_) => Overwritten::All,
    }
}

/// .NET compares by capitals; `ſ` has one that is no other letter's small form.
fn folded(name: &str) -> String {
    name.to_uppercase().to_lowercase()
}
