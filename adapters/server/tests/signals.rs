//! The signals, in a process of their own: every test here would hear them.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::future::{pending, ready};
use std::process::Command;
use std::time::Duration;

use polyfn_server::Signals;

#[tokio::test]
async fn a_signal_ends_a_start_and_is_not_forgotten_meanwhile() {
    let (mut one, mut other) = (Signals::watch(), Signals::watch());
    assert_eq!(one.unless(ready(7)).await, Some(7), "none came");
    let pid = std::process::id().to_string();
    let killed = Command::new("kill").args(["-s", "TERM", &pid]).status();
    assert!(killed.unwrap().success());
    for signals in [&mut one, &mut other] {
        let heard = tokio::time::timeout(Duration::from_secs(10), signals.unless(pending::<()>()));
        assert_eq!(heard.await.unwrap(), None, "each hears it");
    }
}
