//! What became of a delivery.

use serde::Serialize;
use serde_json::Value;

/// How a source delivers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryOptions {
    /// How often an item is delivered at most before it goes to the dead letters (default 3).
    pub max_attempts: u32,
    /// How many items go into one invocation, where the source has batches (default 10).
    pub batch_size: usize,
    /// The function that is called, where the source itself does not tell (Azure's Event Grid).
    pub function: Option<String>,
}

impl Default for DeliveryOptions {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            batch_size: 10,
            function: None,
        }
    }
}

impl DeliveryOptions {
    /// The same with another limit of attempts.
    #[must_use]
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = attempts;
        self
    }

    /// The same with other batches.
    #[must_use]
    pub fn batch_size(mut self, items: usize) -> Self {
        self.batch_size = items;
        self
    }

    /// The same for a function of that name.
    #[must_use]
    pub fn function(mut self, name: impl Into<String>) -> Self {
        self.function = Some(name.into());
        self
    }
}

/// What became of each item, in the order in which they were given, and of the invocations.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
#[non_exhaustive]
pub struct DeliveryReport {
    /// One entry for each item.
    pub items: Vec<ItemReport>,
    /// How many invocations it took.
    pub invocations: u32,
    /// Why invocations failed, in the platform's words, in order.
    pub failures: Vec<String>,
    /// What the last successful invocation returned, where the source hands it to somebody (a
    /// state machine, an output binding, the body of an answer).
    pub returned: Option<Value>,
}

impl DeliveryReport {
    /// The items that were delivered in vain, by their place.
    pub fn dead_letters(&self) -> Vec<usize> {
        let dead = |(_, item): &(usize, &ItemReport)| item.fate == Fate::DeadLettered;
        let items = self.items.iter().enumerate();
        items.filter(dead).map(|(place, _)| place).collect()
    }
}

/// What became of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ItemReport {
    /// How often it was delivered.
    pub attempts: u32,
    /// How it ended.
    pub fate: Fate,
}

/// How the delivery of an item ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// The function took it.
    Done,
    /// The function failed on it as often as it may, and it went to the dead letters.
    DeadLettered,
}
