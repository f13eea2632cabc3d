//! A program with a subscriber of its own, which is one for the whole process.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use polyfn_core::Target;
use polyfn_telemetry::logs::install;
use support::Log;

#[test]
fn a_program_keeps_its_own_subscriber() {
    let own = Log::new(Target::Gcp, &[]);
    tracing::dispatcher::set_global_default(own.dispatch.clone()).unwrap();
    install(Target::Aws).unwrap();
    tracing::info!("hello");
    let lines = own.lines();
    assert_eq!(lines.len(), 1, "{lines:#?}");
    assert!(lines[0].contains(r#""severity":"INFO""#), "{lines:#?}");
}
