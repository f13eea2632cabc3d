//! What a person sees while the suite runs.

use std::fmt;
use std::io::{IsTerminal, stderr};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A progress display: a bar on a terminal, plain lines elsewhere, on standard error.
#[derive(Debug, Clone)]
pub struct Progress(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Bar(ProgressBar),
    Lines,
    Quiet,
}

impl Progress {
    /// A bar if standard error is a terminal, plain lines if not. `steps` is the number of cases
    /// on all columns, those of events among them.
    pub fn new(steps: usize) -> Self {
        if !stderr().is_terminal() {
            return Self(Kind::Lines);
        }
        let bar = ProgressBar::new(steps as u64);
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        bar.enable_steady_tick(Duration::from_millis(200));
        Self(Kind::Bar(bar))
    }

    /// Shows nothing.
    pub fn quiet() -> Self {
        Self(Kind::Quiet)
    }

    /// Says what is done now.
    pub fn say(&self, what: &str) {
        match &self.0 {
            Kind::Bar(bar) => bar.set_message(what.to_owned()),
            Kind::Lines => eprintln!("{what}"),
            Kind::Quiet => {}
        }
    }

    /// One case on one column is done.
    pub(crate) fn case_done(&self, column: impl fmt::Display, id: &str) {
        if let Kind::Bar(bar) = &self.0 {
            bar.set_message(format!("{column} {id}"));
            bar.inc(1);
        }
    }

    /// Takes the display away.
    pub fn finish(&self) {
        if let Kind::Bar(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}
