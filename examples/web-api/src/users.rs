//! The users, in memory: where a real program has a database.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) name: String,
    pub(crate) email: String,
}

impl User {
    /// What is wrong with the user, if anything is.
    pub(crate) fn problem(&self) -> Option<String> {
        if self.name.trim().is_empty() {
            return Some("the name is empty".to_owned());
        }
        let (local, domain) = self.email.split_once('@').unwrap_or_default();
        if local.is_empty() || !domain.contains('.') {
            return Some(format!("{:?} is no e-mail address", self.email));
        }
        None
    }
}

/// A handle on the one store of the process.
#[derive(Debug, Clone, Default)]
pub(crate) struct Users(Arc<Mutex<BTreeMap<u64, User>>>);

impl Users {
    pub(crate) fn get(&self, id: u64) -> Option<User> {
        self.lock().get(&id).cloned()
    }

    /// Stores the user; gives the one who was there before.
    pub(crate) fn put(&self, id: u64, user: User) -> Option<User> {
        self.lock().insert(id, user)
    }

    pub(crate) fn delete(&self, id: u64) -> Option<User> {
        self.lock().remove(&id)
    }

    pub(crate) fn ids(&self) -> Vec<u64> {
        self.lock().keys().copied().collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, User>> {
        // Each change is one insert or remove: a panic elsewhere leaves no half of it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
