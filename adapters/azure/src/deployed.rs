//! The app, whole and one function at a time.

use std::collections::BTreeMap;

use polyfn_core::{AppService, Function};

/// What answers for each of the function app's folders.
#[derive(Debug)]
pub(crate) struct Deployed {
    whole: AppService,
    alone: BTreeMap<String, AppService>,
}

impl Deployed {
    pub(crate) fn new(whole: AppService) -> Self {
        let names = whole.functions().map(Function::name);
        let alone = names
            .filter_map(|name| Some((name.to_owned(), whole.clone().alone(name).ok()?)))
            .collect();
        Self { whole, alone }
    }

    /// All functions, by route.
    pub(crate) fn whole(&self) -> &AppService {
        &self.whole
    }

    /// A folder that bears a function's name deploys it alone; any other deploys them all.
    pub(crate) fn folder(&self, name: &str) -> &AppService {
        self.alone.get(name).unwrap_or(&self.whole)
    }
}
