//! `cargo conformance`: see the library's documentation.

mod options;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use polyfn_conformance::{
    CaseSuite, EventSuite, ProcessSuite, Progress, Report, Suite, SuiteCase, SuiteColumn, Target,
    build_probe, report, run, run_events, run_peers, run_processes,
};

use crate::options::Options;

#[tokio::main]
async fn main() -> ExitCode {
    match conform(Options::parse()).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("conformance: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether everything held.
async fn conform(options: Options) -> Result<bool, Box<dyn std::error::Error>> {
    let (mut suite, mut events) = (Suite::standard()?, EventSuite::standard()?);
    let mut processes = ProcessSuite::standard()?;
    if !options.case.is_empty() {
        suite = suite.matching(&options.case);
        events = events.matching(&options.case);
        processes = processes.matching(&options.case);
        let count = suite.cases().len() + events.cases().len() + processes.cases().len();
        if count == 0 {
            return Err("no case has such an id; see --list".into());
        }
    }
    if options.list {
        list(&suite);
        list(&events);
        list(&processes);
        return Ok(true);
    }
    let columns = tried(&suite, options.columns());
    let event_columns = tried(&events, options.event_columns());
    let process_columns = tried(&processes, options.process_columns());
    let tries = tries(&suite, &columns)
        + tries(&events, &event_columns)
        + tries(&processes, &process_columns);
    if tries == 0 && !options.no_cases {
        return Err("none of these cases is tried on such a target".into());
    }
    let progress = Progress::new(tries);
    let mut outcome = Report::default();
    if !options.no_cases {
        let event_targets = targets(&event_columns);
        let process_targets = targets(&process_columns);
        let mut needed = targets(&columns);
        needed.extend(event_targets.iter().chain(&process_targets));
        let binaries = binaries(needed, &options.binary, &progress).await?;
        let runs: Vec<_> = columns
            .into_iter()
            .filter_map(|column| Some((binaries.get(&column.target())?.clone(), column)))
            .collect();
        outcome = run(&suite, &runs, &progress).await;
        outcome.events = run_events(&events, &binaries, &event_columns, &progress).await;
        outcome.event_targets = event_targets.into_iter().collect();
        outcome.processes = run_processes(&processes, &binaries, &process_columns, &progress).await;
        outcome.process_targets = process_targets.into_iter().collect();
    }
    if options.peers {
        outcome.peers = run_peers(&progress).await;
    }
    progress.finish();
    write(&options, &outcome)?;
    print!("{}", report::table(&outcome));
    Ok(outcome.totals().failed == 0)
}

fn list<C: SuiteCase>(suite: &CaseSuite<C>) {
    for case in suite.cases() {
        println!("{:<48} {}", case.id(), case.title());
    }
}

/// Those of the columns that a case is tried on.
fn tried<C: SuiteCase<Column: PartialEq>>(
    suite: &CaseSuite<C>,
    mut columns: Vec<C::Column>,
) -> Vec<C::Column> {
    let tried: Vec<_> = suite.cases().iter().flat_map(C::columns).collect();
    columns.retain(|column| tried.contains(column));
    columns
}

/// How often a case is tried on one of the columns.
fn tries<C: SuiteCase<Column: PartialEq>>(suite: &CaseSuite<C>, columns: &[C::Column]) -> usize {
    let tries = suite.cases().iter().flat_map(C::columns);
    tries.filter(|column| columns.contains(column)).count()
}

fn targets(columns: &[impl SuiteColumn]) -> BTreeSet<Target> {
    columns.iter().map(|column| column.target()).collect()
}

/// The binary of each target: the one that was given, or the probe.
async fn binaries(
    needed: BTreeSet<Target>,
    given: &[(Target, PathBuf)],
    progress: &Progress,
) -> Result<BTreeMap<Target, PathBuf>, Box<dyn std::error::Error>> {
    let mut binaries: BTreeMap<_, _> = given.iter().cloned().collect();
    for target in needed {
        if let Entry::Vacant(missing) = binaries.entry(target) {
            progress.say(&format!("building the probe for {target}"));
            missing.insert(build_probe(target).await?);
        }
    }
    Ok(binaries)
}

fn write(options: &Options, outcome: &Report) -> Result<(), Box<dyn std::error::Error>> {
    let put = |path: &Path, text: String| {
        std::fs::write(path, text)
            .map_err(|error| format!("{} can't be written: {error}", path.display()))
    };
    if let Some(path) = &options.json {
        put(path, report::json(outcome))?;
    }
    if let Some(path) = &options.junit {
        put(path, report::junit(outcome)?)?;
    }
    if let Some(path) = &options.markdown {
        put(path, report::markdown(outcome))?;
    }
    Ok(())
}
