//! To which invocation a line belongs.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use polyfn_core::{Context, Target};
use support::{Log, Object, json};
use tracing::Instrument;

fn log() -> Log {
    Log::new(Target::Local, &[("POLYFN_LOG", "json")])
}

#[tokio::test]
async fn a_spawned_task_belongs_to_the_invocation_that_opened_its_span() {
    let log = log();
    let _guard = tracing::dispatcher::set_default(&log.dispatch);
    let context = Context::new(Target::Local, "7f3a");
    let mut spawned = None;
    context
        .scope(async {
            let work = async { tracing::info!("working") };
            let within = async { work.instrument(tracing::info_span!("inner")).await };
            let outer = tracing::info_span!("outer");
            spawned = Some(tokio::spawn(within.instrument(outer)));
        })
        .await;
    spawned.unwrap().await.unwrap();
    tracing::info!("on its own");

    let lines = log.lines();
    assert_eq!(Object::parse(&lines[0]).get("invocation_id"), "7f3a");
    let alone = Object::parse(&lines[1]);
    assert!(alone.find("invocation_id").is_none(), "{alone:#?}");
    assert!(alone.find("cold_start").is_none(), "{alone:#?}");
}

#[tokio::test]
async fn the_running_invocation_goes_before_that_of_a_span() {
    let log = log();
    let _guard = tracing::dispatcher::set_default(&log.dispatch);
    let opener = Context::new(Target::Local, "first");
    let shared = opener.scope(async { tracing::info_span!("pool") }).await;
    Context::new(Target::Local, "second")
        .scope(async { shared.in_scope(|| tracing::info!("taken")) })
        .await;
    let line = Object::parse(&log.lines()[0]);
    assert_eq!(line.get("invocation_id"), "second");
}

#[test]
fn an_event_can_name_its_invocation() {
    let object = json(|| {
        tracing::info!(
            invocation_id = "7f3a",
            function = "greet",
            attempt = 2,
            "hello"
        );
    });
    assert_eq!(object.get("invocation_id"), "7f3a");
    assert_eq!(object.get("function"), "greet");
    assert_eq!(*object.get("attempt"), 2);
}

#[tokio::test]
async fn an_invocation_is_named_once() {
    let log = log();
    let _guard = tracing::dispatcher::set_default(&log.dispatch);
    let context = Context::new(Target::Local, "7f3a").with_attempt(2);
    context
        .scope(async {
            tracing::info!(invocation_id = "7f3a", attempt = 2, "the same");
            tracing::info!(invocation_id = "another", attempt = "last", "about others");
        })
        .await;
    let lines = log.lines();
    let same = Object::parse(&lines[0]);
    assert_eq!(same.get("invocation_id"), "7f3a");
    assert!(same.find("event.invocation_id").is_none(), "{same:#?}");
    let other = Object::parse(&lines[1]);
    assert_eq!(other.get("invocation_id"), "7f3a");
    assert_eq!(other.get("event.invocation_id"), "another", "not lost");
    assert_eq!(other.get("event.attempt"), "last", "not lost");
}
