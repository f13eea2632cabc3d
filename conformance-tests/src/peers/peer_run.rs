//! What came of one peer.

use std::fmt;

use crate::peers::install::InstallError;

/// The lines of a peer's own output that are shown: so many from the beginning and the end.
const SHOWN: usize = 12;

/// The longest line that is shown, in characters.
const LINE: usize = 180;

/// A peer, pinned.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer {
    /// What it is.
    pub(super) name: &'static str,
    /// What its registry calls it.
    pub(super) package: &'static str,
    /// The only version that is installed.
    pub(super) version: &'static str,
}

/// What came of one peer.
#[derive(Debug, Clone)]
pub struct PeerRun {
    /// The peer: what it is, its package, its version.
    pub peer: String,
    /// The checks, in the order in which they were made.
    pub checks: Vec<PeerCheck>,
    /// What the peer printed itself.
    pub output: String,
}

/// One thing that was checked with a peer.
#[derive(Debug, Clone)]
pub struct PeerCheck {
    /// What was checked.
    pub title: String,
    /// What came of it.
    pub outcome: PeerOutcome,
    /// What a reader should know of it all the same: a known difference with its reason.
    pub notes: Vec<String>,
}

/// What came of one check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PeerOutcome {
    /// All is as it must be.
    Passed,
    /// Something is not, in words.
    Failed(String),
    /// It could not be checked here, and why.
    Skipped(String),
}

/// Why a peer's checks ended before the last of them.
#[derive(Debug)]
pub(super) enum Stop {
    /// The peer is not there.
    NotInstalled(InstallError),
    /// This machine can't run it now.
    NotHere(String),
    /// It is not on this machine, and no registry has it for one.
    NotPublished(String),
    /// Something that should work does not.
    Broken(String),
}

impl From<InstallError> for Stop {
    fn from(error: InstallError) -> Self {
        Self::NotInstalled(error)
    }
}

impl From<String> for Stop {
    fn from(problem: String) -> Self {
        Self::Broken(problem)
    }
}

impl PeerRun {
    pub(super) fn of(peer: Peer) -> Self {
        Self {
            peer: format!("{} ({} {})", peer.name, peer.package, peer.version),
            checks: Vec::new(),
            output: String::new(),
        }
    }

    pub(super) fn record(&mut self, title: impl Into<String>, outcome: Result<(), String>) {
        self.record_with_notes(title, outcome, Vec::new());
    }

    pub(super) fn record_with_notes(
        &mut self,
        title: impl Into<String>,
        outcome: Result<(), String>,
        notes: Vec<String>,
    ) {
        self.checks.push(PeerCheck {
            title: title.into(),
            outcome: outcome.map_or_else(PeerOutcome::Failed, |()| PeerOutcome::Passed),
            notes,
        });
    }

    /// The checks could not go on. `strict` makes a skip a failure where somebody can mend it.
    pub(super) fn stopped(&mut self, stop: Stop, strict: bool) {
        let (title, outcome) = match stop {
            Stop::NotInstalled(error) if strict && !error.is_refusal() => {
                ("is installed", PeerOutcome::Failed(error.to_string()))
            }
            Stop::NotInstalled(error) => ("is installed", PeerOutcome::Skipped(error.to_string())),
            Stop::NotHere(why) if strict => ("runs here", PeerOutcome::Failed(why)),
            Stop::NotHere(why) => ("runs here", PeerOutcome::Skipped(why)),
            Stop::NotPublished(why) => ("is there", PeerOutcome::Skipped(why)),
            Stop::Broken(problem) => ("runs to the end", PeerOutcome::Failed(problem)),
        };
        self.checks.push(PeerCheck {
            title: title.to_owned(),
            outcome,
            notes: Vec::new(),
        });
    }

    /// The skips, each as a line that can't be overlooked.
    pub fn skips(&self) -> impl Iterator<Item = String> {
        self.checks.iter().filter_map(|check| match &check.outcome {
            PeerOutcome::Skipped(why) => Some(format!(
                "skipped: {}: {}",
                self.peer,
                why.lines().map(str::trim).collect::<Vec<_>>().join(" ")
            )),
            _ => None,
        })
    }
}

/// The checks and what is behind them, then the peer's own output, shortened.
impl fmt::Display for PeerRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.peer)?;
        for check in &self.checks {
            let (sign, why) = match &check.outcome {
                PeerOutcome::Passed => ("✓", ""),
                PeerOutcome::Failed(why) => ("✗", why.as_str()),
                PeerOutcome::Skipped(why) => ("– skipped:", why.as_str()),
            };
            writeln!(f, "  {sign} {}", check.title)?;
            let notes = check.notes.iter().map(String::as_str);
            for line in why.lines().chain(notes) {
                writeln!(f, "      {line}")?;
            }
        }
        for line in shortened(&self.output) {
            writeln!(f, "    | {line}")?;
        }
        Ok(())
    }
}

fn shortened(output: &str) -> Vec<String> {
    let lines: Vec<_> = output
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| match line.char_indices().nth(LINE) {
            Some((end, _)) => format!("{}…", &line[..end]),
            None => line.to_owned(),
        })
        .collect();
    let left_out = lines.len().saturating_sub(2 * SHOWN);
    if left_out == 0 {
        return lines;
    }
    let mut shown = lines[..SHOWN].to_vec();
    shown.push(format!("… {left_out} lines …"));
    shown.extend_from_slice(&lines[SHOWN + left_out..]);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run() -> PeerRun {
        PeerRun::of(Peer {
            name: "A peer",
            package: "p",
            version: "1",
        })
    }

    fn outcome(stop: Stop, strict: bool) -> PeerOutcome {
        let mut run = run();
        run.stopped(stop, strict);
        run.checks.remove(0).outcome
    }

    #[test]
    fn only_what_can_be_mended_fails_in_ci() {
        let skipped = |stop, strict| matches!(outcome(stop, strict), PeerOutcome::Skipped(_));
        let refused = || InstallError::new("go", "x@v1: 403 Forbidden").into();
        let missing = || InstallError::new("pip", "no such file").into();
        assert!(skipped(refused(), false) && skipped(refused(), true));
        assert!(skipped(missing(), false) && !skipped(missing(), true));
        assert!(skipped(
            Stop::NotPublished("no registry has it".into()),
            true
        ));
        assert!(!skipped(Stop::Broken("it broke".into()), false));
    }

    #[test]
    fn all_is_told() {
        let mut run = run();
        run.record("works", Ok(()));
        run.record("answers", Err("status: expected 200, came 500".into()));
        run.stopped(Stop::NotHere("port 8080\n is taken".into()), false);
        run.output = (0..30).map(|number| format!("line {number}\n\n")).collect();
        let text = run.to_string();
        let beginning = "A peer (p 1)\n  ✓ works\n  ✗ answers\n      status: expected 200, came 500\n  \
                         – skipped: runs here\n      port 8080\n       is taken\n    | line 0\n";
        assert!(text.starts_with(beginning), "{text}");
        assert!(text.contains("| line 11\n    | … 6 lines …\n    | line 18\n"));
        let skips: Vec<_> = run.skips().collect();
        assert_eq!(skips, ["skipped: A peer (p 1): port 8080 is taken"]);
    }
}
