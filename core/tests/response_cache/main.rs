//! The cache as a client and a handler see it.

#![cfg(feature = "cache")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod bodies;
mod conditions;
mod failures;
mod limits;
mod requests;
mod responses;
mod site;
#[allow(dead_code, reason = "each test uses its own part")]
#[path = "../support/mod.rs"]
mod support;
mod targets;
mod varying;
mod writes;
