//! `cargo conformance`: see the library's documentation.

mod options;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use polyfn_conformance::event::EventCase;
use polyfn_conformance::{
    EventColumn, EventSuite, Progress, Report, Suite, Target, build_probe, report, run, run_events,
    run_peers,
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
    if !options.case.is_empty() {
        suite = suite.matching(&options.case);
        events = events.matching(&options.case);
        if suite.cases().is_empty() && events.cases().is_empty() {
            return Err("no case has such an id; see --list".into());
        }
    }
    if options.list {
        let requests = suite.cases().iter().map(|case| (&case.id, &case.title));
        let events = events.cases().iter().map(|case| (&case.id, &case.title));
        for (id, title) in requests.chain(events) {
            println!("{id:<48} {title}");
        }
        return Ok(true);
    }
    let mut columns = options.columns();
    if suite.cases().is_empty() {
        columns.clear();
    }
    let event_columns = tried(&events, options.event_columns());
    let tries = events.cases().iter().flat_map(EventCase::columns);
    let tries = tries
        .filter(|column| event_columns.contains(column))
        .count();
    if columns.is_empty() && tries == 0 && !options.no_cases {
        return Err("none of these cases is tried on such a target".into());
    }
    let progress = Progress::new(suite.cases().len() * columns.len() + tries);
    let mut outcome = Report::default();
    if !options.no_cases {
        let targets = columns.iter().map(|column| column.target());
        let event_targets: BTreeSet<_> = event_columns.iter().map(|one| one.target()).collect();
        let targets = targets.chain(event_targets.iter().copied()).collect();
        let binaries = binaries(targets, &options.binary, &progress).await?;
        let runs: Vec<_> = columns
            .into_iter()
            .filter_map(|column| Some((binaries.get(&column.target())?.clone(), column)))
            .collect();
        outcome = run(&suite, &runs, &progress).await;
        outcome.events = run_events(&events, &binaries, &event_columns, &progress).await;
        outcome.event_targets = event_targets.into_iter().collect();
    }
    if options.peers {
        outcome.peers = run_peers(&progress).await;
    }
    progress.finish();
    write(&options, &outcome)?;
    print!("{}", report::table(&outcome));
    Ok(outcome.totals().failed == 0)
}

/// Those of the columns that a case is tried on.
fn tried(events: &EventSuite, mut columns: Vec<EventColumn>) -> Vec<EventColumn> {
    let tried: Vec<_> = events.cases().iter().flat_map(EventCase::columns).collect();
    columns.retain(|column| tried.contains(column));
    columns
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
