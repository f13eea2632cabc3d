//! The command line.

use std::path::PathBuf;

use clap::Parser;
use polyfn_conformance::{Column, EventColumn, IdPattern, ProcessColumn, Selector, Target};

/// Runs polyfn's conformance cases on every target and prints the table.
///
/// Each target's probe is built, run on this machine under a stand-in for its platform, and sent the
/// same requests. A ✗ makes the exit code 1, and so does an exclusion that is none any more.
#[derive(Debug, Parser)]
#[command(
    name = "cargo conformance",
    bin_name = "cargo conformance",
    max_term_width = 100
)]
pub(crate) struct Options {
    /// A target (`local`, `gcp`, `aws`, `azure`), one of its columns (`aws/alb`), one of its
    /// sources of events (`aws/sqs`) or of its columns of processes (`aws/streaming`); all without
    /// it.
    #[arg(long, value_name = "TARGET")]
    pub(crate) target: Vec<Selector>,

    /// A part of a case's id (`cookies`), or a pattern with `*` (`query/*`).
    #[arg(long, value_name = "ID")]
    pub(crate) case: Vec<IdPattern>,

    /// Tests this binary instead of polyfn's probe; it has to offer the same functions.
    #[arg(long, value_name = "TARGET=PATH", value_parser = binary)]
    pub(crate) binary: Vec<(Target, PathBuf)>,

    /// Runs the real peers after the cases: the vendors' emulators and clients, and what others have
    /// written for the same contracts. Each is installed from its registry, with pip, npm or go,
    /// into `peers` in cargo's target folder. One that can't be is skipped; with CI=true that
    /// fails, unless no registry has it or its registry refuses the package.
    #[arg(long)]
    pub(crate) peers: bool,

    /// Leaves the cases out, for the peers alone.
    #[arg(long, requires = "peers")]
    pub(crate) no_cases: bool,

    /// Writes the report as JSON.
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,

    /// Writes the report as JUnit XML.
    #[arg(long, value_name = "FILE")]
    pub(crate) junit: Option<PathBuf>,

    /// Writes the table as Markdown.
    #[arg(long, value_name = "FILE")]
    pub(crate) markdown: Option<PathBuf>,

    /// Lists the cases that would run, and runs none.
    #[arg(long)]
    pub(crate) list: bool,
}

fn binary(text: &str) -> Result<(Target, PathBuf), String> {
    let (target, path) = text.split_once('=').ok_or("it has the form TARGET=PATH")?;
    let target = target.parse().map_err(|error| format!("{error}"))?;
    Ok((target, path.into()))
}

impl Options {
    /// The columns that were chosen, in the table's order.
    pub(crate) fn columns(&self) -> Vec<Column> {
        let chosen = |column: &Column| {
            self.target.is_empty() || self.target.iter().any(|one| one.covers(*column))
        };
        Column::all().into_iter().filter(chosen).collect()
    }

    /// The sources of events that were chosen, in the table's order.
    pub(crate) fn event_columns(&self) -> Vec<EventColumn> {
        let chosen = |column: &EventColumn| {
            self.target.is_empty() || self.target.iter().any(|one| one.covers_events(*column))
        };
        EventColumn::all().into_iter().filter(chosen).collect()
    }

    /// The columns of processes that were chosen, in the table's order.
    pub(crate) fn process_columns(&self) -> Vec<ProcessColumn> {
        let chosen = |column: &ProcessColumn| {
            self.target.is_empty() || self.target.iter().any(|one| one.covers_processes(*column))
        };
        ProcessColumn::all().into_iter().filter(chosen).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Options, clap::Error> {
        Options::try_parse_from(std::iter::once("conformance").chain(arguments.iter().copied()))
    }

    #[test]
    fn all_columns_unless_some_are_chosen() {
        assert_eq!(parse(&[]).unwrap().columns(), Column::all());
        let chosen = parse(&["--target", "azure", "--target", "aws/alb"])
            .unwrap()
            .columns();
        assert_eq!(chosen.len(), 4);
        assert_eq!(chosen[0].to_string(), "aws/alb");
        let events = |arguments: &[&str]| parse(arguments).unwrap().event_columns().len();
        assert_eq!(events(&["--target", "aws/alb"]), 0);
        assert_eq!(events(&["--target", "aws/sqs"]), 1);
        assert!(events(&["--target", "aws"]) > 10);
        let processes = |name: &str| parse(&["--target", name]).unwrap().process_columns().len();
        assert_eq!(processes("aws/streaming"), 1);
        assert_eq!((processes("aws"), processes("azure/proxying")), (3, 1));
        assert_eq!(processes("aws/sqs"), 0);
    }

    #[test]
    fn mistakes_say_what_there_is() {
        let error = parse(&["--target", "aws/v3"]).unwrap_err().to_string();
        assert!(error.contains("aws/rest-api"), "{error}");
        let error = parse(&["--binary", "x"]).unwrap_err().to_string();
        assert!(error.contains("TARGET=PATH"), "{error}");
    }

    #[test]
    fn there_is_something_to_run() {
        assert!(parse(&["--peers", "--no-cases"]).unwrap().no_cases);
        parse(&["--no-cases"]).unwrap_err();
    }

    #[test]
    fn a_binary_has_a_target() {
        let options = parse(&["--binary", "aws=/a=b"]).unwrap();
        assert_eq!(options.binary, [(Target::Aws, PathBuf::from("/a=b"))]);
    }
}
