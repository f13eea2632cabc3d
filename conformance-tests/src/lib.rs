//! Proves that a function behaves the same on every target of polyfn.
//!
//! A suite of [cases](Case), each of them data, is run against a built binary on each
//! [column](Column): a target, and where a target has several ways to deliver HTTP (Lambda's
//! fronts, the modes of an Azure custom handler) each of these. The platforms are those of
//! `polyfn-hosts`, and what happens there is told by [cases of events](event) as well, and how a process lives by
//! [cases of processes](process); nothing here
//! knows the SDK, so any binary can be tested that offers the functions of the [probe](https://docs.rs/polyfn-probe).
//!
//! ```no_run
//! # async fn example() -> Result<(), polyfn_conformance::Error> {
//! use polyfn_conformance::{Column, Progress, Suite, Verdict, run};
//!
//! let suite = Suite::standard()?;
//! let columns = [("target/debug/bootstrap".into(), "aws/http-api".parse()?)];
//! let report = run(&suite, &columns, &Progress::quiet()).await;
//! for result in &report.cases {
//!     for (column, verdict) in &result.verdicts {
//!         if let Verdict::Failed(failure) = verdict {
//!             println!("{} on {column}: {failure}", result.case.id);
//!         }
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! `cargo conformance` does this for polyfn itself: see `cargo conformance --help`.
//!
//! | to add | look at |
//! |---|---|
//! | a case | `cases/README.md`: no Rust is needed |
//! | a kind of expectation | [`EchoExpectation`], [`ResponseExpectation`], and the private module `check` |
//! | a target, or a way to deliver | [`Column`], and the private module `deployment` |
//! | a source of events | [`EventColumn`], and the private module `host` of [`event`] |
//! | a step in a process's life | [`StepKind`](process::StepKind), and the private module `attempt` of [`process`] |
//! | a real peer | [`run_peers`], and the private module `peers` |
//! | a form of the report | [`report`] |

mod attempt;
mod body;
mod case;
mod case_suite;
mod check;
mod column;
mod deployment;
mod error;
pub mod event;
pub mod http;
mod peers;
mod probe;
pub mod process;
mod progress;
pub mod report;
mod runner;
mod suite;
mod turns;
mod verdict;

pub use body::BodySpec;
pub use case::{
    Case, ContextExpectation, EchoExpectation, Exclusion, FieldValue, IdPattern,
    ProblemExpectation, Reply, RequestSpec, ResponseExpectation, Step,
};
pub use case_suite::{CaseSuite, SuiteCase, SuiteColumn, SuiteExclusion};
pub use check::Difference;
pub use column::{AzureMode, Column, Selector, Target};
pub use error::Error;
pub use event::{EventColumn, EventExclusion, EventResult, EventSuite, run_events};
pub use peers::{PeerCheck, PeerOutcome, PeerRun, run_peers};
pub use polyfn_hosts::lambda::Front;
pub use probe::build_probe;
pub use process::{ProcessColumn, ProcessResult, ProcessSuite, run_processes};
pub use progress::Progress;
pub use runner::run;
pub use suite::Suite;
pub use verdict::{CaseResult, Failure, Loss, Report, Totals, Verdict};
