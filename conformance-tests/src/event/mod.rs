//! Cases of events: what happens somewhere, what a function must see of it, and what must come of
//! the delivery.
//!
//! A case says in neutral words what [happens](polyfn_hosts::event::Happening). It is tried once
//! for each [column](EventColumn), a target and one of its sources, that can tell of it; see
//! `cases/README.md` for how to write one.

mod ability;
mod azure_app;
mod bare_payload;
mod case;
mod check;
mod column;
mod exclusion;
mod expectation;
mod host;
mod line;
mod local_form;
mod matching;
mod observed;
mod pattern;
mod post;
mod raw;
mod runner;
mod suite;
mod template;

pub(crate) use case::CaseTable as EventTable;
pub use case::{EventCase, EventInput};
pub(crate) use check::check as check_events;
pub use column::{DataType, EventColumn};
pub use exclusion::EventExclusion;
pub use expectation::{EventExpectation, Seen};
pub(crate) use host::tell;
pub use local_form::LocalForm;
pub(crate) use observed::Observed;
pub use pattern::ColumnPattern;
pub use raw::{RawCall, RawInput, RawPayload, RawRequest};
pub use runner::run_events;
pub use suite::{EventResult, EventSuite};
