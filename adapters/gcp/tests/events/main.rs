//! What Google's own examples of events are to a function.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod background;
mod background_event;
mod firestore;
mod golden;
mod malformed;
mod other;
mod pubsub;
mod robustness;
mod storage;
