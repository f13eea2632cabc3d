//! The Lambda host against AWS's own runtime.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test's own functions fail by panicking, as it does"
)]

mod support;

use std::time::{Duration, Instant};

use polyfn_hosts::lambda::{Deadline, Front, Invocation, InvokeOptions, LambdaHost, PROBLEM};
use serde_json::{Value, json};

use support::{example, get, raw, send};

async fn echo(front: Front) -> LambdaHost {
    LambdaHost::builder(example("lambda_http_echo"))
        .front(front)
        .start()
        .await
        .unwrap()
}

async fn worker() -> LambdaHost {
    let builder = LambdaHost::builder(example("lambda_worker"))
        .timeout_s(1)
        .function_name("worker");
    builder.start().await.unwrap()
}

fn answer(invocation: &Invocation) -> Value {
    let response = invocation
        .response()
        .unwrap_or_else(|| panic!("{invocation:?}"));
    serde_json::from_slice(response).unwrap()
}

#[tokio::test]
async fn an_idiomatic_function_answers_under_each_front() {
    for front in Front::ALL {
        let host = echo(front).await;
        let headers = [
            ("x-multi", "a"),
            ("x-multi", "b"),
            ("content-type", "text/plain"),
        ];
        let reply = send(host.url(), "POST", "/a/b?q=1&q=2", &headers, b"hi").await;
        assert_eq!(reply.status, 200, "{front}: {reply:?} {}", host.log());
        let echo = reply.json();
        assert_eq!(echo["method"], "POST", "{front}");
        assert_eq!(echo["body"], json!([104, 105]), "{front}");
        let binary = get(host.url(), "/binary").await;
        assert_eq!(
            (binary.status, &binary.body[..]),
            (201, &[0, 255, 128][..]),
            "{front}"
        );
    }
}

#[tokio::test]
async fn what_each_front_keeps_of_a_repeated_name() {
    for (front, parameters, cookies) in [
        (Front::RestApi, json!(["1", "2"]), vec!["a=1", "b=2"]),
        (Front::HttpApi, json!(["1", "2"]), vec!["a=1", "b=2"]),
        (Front::FunctionUrl, json!(["1", "2"]), vec!["a=1", "b=2"]),
        // The load balancer reverses them.
        (Front::AlbMultiValue, json!(["1", "2"]), vec!["b=2", "a=1"]),
        (Front::Alb, json!(["2"]), vec!["a=1"]),
    ] {
        let host = echo(front).await;
        let reply = get(host.url(), "/x?q=1&q=2").await;
        assert_eq!(reply.json()["q"], parameters, "{front}");
        if front == Front::Alb {
            assert_eq!(reply.all("set-cookie").len(), 1, "{front}");
        } else {
            assert_eq!(reply.all("set-cookie"), cookies, "{front}");
        }
    }
}

/// The event that a front makes, as a function that returns its payload shows it.
#[tokio::test]
async fn the_target_reaches_the_event_byte_for_byte() {
    for (front, member) in [
        (Front::FunctionUrl, "rawPath"),
        (Front::Alb, "path"),
        (Front::Lattice, "path"),
    ] {
        let host = LambdaHost::builder(example("lambda_worker"))
            .front(front)
            .env("ECHO_AS_BODY", "1")
            .start()
            .await
            .unwrap();
        let request = b"GET /a//b/./c%2Fd?x=1&&y HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";
        let reply = raw(host.url(), request).await;
        assert_eq!(
            reply.json()[member],
            "/a//b/./c%2Fd",
            "{front}: {}",
            reply.text()
        );
    }
}

#[tokio::test]
async fn failures_have_the_status_of_their_front() {
    for (front, status) in [
        (Front::RestApi, 502),
        (Front::HttpApi, 500),
        (Front::FunctionUrl, 502),
        (Front::Alb, 502),
        (Front::AlbMultiValue, 502),
        (Front::Lattice, 502),
    ] {
        let host = echo(front).await;
        assert_eq!(get(host.url(), "/fail").await.status, status, "{front}");
        assert_eq!(get(host.url(), "/crash").await.status, status, "{front}");
        assert_eq!(get(host.url(), "/fine").await.status, 200, "{front}");
    }
}

