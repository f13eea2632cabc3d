//! What came of a run.

use std::fmt;

use crate::case_suite::{SuiteCase, SuiteColumn, SuiteExclusion};
use crate::event::EventResult;
use crate::process::ProcessResult;
use crate::{Case, Column, Difference, PeerOutcome, PeerRun, Target};

/// What came of one case on one column.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// All is as it must be.
    Passed,
    /// Something is not.
    Failed(Failure),
    /// The platform itself makes it impossible; it was tried all the same, and failed.
    Excluded(Loss),
}

impl Verdict {
    /// All is as it must be, which it must not be where an exclusion says that it cannot.
    pub(crate) fn of_pass(exclusion: Option<&impl SuiteExclusion>) -> Self {
        let Some(exclusion) = exclusion else {
            return Self::Passed;
        };
        let name = exclusion.loss().name;
        let expected = format!("a failure, since it is excluded as `{name}`");
        let came = "a pass: remove the exclusion";
        Self::Failed(Difference::new("the case", expected, came).into())
    }

    /// An excluded case failed: the exclusion has to explain all of it, but for what else the case
    /// asked for, which is told after what it does not explain.
    pub(crate) fn of_loss(
        exclusion: &impl SuiteExclusion,
        unexplained: Vec<Difference>,
        mut failure: Failure,
    ) -> Self {
        if unexplained.is_empty() {
            return Self::Excluded(exclusion.loss());
        }
        failure.differences.splice(..0, unexplained);
        Self::Failed(failure)
    }
}

/// What a platform itself takes away, as a report tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loss {
    /// The name of the exclusion.
    pub name: String,
    /// What the platform does.
    pub reason: String,
    /// The vendor's page or source that says so.
    pub link: String,
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.name, self.reason, self.link)
    }
}

/// Why a case failed.
#[derive(Debug, Clone)]
pub struct Failure {
    /// All that is not as it must be, in the first exchange where anything is not.
    pub differences: Vec<Difference>,
    /// That exchange, where there was one.
    pub transcript: Option<String>,
}

impl From<Difference> for Failure {
    fn from(difference: Difference) -> Self {
        Self {
            differences: vec![difference],
            transcript: None,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<_> = self.differences.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

/// What came of one case everywhere.
#[derive(Debug, Clone)]
pub struct CaseResult<C: SuiteCase = Case> {
    /// The case.
    pub case: C,
    /// One verdict for each column of the run that it was tried on.
    pub verdicts: Vec<(C::Column, Verdict)>,
}

impl<C: SuiteCase> CaseResult<C> {
    /// Of a case that has not been tried anywhere yet.
    pub(crate) fn untried(case: &C) -> Self
    where
        C: Clone,
    {
        Self {
            case: case.clone(),
            verdicts: Vec::new(),
        }
    }

    /// The verdicts on the columns of one target; none where it is not tried there.
    pub fn on(&self, target: Target) -> impl Iterator<Item = &(C::Column, Verdict)> {
        let verdicts = self.verdicts.iter();
        verdicts.filter(move |(column, _)| column.target() == target)
    }
}

/// What came of a whole run.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The columns, in the table's order.
    pub columns: Vec<Column>,
    /// The cases, in the suite's order.
    pub cases: Vec<CaseResult>,
    /// The targets on which there were events, in the table's order.
    pub event_targets: Vec<Target>,
    /// The cases of events, in the suite's order.
    pub events: Vec<EventResult>,
    /// The targets on which there were processes, in the table's order.
    pub process_targets: Vec<Target>,
    /// The cases of a process's life, in the suite's order.
    pub processes: Vec<ProcessResult>,
    /// The real peers, if they were asked for.
    pub peers: Vec<PeerRun>,
}

/// How many verdicts there are of each kind, those of peers among them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// Verdicts of [`Verdict::Passed`].
    pub passed: usize,
    /// Verdicts of [`Verdict::Failed`].
    pub failed: usize,
    /// Verdicts of [`Verdict::Excluded`], and what a peer could not check here.
    pub excluded: usize,
}

impl Report {
    /// How many verdicts there are of each kind.
    pub fn totals(&self) -> Totals {
        let mut totals = Totals::default();
        let of_requests = self.cases.iter().flat_map(|result| &result.verdicts);
        let of_requests = of_requests.map(|(_, verdict)| verdict);
        let of_events = self.events.iter().flat_map(|result| &result.verdicts);
        let of_events = of_events.map(|(_, verdict)| verdict);
        let of_processes = self.processes.iter().flat_map(|result| &result.verdicts);
        let of_processes = of_processes.map(|(_, verdict)| verdict);
        for verdict in of_requests.chain(of_events).chain(of_processes) {
            match verdict {
                Verdict::Passed => totals.passed += 1,
                Verdict::Failed(_) => totals.failed += 1,
                Verdict::Excluded(_) => totals.excluded += 1,
            }
        }
        for check in self.peers.iter().flat_map(|run| &run.checks) {
            match check.outcome {
                PeerOutcome::Passed => totals.passed += 1,
                PeerOutcome::Failed(_) => totals.failed += 1,
                PeerOutcome::Skipped(_) => totals.excluded += 1,
            }
        }
        totals
    }

    /// The targets of the columns, each once.
    pub fn targets(&self) -> Vec<Target> {
        let mut targets: Vec<_> = self.columns.iter().map(|column| column.target()).collect();
        targets.dedup();
        targets
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.excluded
        )
    }
}
