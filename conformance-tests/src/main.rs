//! `cargo conformance`: see the library's documentation.

mod options;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use polyfn_conformance::{
    Column, Progress, Report, Suite, Target, build_probe, report, run, run_peers,
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
    let mut suite = Suite::standard()?;
    if !options.case.is_empty() {
        suite = suite.matching(&options.case);
        if suite.cases().is_empty() {
            return Err("no case has such an id; see --list".into());
        }
    }
    if options.list {
        for case in suite.cases() {
            println!("{:<48} {}", case.id, case.title);
        }
        return Ok(true);
    }
    let columns = options.columns();
    let progress = Progress::new(suite.cases().len() * columns.len());
    let mut outcome = Report::default();
    if !options.no_cases {
        let binaries = binaries(&columns, &options.binary, &progress).await?;
        let runs: Vec<_> = columns
            .into_iter()
            .filter_map(|column| Some((binaries.get(&column.target())?.clone(), column)))
            .collect();
        outcome = run(&suite, &runs, &progress).await;
    }
    if options.peers {
        outcome.peers = run_peers(&progress).await;
    }
    progress.finish();
    write(&options, &outcome)?;
    print!("{}", report::table(&outcome));
    Ok(outcome.totals().failed == 0)
}

/// The binary of each target: the one that was given, or the probe.
async fn binaries(
    columns: &[Column],
    given: &[(Target, PathBuf)],
    progress: &Progress,
) -> Result<BTreeMap<Target, PathBuf>, Box<dyn std::error::Error>> {
    let mut binaries: BTreeMap<_, _> = given.iter().cloned().collect();
    let needed: BTreeSet<_> = columns.iter().map(|column| column.target()).collect();
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