#[tokio::test]
async fn a_deadline_kills_the_process_and_the_next_invocation_gets_a_new_one() {
    let host = worker().await;
    let first = answer(&host.invoke("{}").await.unwrap())["pid"].clone();
    let begun = Instant::now();
    let outcome = host.invoke(r#"{"do":"sleep"}"#).await.unwrap();
    assert_eq!(
        outcome,
        Invocation::TimedOut {
            after: Duration::from_secs(1)
        }
    );
    assert_eq!(outcome.error_type(), Some("Sandbox.Timedout"));
    assert!(begun.elapsed() < Duration::from_secs(3));
    let second = answer(&host.invoke("{}").await.unwrap())["pid"].clone();
    assert_ne!(first, second);
    assert_eq!(host.log().matches("started").count(), 2);
}

#[tokio::test]
async fn a_start_that_is_tried_again_has_the_time_of_its_invocation() {
    let builder = LambdaHost::builder(example("lambda_worker"))
        .env("START_MS", "1500")
        .timeout_s(1);
    let host = builder.start().await.unwrap();
    // The first start has 10 s.
    let outcome = host.invoke(r#"{"do":"crash"}"#).await.unwrap();
    assert!(matches!(outcome, Invocation::Exited { .. }), "{outcome:?}");
    let begun = Instant::now();
    let outcome = host.invoke("{}").await.unwrap();
    let after = Duration::from_secs(1);
    assert_eq!(outcome, Invocation::TimedOut { after });
    assert!(begun.elapsed() < Duration::from_millis(1500));
}

#[tokio::test]
async fn a_time_limit_beyond_all_clocks_is_an_error() {
    let builder = LambdaHost::builder(example("lambda_worker")).timeout_s(u64::MAX);
    let error = builder.start().await.unwrap_err().to_string();
    assert!(error.contains("time limit"), "{error}");
}

#[tokio::test]
async fn a_body_where_http_has_none_is_a_failure_that_says_why() {
    for front in Front::ALL {
        let host = echo(front).await;
        let reply = send(host.url(), "HEAD", "/", &[], b"").await;
        assert!(reply.status >= 500, "{front}: {reply:?}");
        assert_eq!(
            reply.all(PROBLEM.as_str()),
            ["the answer to HEAD has a body"],
            "{front}"
        );
    }
}

#[tokio::test]
async fn a_crash_costs_one_invocation() {
    let host = worker().await;
    let outcome = host.invoke(r#"{"do":"crash"}"#).await.unwrap();
    let Invocation::Exited { status } = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(status.code(), Some(7));
    assert!(host.invoke("{}").await.unwrap().response().is_some());
}

#[tokio::test]
async fn a_process_that_ends_between_invocations_costs_none() {
    let host = worker().await;
    for _ in 0..3 {
        let outcome = host.invoke(r#"{"do":"answer and exit"}"#).await.unwrap();
        assert!(outcome.response().is_some(), "{outcome:?}");
        tokio::time::sleep(Duration::from_millis(150)).await;
    }
    assert!(host.log().matches("started").count() >= 3);
}

#[tokio::test]
async fn a_failed_start_is_what_the_invocation_reports() {
    let builder = LambdaHost::builder(example("lambda_worker")).env("FAIL_INIT", "1");
    let host = builder.start().await.unwrap();
    for _ in 0..2 {
        let outcome = host.invoke("{}").await.unwrap();
        let Invocation::InitError {
            error_type,
            error_message,
        } = outcome
        else {
            panic!("{outcome:?}")
        };
        assert_eq!(
            (error_type.as_str(), error_message.as_str()),
            ("No.Database", "cannot connect")
        );
    }
}

#[tokio::test]
async fn a_handler_error_is_reported_and_the_process_goes_on() {
    let host = worker().await;
    let outcome = host.invoke(r#"{"do":"fail"}"#).await.unwrap();
    assert!(
        matches!(&outcome, Invocation::Error { error_message, .. } if error_message == "it failed"),
        "{outcome:?}"
    );
    let payload: Value = serde_json::from_slice(&outcome.payload()).unwrap();
    assert_eq!(payload["errorMessage"], "it failed");
    assert!(host.invoke("{}").await.unwrap().response().is_some());
    assert_eq!(host.log().matches("started").count(), 1);
}

#[tokio::test]
async fn sizes_are_limited_both_ways() {
    let host = worker().await;
    let error = host.invoke("x".repeat(7 * 1024 * 1024)).await.unwrap_err();
    assert!(error.is_request_too_large(), "{error}");
    let outcome = host.invoke(r#"{"do":"big"}"#).await.unwrap();
    assert_eq!(outcome.error_type(), Some("Function.ResponseSizeTooLarge"));
    assert!(host.invoke("{}").await.unwrap().response().is_some());
}

#[tokio::test]
async fn a_request_too_large_for_its_front_is_413() {
    for (front, megabytes) in [
        (Front::Alb, 2),
        (Front::FunctionUrl, 7),
        (Front::RestApi, 8),
        (Front::HttpApi, 11),
    ] {
        let host = echo(front).await;
        let body = vec![b'x'; megabytes * 1024 * 1024];
        let reply = send(host.url(), "POST", "/", &[], &body).await;
        assert_eq!(reply.status, 413, "{front}");
    }
}

#[tokio::test]
async fn two_hundred_requests_wait_for_one_environment() {
    let host = LambdaHost::builder(example("lambda_http_echo"))
        .timeout_s(30)
        .start()
        .await
        .unwrap();
    let mut requests = tokio::task::JoinSet::new();
    for number in 0..200 {
        let url = host.url().to_owned();
        requests.spawn(async move { get(&url, &format!("/?q={number}")).await });
    }
    while let Some(reply) = requests.join_next().await {
        assert_eq!(reply.unwrap().status, 200);
    }
}

#[tokio::test]
async fn the_context_is_what_was_asked_for() {
    let host = worker().await;
    let mut options = InvokeOptions::default();
    options.client_context = Some(r#"{"custom":{"a":"b"},"env":{},"client":{"installation_id":"","app_title":"","app_version_name":"","app_version_code":"","app_package_name":""}}"#.to_owned());
    options.deadline = Deadline::Past;
    options.trace_id = Some("Root=1-5db31bde-f102927a851f3aaa17ebd23a".to_owned());
    let context = answer(
        &host
            .invoke_with(r#"{"do":"context"}"#, options)
            .await
            .unwrap(),
    );
    assert_eq!(context["deadline"], 600_000);
    assert_eq!(context["trace"], "Root=1-5db31bde-f102927a851f3aaa17ebd23a");
    assert_eq!(context["custom"], json!({"a": "b"}));
    assert_eq!(
        context["arn"],
        "arn:aws:lambda:us-east-1:123456789012:function:worker"
    );
    let environment = &context["environment"];
    assert_eq!(environment["AWS_LAMBDA_FUNCTION_NAME"], "worker");
    assert_eq!(environment["_HANDLER"], "bootstrap");
    assert_eq!(environment["TZ"], ":UTC");
    assert!(environment.get("PATH").is_some());
}

#[tokio::test]
async fn a_missing_deadline_ends_awss_runtime() {
    let host = worker().await;
    let mut options = InvokeOptions::default();
    options.deadline = Deadline::Missing;
    // `lambda_runtime` panics without the header (contracts/aws.md).
    let outcome = host.invoke_with("{}", options).await.unwrap();
    assert!(outcome.response().is_none(), "{outcome:?}");
}

#[tokio::test]
async fn stop_says_how_it_ended() {
    let host = worker().await;
    host.invoke("{}").await.unwrap();
    let exit = host.stop().await.unwrap();
    assert!(exit.killed && !exit.status.success(), "{exit:?}");
    assert!(exit.stdout.contains("started"));
}

#[tokio::test]
async fn a_binary_that_is_not_there() {
    let error = LambdaHost::builder("/no/such/bootstrap")
        .start()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("/no/such/bootstrap"), "{error}");
}
