//! The life of a Lambda environment: its phases, its extensions, its concurrency.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test's own functions fail by panicking, as it does"
)]

#[allow(dead_code, reason = "other tests need the rest of it")]
mod reading;
#[allow(dead_code, reason = "other tests need the rest of it")]
mod support;

use std::num::NonZeroUsize;
use std::time::{Duration, Instant, SystemTime};

use polyfn_hosts::Output;
use polyfn_hosts::lambda::{Front, Invocation, LambdaHost, LambdaHostBuilder};
use serde_json::Value;

use reading::wait_until;
use support::{example, get};

fn builder() -> LambdaHostBuilder {
    LambdaHost::builder(example("lambda_life")).timeout_s(20)
}

fn managed(limit: usize) -> LambdaHostBuilder {
    builder().concurrency(NonZeroUsize::new(limit).unwrap())
}

fn answer(outcome: &Invocation) -> Value {
    let response = outcome.response();
    let response = response.unwrap_or_else(|| panic!("{outcome:?}"));
    serde_json::from_slice(response).unwrap()
}

#[tokio::test]
async fn without_an_extension_the_end_is_a_kill() {
    let host = builder().start().await.unwrap();
    host.invoke("{}").await.unwrap();
    let exit = host.stop().await.unwrap();
    assert!(
        exit.killed && !exit.stdout.contains("terminated"),
        "{exit:?}"
    );
}

#[tokio::test]
async fn an_extension_gets_the_process_a_sigterm() {
    let host = builder().env("EXTENSION", "[]").env("DRAIN_MS", "50");
    let host = host.start().await.unwrap();
    host.invoke("{}").await.unwrap();
    let lines = host.log_lines();
    let registered = lines
        .iter()
        .find(|line| line.text.starts_with('{'))
        .unwrap();
    assert_eq!(registered.output, Output::Stdout);
    let facts: Value = serde_json::from_str(&registered.text).unwrap();
    assert_eq!(facts["functionName"], "f");
    assert_eq!(facts["functionVersion"], "$LATEST");
    assert_eq!(facts["handler"], "bootstrap");
    assert_eq!(facts["accountId"], "123456789012");
    let exit = host.stop().await.unwrap();
    assert!(exit.status.success() && !exit.killed, "{exit:?}");
    assert!(exit.stdout.contains("drained"), "{exit:?}");
    assert!(
        !exit.stdout.contains("event"),
        "an internal extension hears of no end: {exit:?}"
    );
}

#[tokio::test]
async fn half_a_second_after_sigterm_comes_sigkill() {
    let host = builder().env("EXTENSION", "[]").env("DRAIN_MS", "20000");
    let host = host.start().await.unwrap();
    host.invoke("{}").await.unwrap();
    let begun = Instant::now();
    let exit = host.stop().await.unwrap();
    assert!(
        exit.killed && exit.stdout.contains("terminated"),
        "{exit:?}"
    );
    assert!(!exit.stdout.contains("drained"), "{exit:?}");
    assert!(begun.elapsed() >= Duration::from_millis(500));
}

