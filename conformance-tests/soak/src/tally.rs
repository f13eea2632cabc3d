//! What became of the requests.

use std::fmt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// What became of one thing that a client did.
#[derive(Debug)]
pub(crate) enum Fate {
    /// The answer came, and is right.
    Answered,
    /// The client itself made sure that there would be none, or no right one.
    Spoilt,
    /// Nobody listened.
    Refused,
    /// A new connection ended without a word.
    Unheard,
    /// There should have been an answer, or another one.
    Lost(String),
}

/// How many of each there were.
#[derive(Default)]
pub(crate) struct Tally {
    answered: AtomicU64,
    spoilt: AtomicU64,
    refused: AtomicU64,
    unheard: AtomicU64,
    lost: Mutex<Vec<String>>,
}

impl Tally {
    pub(crate) fn add(&self, fate: Fate) {
        let count = match fate {
            Fate::Answered => &self.answered,
            Fate::Spoilt => &self.spoilt,
            Fate::Refused => &self.refused,
            Fate::Unheard => &self.unheard,
            Fate::Lost(how) => {
                if let Ok(mut lost) = self.lost.lock() {
                    lost.push(how);
                }
                return;
            }
        };
        count.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether nothing is lost. The system completes handshakes by itself: at each end of a
    /// server one connection may fall between the last look into the backlog and the closing of
    /// the socket.
    pub(crate) fn verdict(&self, ends: u64) -> Result<(), String> {
        let lost = self.lost.lock().map_err(|error| error.to_string())?;
        if let Some(first) = lost.first() {
            return Err(format!("{} lost, the first: {first}; {self}", lost.len()));
        }
        if self.unheard.load(Ordering::Relaxed) > ends {
            return Err(format!(
                "{self}: more unheard than there were ends ({ends})"
            ));
        }
        if self.answered.load(Ordering::Relaxed) == 0 {
            return Err("nothing was answered".to_owned());
        }
        Ok(())
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        write!(
            f,
            "{} answered, {} spoilt by their client, {} refused while nobody listened, {} unheard",
            count(&self.answered),
            count(&self.spoilt),
            count(&self.refused),
            count(&self.unheard)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lost_request_is_told() {
        let tally = Tally::default();
        tally.add(Fate::Answered);
        tally.add(Fate::Unheard);
        tally.verdict(1).unwrap();
        tally.verdict(0).unwrap_err();
        tally.add(Fate::Lost("cut off".to_owned()));
        assert!(tally.verdict(1).unwrap_err().contains("cut off"));
        Tally::default().verdict(0).unwrap_err();
    }
}
