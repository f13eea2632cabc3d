//! Cases of a process's life: how it starts, what it is told, how it ends, and what it says.
//!
//! Each has a process of its own on each [column](ProcessColumn), and steps that are taken one after
//! the other; see `cases/README.md` for how to write one.

mod attempt;
mod azure_app;
mod case;
mod check;
mod column;
mod exclusion;
mod expectation;
mod host;
mod log_line;
mod pattern;
mod piecewise;
mod runner;
mod setting;
mod start;
mod step;
mod suite;
mod warm_up;

pub use case::ProcessCase;
pub(crate) use column::names as process_names;
pub use column::{LambdaMode, ProcessColumn};
pub use exclusion::ProcessExclusion;
pub use expectation::{Invocation, LogExpectation, ProcessExpectation, StartFailure};
pub use pattern::ProcessPattern;
pub use runner::run_processes;
pub use setting::Setting;
pub use step::{Arrival, Next, ProcessStep, RequestStep, StepKind, Stop, WarmUp, Whose};
pub use suite::{ProcessResult, ProcessSuite};
