//! By which request headers the responses of a target differ.

use std::time::Duration;

use http::header::{HeaderMap, HeaderName, VARY};

use super::key::Key;

/// The headers named in `Vary`. `None` for `*`, and where one of them is no name.
pub(crate) fn varies_by(headers: &HeaderMap) -> Option<Vec<HeaderName>> {
    let lines = headers.get_all(VARY).iter();
    let members = lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b','));
    let members = members.map(<[u8]>::trim_ascii);
    members
        .filter(|member| !member.is_empty())
        .map(|name| HeaderName::from_bytes(name).ok())
        .map(|name| name.filter(|name| *name != "*"))
        .collect()
}

/// What is kept under a target in the place of a response, where its responses vary.
#[derive(Debug)]
pub(crate) struct Varying {
    /// Given once: when the target is forgotten, what was kept by its number is never found
    /// again.
    number: u64,
    names: Vec<HeaderName>,
    /// That of the response that is kept longest.
    lifetime: Duration,
}

impl Varying {
    pub(crate) fn new(number: u64, names: Vec<HeaderName>, lifetime: Duration) -> Self {
        Self {
            number,
            names,
            lifetime,
        }
    }

    /// The same with a further response. Where it varies by more than was known, those that are
    /// kept already are not found any more: nobody knows whether they differ by it.
    pub(crate) fn with(&self, names: Vec<HeaderName>, lifetime: Duration) -> Self {
        let mut all = self.names.clone();
        all.extend(names.into_iter().filter(|name| !self.names.contains(name)));
        Self::new(self.number, all, self.lifetime.max(lifetime))
    }

    pub(crate) fn key(&self, headers: &HeaderMap) -> Key {
        Key::variant(self.number, &self.names, headers)
    }

    pub(crate) fn lifetime(&self) -> Duration {
        self.lifetime
    }

    pub(crate) fn len(&self) -> usize {
        self.names.iter().map(|name| name.as_str().len()).sum()
    }
}
