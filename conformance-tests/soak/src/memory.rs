//! What a process has in memory over the time.

use crate::server::Server;

/// The most that was seen in each half of a time.
#[derive(Default)]
pub(crate) struct Memory {
    samples_bytes: Vec<u64>,
}

/// What an allocator may keep more of from one half to the next, in bytes.
const SLACK_BYTES: u64 = 4 * 1024 * 1024;

pub(crate) const MIB: u64 = 1024 * 1024;

impl Memory {
    pub(crate) fn sample(&mut self, server: &Server) {
        self.samples_bytes.extend(server.resident_bytes());
    }

    /// The most that was seen, in bytes.
    pub(crate) fn most_bytes(&self) -> u64 {
        self.samples_bytes.iter().copied().max().unwrap_or_default()
    }

    /// Whether the second half needed about as much as the first.
    pub(crate) fn verdict(&self) -> Result<(), String> {
        let (first, second) = self.samples_bytes.split_at(self.samples_bytes.len() / 2);
        let most = |samples: &[u64]| samples.iter().copied().max().unwrap_or_default();
        let (before, after) = (most(first), most(second));
        if after > before + before / 4 + SLACK_BYTES {
            return Err(format!(
                "memory grows: at most {} MiB in the first half, {} MiB in the second",
                before / MIB,
                after / MIB
            ));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(samples_mib: &[u64]) -> Result<(), String> {
        let samples_bytes = samples_mib.iter().map(|mib| mib * MIB).collect();
        Memory { samples_bytes }.verdict()
    }

    #[test]
    fn what_stays_is_fine_and_what_grows_is_told() {
        verdict(&[10, 30, 20, 31]).unwrap();
        verdict(&[]).unwrap();
        let problem = verdict(&[10, 20, 40, 60]).unwrap_err();
        assert!(
            problem.contains("20 MiB") && problem.contains("60 MiB"),
            "{problem}"
        );
    }
}