#[tokio::test]
async fn an_extension_hears_of_invocations_if_it_wants_to() {
    let host = builder().env("EXTENSION", r#"["INVOKE"]"#);
    let host = host.start().await.unwrap();
    for _ in 0..2 {
        host.invoke("{}").await.unwrap();
    }
    wait_until("two events", || host.log().matches("event {").count() == 2).await;
    let log = host.log();
    let event = log
        .lines()
        .find_map(|line| line.strip_prefix("event "))
        .unwrap();
    let event: Value = serde_json::from_str(event).unwrap();
    assert_eq!(event["eventType"], "INVOKE");
    assert!(
        event["deadlineMs"].is_u64() && event["requestId"].is_string(),
        "{event}"
    );
}

#[tokio::test]
async fn registration_closes_with_the_init_phase() {
    let host = builder().start().await.unwrap();
    let refused = answer(&host.invoke(r#"{"do":"register"}"#).await.unwrap());
    let refused = refused.as_str().unwrap();
    assert!(refused.starts_with("HTTP/1.1 403"), "{refused}");
    assert!(
        refused.contains("Extension.RegistrationClosed"),
        "{refused}"
    );
}

#[tokio::test]
async fn an_extension_that_never_asks_keeps_the_init_phase_open() {
    let host = builder()
        .env("EXTENSION", "[]")
        .env("NEVER_READY", "1")
        .init_limit(Duration::from_millis(500))
        .timeout_s(1);
    let host = host.start().await.unwrap();
    let outcome = host.invoke("{}").await.unwrap();
    assert_eq!(
        outcome.error_type(),
        Some("Sandbox.Timedout"),
        "{outcome:?}"
    );
    assert_eq!(
        host.log().matches("registered").count(),
        2,
        "{}",
        host.log()
    );
}

#[tokio::test]
async fn an_init_phase_that_takes_too_long_is_begun_again_within_the_invocation() {
    let host = builder()
        .env("INIT_MS", "1500")
        .init_limit(Duration::from_millis(300));
    let host = host.start().await.unwrap();
    // Nobody has invoked anything yet.
    tokio::time::sleep(Duration::from_millis(1000)).await;
    assert_eq!(host.log().matches("started").count(), 1);
    let outcome = host.invoke("{}").await.unwrap();
    assert!(outcome.response().is_some(), "{outcome:?}");
    assert_eq!(host.log().matches("started").count(), 2);
}

#[tokio::test]
async fn a_runtime_that_hangs_up_costs_an_invocation_its_time_and_no_more() {
    let host = builder().env("HANGS_UP", "1").timeout_s(1);
    let host = host.start().await.unwrap();
    wait_until("the start", || host.log().contains("started")).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    // The process that was there is replaced once; the new one is this invocation's.
    let invocation = host.invoke("{}");
    let outcome = tokio::time::timeout(Duration::from_secs(20), invocation).await;
    let outcome = outcome.expect("it ends").unwrap();
    assert_eq!(
        outcome.error_type(),
        Some("Sandbox.Timedout"),
        "{outcome:?}"
    );
    assert_eq!(host.log().matches("started").count(), 2);
}

#[tokio::test]
async fn the_deadline_is_that_of_the_invocation() {
    // The invocation waits for the Init phase, which is none of its time.
    let host = builder()
        .env("INIT_MS", "1500")
        .timeout_s(4)
        .start()
        .await
        .unwrap();
    let context = answer(&host.invoke(r#"{"do":"context"}"#).await.unwrap());
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap();
    let deadline: u128 = context["deadline"].as_str().unwrap().parse().unwrap();
    let left = deadline.saturating_sub(now.as_millis());
    assert!((3000..=4000).contains(&left), "{left} ms of 4 s are left");
}

#[tokio::test]
async fn managed_instances_run_so_many_at_once() {
    let host = managed(4).start().await.unwrap();
    let context = answer(&host.invoke(r#"{"do":"context"}"#).await.unwrap());
    let environment = &context["environment"];
    assert_eq!(environment["AWS_LAMBDA_MAX_CONCURRENCY"], "4");
    assert_eq!(
        environment["AWS_LAMBDA_INITIALIZATION_TYPE"],
        "lambda-managed-instances"
    );
    let begun = Instant::now();
    let invocations = (0..12).map(|_| host.invoke(r#"{"do":"sleep"}"#));
    for outcome in futures(invocations).await {
        assert!(outcome.unwrap().response().is_some());
    }
    // Twelve of 300 ms each, four at a time: one by one they would take 3.6 s.
    assert!(begun.elapsed() >= Duration::from_millis(900));
    assert!(
        begun.elapsed() < Duration::from_millis(3500),
        "{:?}",
        begun.elapsed()
    );
    assert_eq!(host.log().matches("started").count(), 1);
}

#[tokio::test]
async fn managed_instances_kill_nothing_at_a_deadline() {
    let host = managed(2).timeout_s(1).start().await.unwrap();
    let (late, other) = tokio::join!(
        host.invoke(r#"{"do":"late"}"#),
        host.invoke(r#"{"do":"sleep"}"#)
    );
    assert_eq!(late.unwrap().error_type(), Some("Sandbox.Timedout"));
    assert!(other.unwrap().response().is_some());
    wait_until("the code runs on", || host.log().contains("late\n")).await;
    assert!(host.invoke("{}").await.unwrap().response().is_some());
    assert_eq!(host.log().matches("started").count(), 1);
}

#[tokio::test]
async fn a_crash_ends_all_that_run_at_once() {
    let host = managed(2).start().await.unwrap();
    let (crashed, other) = tokio::join!(
        host.invoke(r#"{"do":"die"}"#),
        host.invoke(r#"{"do":"late"}"#)
    );
    assert_eq!(
        crashed.unwrap().error_type(),
        Some("Runtime.TruncatedResponse")
    );
    let other = other.unwrap();
    assert_eq!(other.error_type(), Some("Runtime.ExitError"));
    assert_eq!(
        other.to_string(),
        "Runtime exited with error: exit status 7"
    );
    assert!(host.invoke("{}").await.unwrap().response().is_some());
}

#[tokio::test]
async fn what_has_begun_is_answered_while_it_stops() {
    let host = managed(4)
        .front(Front::FunctionUrl)
        .env("EXTENSION", "[]")
        .env("DRAIN_MS", "400");
    let host = host.start().await.unwrap();
    host.invoke("{}").await.unwrap();
    let url = host.url().to_owned();
    let requests: Vec<_> = (0..3)
        .map(|_| {
            let url = url.clone();
            tokio::spawn(async move { get(&url, "/sleep").await })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    let exit = host.stop().await.unwrap();
    assert!(exit.stdout.contains("drained"), "{exit:?}");
    for request in requests {
        assert_eq!(request.await.unwrap().status, 200);
    }
}

/// All of them at once.
async fn futures<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut pending: Vec<_> = all.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        for (future, output) in &mut pending {
            if output.is_none() {
                if let std::task::Poll::Ready(ready) = future.as_mut().poll(context) {
                    *output = Some(ready);
                }
            }
        }
        if pending.iter().any(|(_, output)| output.is_none()) {
            return std::task::Poll::Pending;
        }
        std::task::Poll::Ready(())
    })
    .await;
    pending
        .into_iter()
        .filter_map(|(_, output)| output)
        .collect()
}
