//! Running the cases of a process's life on their columns.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use crate::process::attempt::attempt;
use crate::process::{ProcessColumn, ProcessExclusion, ProcessResult, ProcessSuite};
use crate::turns::in_turns_of;
use crate::{CaseResult, Failure, Progress, Target, Verdict};

/// How many processes run at once: nearly all of them wait for something.
const AT_ONCE: usize = 12;

/// Runs each case on those of its columns that are among `columns`, against the binary of their
/// target, each in a process of its own.
pub async fn run_processes(
    suite: &ProcessSuite,
    binaries: &BTreeMap<Target, PathBuf>,
    columns: &[ProcessColumn],
    progress: &Progress,
) -> Vec<ProcessResult> {
    let count = suite.cases().len();
    progress.say(&format!("running {count} cases of processes"));
    let suite = Arc::new(suite.clone());
    let places = suite.cases().iter().enumerate().flat_map(|(place, case)| {
        let tried = case.columns().into_iter();
        let tried = tried.filter(|column| columns.contains(column));
        tried.filter_map(move |column| Some((place, column, binaries.get(&column.target())?)))
    });
    let runs = places.map(|(place, column, binary)| {
        let (suite, progress, binary) = (Arc::clone(&suite), progress.clone(), binary.clone());
        async move {
            let case = &suite.cases()[place];
            let outcome = attempt(case, column, &binary).await;
            progress.case_done(column, &case.id);
            (
                place,
                column,
                verdict(outcome, suite.exclusion(case, column)),
            )
        }
    });
    let mut results: Vec<_> = suite.cases().iter().map(CaseResult::untried).collect();
    for (place, column, verdict) in in_turns_of(AT_ONCE, runs).await {
        results[place].verdicts.push((column, verdict));
    }
    results
}

fn verdict(outcome: Result<(), Failure>, exclusion: Option<&ProcessExclusion>) -> Verdict {
    match (outcome, exclusion) {
        (Ok(()), exclusion) => Verdict::of_pass(exclusion),
        (Err(failure), None) => Verdict::Failed(failure),
        (Err(mut failure), Some(exclusion)) => {
            let (explained, unexplained) = failure
                .differences
                .into_iter()
                .partition(|difference| exclusion.is_reason_for(difference));
            failure.differences = explained;
            Verdict::of_loss(exclusion, unexplained, failure)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Difference;

    const SUITE: &str = "
        [[exclusion]]
        name = 'e'
        on = ['gcp']
        changes = ['the end']
        reason = 'because'
        link = 'https://x'
        [[case]]
        id = 'a'
        title = 'A'
        step = [{ stop = 'in-time' }]
        exclude = ['e']
    ";

    #[test]
    fn an_exclusion_has_to_go_on_failing_and_explains_no_more_than_it_says() {
        let suite = ProcessSuite::from_files([("x", SUITE)]).unwrap();
        let on_gcp = |outcome| {
            let exclusion = suite.exclusion(&suite.cases()[0], ProcessColumn::Gcp);
            verdict(outcome, exclusion)
        };
        let failed = |what: &str| Err(Difference::new(what, "a", "b").into());
        assert!(matches!(on_gcp(failed("the end")), Verdict::Excluded(_)));
        assert!(matches!(on_gcp(failed("the log")), Verdict::Failed(_)));
        let Verdict::Failed(failure) = on_gcp(Ok(())) else {
            panic!("an exclusion that passes is a failure");
        };
        let text = failure.to_string();
        assert!(text.contains("remove the exclusion"), "{text}");
    }

    #[tokio::test]
    async fn a_binary_that_does_not_serve_fails() {
        let text = "[[case]]\nid = 'a'\ntitle = 'A'\nstep = [{ stop = 'in-time' }]";
        let suite = ProcessSuite::from_files([("x", text)]).unwrap();
        let binaries = [(Target::Local, "/bin/true".into())].into();
        let columns = ProcessColumn::all();
        let results = run_processes(&suite, &binaries, &columns, &Progress::quiet()).await;
        let [(ProcessColumn::Local, Verdict::Failed(failure))] = &results[0].verdicts[..] else {
            panic!("one column has a binary: {:?}", results[0].verdicts);
        };
        let text = failure.to_string();
        assert!(text.contains("ended without telling"), "{text}");
    }
}
