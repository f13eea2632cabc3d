//! Running the cases of events on their columns.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::event::check::check;
use crate::event::host::EventHost;
use crate::event::{EventCase, EventColumn, EventExclusion, EventResult, EventSuite, Observed};
use crate::turns::in_turns;
use crate::{CaseResult, Difference, Failure, Progress, Target, Verdict};

/// The longest invocation where a case is not about that: debug builds and a busy machine are no
/// fault of the function.
const TIME_LIMIT_S: u64 = 60;

/// Runs each case on those of its columns that are among `columns`, against the binary of their
/// target; as many targets at once as the machine has cores.
///
/// A binary that does not start fails the cases of its target.
pub async fn run_events(
    suite: &EventSuite,
    binaries: &BTreeMap<Target, PathBuf>,
    columns: &[EventColumn],
    progress: &Progress,
) -> Vec<EventResult> {
    let suite = Arc::new(suite.clone());
    let by_target = in_turns(binaries.clone().into_iter().filter_map(|(target, binary)| {
        let mut of_target = columns.to_vec();
        of_target.retain(|column| column.target() == target);
        if of_target.is_empty() {
            return None;
        }
        let (suite, progress) = (Arc::clone(&suite), progress.clone());
        Some(async move {
            let run = Run {
                suite: &suite,
                binary: &binary,
                progress: &progress,
                hosts: Vec::new(),
            };
            run.all(target, &of_target).await
        })
    }));
    let by_target = by_target.await;
    let mut results: Vec<_> = suite.cases().iter().map(CaseResult::untried).collect();
    for verdicts in by_target {
        for (result, verdicts) in results.iter_mut().zip(verdicts) {
            result.verdicts.extend(verdicts);
        }
    }
    results
}

/// A run on one target.
struct Run<'a> {
    suite: &'a EventSuite,
    binary: &'a Path,
    progress: &'a Progress,
    /// Those that run, by what they can deliver.
    hosts: Vec<(EventColumn, EventHost)>,
}

impl Run<'_> {
    /// The verdicts of each case, in order.
    async fn all(
        mut self,
        target: Target,
        columns: &[EventColumn],
    ) -> Vec<Vec<(EventColumn, Verdict)>> {
        let count = self.suite.cases().len();
        self.progress
            .say(&format!("running {count} cases of events on {target}"));
        let mut all = Vec::with_capacity(count);
        for case in self.suite.cases() {
            let mut verdicts = Vec::new();
            for column in case
                .columns()
                .into_iter()
                .filter(|one| columns.contains(one))
            {
                let outcome = self.attempt(case, column).await;
                verdicts.push((column, verdict(outcome, self.suite, case, column)));
                self.progress.case_done(column, &case.id);
            }
            all.push(verdicts);
        }
        for (_, host) in self.hosts {
            host.stop().await;
        }
        all
    }

    async fn attempt(
        &mut self,
        case: &EventCase,
        column: EventColumn,
    ) -> Result<Observed, Failure> {
        let key = EventHost::key(case, column).map_err(|problem| no_delivery(&problem))?;
        let alone = case.alone.then_some(case.function.as_str());
        let is_alone = alone.is_some() || case.time_limit_s.is_some();
        let place = self.hosts.iter().position(|(known, _)| *known == key);
        let mut host = match place.filter(|_| !is_alone) {
            Some(place) => self.hosts.swap_remove(place).1,
            None => {
                let limit = case.time_limit_s.unwrap_or(TIME_LIMIT_S);
                let started = EventHost::start(key, self.binary, limit, alone).await;
                started.map_err(|problem| Difference::new("the function", "to start", problem))?
            }
        };
        let delivered = host.deliver(case, column).await;
        // Where nothing was delivered the process may be to blame; the next case is not.
        if is_alone || delivered.is_err() {
            host.stop().await;
        } else {
            self.hosts.push((key, host));
        }
        let observed = delivered.map_err(|problem| no_delivery(&problem))?;
        let differences = check(&case.expected, &observed, column);
        if differences.is_empty() {
            return Ok(observed);
        }
        Err(Failure {
            differences,
            transcript: Some(observed.transcript()),
        })
    }
}

/// No platform is allowed to say nothing at all, excluded or not.
fn no_delivery(problem: &str) -> Failure {
    Difference::new("the delivery", "to end", problem).into()
}

fn verdict(
    outcome: Result<Observed, Failure>,
    suite: &EventSuite,
    case: &EventCase,
    column: EventColumn,
) -> Verdict {
    match (outcome, suite.exclusion(case, column)) {
        (Ok(_), exclusion) => Verdict::of_pass(exclusion),
        (Err(failure), Some(exclusion)) => loss(failure, exclusion),
        (Err(failure), None) => Verdict::Failed(failure),
    }
}

/// Whether the exclusion explains all that was different. It never explains that there was no
/// delivery at all.
fn loss(mut failure: Failure, exclusion: &EventExclusion) -> Verdict {
    let (explained, unexplained): (Vec<_>, Vec<_>) = failure
        .differences
        .into_iter()
        .partition(|difference| exclusion.is_reason_for(difference));
    failure.differences = explained;
    Verdict::of_loss(exclusion, unexplained, failure)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUITE: &str = "
        [[exclusion]]
        name = 'e'
        on = ['aws/sqs']
        changes = ['fates']
        reason = 'because'
        link = 'https://x'
        [[case]]
        id = 'a'
        title = 'A'
        deliver = [{ kind = 'message', channel = 'orders', body = { text = 'a' } }]
        seen = [{ function = 'queue' }]
        exclude = ['e']
    ";

    #[test]
    fn an_exclusion_has_to_go_on_failing() {
        let suite = EventSuite::from_files([("x", SUITE)]).unwrap();
        let on = |outcome, column: &str| {
            verdict(outcome, &suite, &suite.cases()[0], column.parse().unwrap())
        };
        let passed = || Ok(Observed::success(None));
        let difference = |what: &str| Difference::new(what, "a", "b");
        let broken = || Err(difference("fates").into());
        assert!(matches!(on(passed(), "aws/sns"), Verdict::Passed));
        assert!(matches!(on(broken(), "aws/sns"), Verdict::Failed(_)));
        assert!(matches!(on(broken(), "aws/sqs"), Verdict::Excluded(loss) if loss.name == "e"));
        let both = Failure {
            differences: vec![difference("fates"), difference("data.body")],
            transcript: None,
        };
        let Verdict::Failed(unexplained) = on(Err(both), "aws/sqs") else {
            panic!("the exclusion does not explain the body");
        };
        assert_eq!(unexplained.differences[0].what, "data.body");
        let silent = Err(no_delivery("it has died"));
        assert!(matches!(on(silent, "aws/sqs"), Verdict::Failed(_)));
        let Verdict::Failed(failure) = on(passed(), "aws/sqs") else {
            panic!("an exclusion that passes is a failure");
        };
        assert!(
            failure.to_string().contains("remove the exclusion"),
            "{failure}"
        );
    }

    #[tokio::test]
    async fn a_binary_that_does_not_start_fails_its_target() {
        let suite = EventSuite::from_files([("x", SUITE)]).unwrap();
        let binaries = [(Target::Local, "/bin/true".into())].into();
        let columns = EventColumn::all();
        let results = run_events(&suite, &binaries, &columns, &Progress::quiet()).await;
        assert!(!results[0].verdicts.is_empty());
        for (column, verdict) in &results[0].verdicts {
            assert_eq!(column.target(), Target::Local);
            assert!(
                matches!(verdict, Verdict::Failed(_)),
                "{column}: {verdict:?}"
            );
        }
    }
}
