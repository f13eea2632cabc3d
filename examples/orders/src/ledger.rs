//! Where orders are kept.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use crate::order::Order;

/// A file with an order in each line. A service would keep them in a database.
#[derive(Debug, Clone)]
pub(crate) struct Ledger(Arc<Mutex<Entries>>);

#[derive(Debug)]
struct Entries {
    file: File,
    known: BTreeSet<u64>,
}

impl Ledger {
    /// Opens the ledger, and reads which orders it has.
    pub(crate) fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        let file = options.create(true).append(true).read(true).open(path)?;
        let mut known = BTreeSet::new();
        for line in BufReader::new(&file).lines() {
            let order: Order = serde_json::from_str(&line?)?;
            known.insert(order.id);
        }
        Ok(Self(Arc::new(Mutex::new(Entries { file, known }))))
    }

    /// Writes the order down, unless it is there already.
    pub(crate) fn enter(&self, order: &Order) -> io::Result<()> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.known.contains(&order.id) {
            return Ok(());
        }
        let line = format!("{}\n", serde_json::to_string(order)?);
        entries.file.write_all(line.as_bytes())?;
        entries.known.insert(order.id);
        Ok(())
    }
}
