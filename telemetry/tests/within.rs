//! Values that log while they are logged.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use std::fmt;

use polyfn_core::Target;
use support::{Log, Object};

/// Logs while it is logged, and fails at that.
struct Chatty;

impl fmt::Debug for Chatty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        tracing::info!("within");
        f.write_str("so f")?;
        Err(fmt::Error)
    }
}

#[test]
fn a_value_may_log_and_fail_while_it_is_logged() {
    let log = Log::new(Target::Azure, &[]);
    // A subscriber of one thread does not hear what is logged while it hears something.
    tracing::dispatcher::set_global_default(log.dispatch.clone()).unwrap();
    {
        let span = tracing::info_span!("around", value = ?Chatty, later = tracing::field::Empty);
        let _entered = span.enter();
        span.record("later", tracing::field::debug(Chatty));
        tracing::info!(value = ?Chatty, "outside");
    }
    let objects: Vec<_> = log.lines().iter().map(|line| Object::parse(line)).collect();
    let messages: Vec<_> = objects.iter().map(|object| object.get("message")).collect();
    assert_eq!(messages, ["within", "within", "within", "outside"]);
    assert_eq!(objects[3].get("value"), "so f", "as far as it goes");
}
