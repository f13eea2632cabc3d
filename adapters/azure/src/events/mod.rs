//! Everything but HTTP: the host's calls to events, and what comes of them to its answers.

mod blob;
mod body;
mod call;
mod cosmos_db;
mod decode;
mod event_grid;
mod event_hubs;
mod invoke;
mod item;
mod json_value;
mod kafka;
mod metadata;
mod service_bus;
mod storage_queue;
mod timer;
mod trigger;

pub use decode::deliveries;
pub(crate) use invoke::{invoke, succeeded};
pub(crate) use trigger::{EventTrigger, SUPPORTED};

#[cfg(test)]
mod tests;
