//! Comparing what came with what must come.

mod difference;
mod echo;
mod excluded;
mod fields;
mod response;

pub use difference::Difference;
pub(crate) use echo::{EchoFacts, echo};
pub(crate) use excluded::excluded;
pub(crate) use response::response;
