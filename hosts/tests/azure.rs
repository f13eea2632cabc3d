//! The Functions host against a custom handler written by hand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test's own functions fail by panicking, as it does"
)]

mod support;

use std::time::{Duration, Instant};

use polyfn_hosts::azure::{FunctionsHost, Invocation};
use serde_json::{Value, json};
use tempfile::TempDir;

use support::{example, get, raw, send};

/// An app whose functions take every path (`outputs`), a user's (`users`) and a queue's messages.
struct App {
    root: TempDir,
    host: Value,
}

impl App {
    fn new(mode: &str) -> Self {
        let root = tempfile::tempdir().unwrap();
        let host = json!({
            "version": "2.0",
            "functionTimeout": "00:00:02",
            "customHandler": {
                "description": {"defaultExecutablePath": example("http_worker")},
                "enableProxyingHttpRequest": mode == "proxying",
                "enableForwardingHttpRequest": mode == "forwarding",
            },
        });
        let app = Self { root, host };
        for (name, route) in [
            ("outputs", "outputs/{*rest}"),
            ("users", "users/{id:int}/{action?}"),
            ("any", "{*path}"),
        ] {
            app.function(name, json!([
                {"type": "httpTrigger", "direction": "in", "name": "req", "route": route, "authLevel": "anonymous"},
                {"type": "http", "direction": "out", "name": "res"},
            ]));
        }
        for name in [
            "empty", "null", "fail", "sleep", "exit0", "exit200", "exit1",
        ] {
            app.function(name, json!([{"type": "httpTrigger", "direction": "in", "name": "req", "route": format!("do/{name}")}]));
        }
        app
    }

    fn function(&self, name: &str, bindings: Value) {
        let folder = self.root.path().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(
            folder.join("function.json"),
            json!({"bindings": bindings}).to_string(),
        )
        .unwrap();
    }

    async fn start(&self) -> FunctionsHost {
        std::fs::write(self.root.path().join("host.json"), self.host.to_string()).unwrap();
        FunctionsHost::builder(self.root.path())
            .start()
            .await
            .unwrap()
    }
}

/// The values of a header, as the worker saw them.
fn values<'a>(echo: &'a Value, name: &str) -> Vec<&'a str> {
    let headers = echo["headers"].as_array().unwrap().iter();
    headers
        .filter(|header| header[0] == name)
        .filter_map(|header| header[1].as_str())
        .collect()
}

#[tokio::test]
async fn proxying_streams_the_request_as_it_is_but_for_escapes() {
    let app = App::new("proxying");
    let host = app.start().await;
    let headers = [
        ("x-multi", "a"),
        ("x-multi", "b"),
        ("x-ms-invocation-id", "forged"),
    ];
    let echo = send(
        host.url(),
        "PATCH",
        "/api/a%41%2Fb?x=1&x=2&flag",
        &headers,
        b"body",
    )
    .await
    .json();
    assert_eq!(echo["method"], "PATCH");
    assert_eq!(echo["target"], "/api/aA%252Fb?x=1&x=2&flag");
    assert_eq!(echo["body"], "body");
    assert_eq!(values(&echo, "x-multi"), ["a, b"]);
    assert_eq!(values(&echo, "x-azure-functions-invocationid").len(), 1);
    assert_ne!(values(&echo, "x-ms-invocation-id"), ["forged"]);
    let environment = &echo["environment"];
    assert_eq!(
        environment["FUNCTIONS_CUSTOMHANDLER_PORT"],
        environment["FUNCTIONS_HTTPWORKER_PORT"]
    );
    let refused = get(host.url(), "/api/refuse").await;
    assert_eq!(
        (refused.status, refused.all("set-cookie")),
        (418, vec!["a=1", "b=2"])
    );
}

#[tokio::test]
async fn forwarding_rebuilds_the_request() {
    let app = App::new("forwarding");
    let host = app.start().await;
    let headers = [
        ("user-agent", "curl/8"),
        ("x-azure-functions-invocationid", "forged"),
    ];
    let echo = send(host.url(), "POST", "/api/x?b=1&a=2&b=3", &headers, b"body")
        .await
        .json();
    assert_eq!(echo["target"], "/api/x?b=1%2C3&a=2");
    assert_eq!(echo["body"], "body");
    let id = values(&echo, "x-azure-functions-invocationid");
    assert!(id[0].starts_with("forged, "), "{id:?}");
    let chunked = b"POST /api/x HTTP/1.1\r\nhost: h\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";
    assert_eq!(raw(host.url(), chunked).await.json()["body"], "");
    let refused = get(host.url(), "/api/refuse").await;
    assert_eq!(
        (refused.status, refused.all("set-cookie")),
        (418, vec!["a=1", "b=2"])
    );
}

#[tokio::test]
async fn invocation_mode_posts_json() {
    let app = App::new("invocation");
    let host = app.start().await;
    let reply = send(
        host.url(),
        "PUT",
        "/api/outputs/a/b?x=1&x=2",
        &[("content-type", "text/plain")],
        b"hi",
    )
    .await;
    assert_eq!(
        (reply.status, reply.all("x-a")),
        (202, vec!["1"]),
        "{}",
        host.log()
    );
    let payload = reply.json();
    let request = &payload["Data"]["req"];
    assert_eq!(request["Method"], "PUT");
    assert_eq!(
        request["Url"],
        "http://example.test/api/outputs/a/b?x=1&x=2"
    );
    assert_eq!(request["Query"], json!({"x": "1,2"}));
    assert_eq!(request["Params"], json!({"rest": "a/b"}));
    assert_eq!(request["Body"], "hi");
    assert_eq!(payload["Metadata"]["rest"], "\"a/b\"");
}

#[tokio::test]
async fn routes_choose_the_function() {
    let app = App::new("forwarding");
    let host = app.start().await;
    assert_eq!(get(host.url(), "/api/users/7").await.status, 200);
    assert_eq!(get(host.url(), "/elsewhere").await.status, 404);
    assert!(get(host.url(), "/").await.text().contains("running"));
}

#[tokio::test]
async fn a_queue_message_is_encoded_twice() {
    let app = App::new("proxying");
    app.function(
        "outputs",
        json!([{"type": "queueTrigger", "direction": "in", "name": "message"}]),
    );
    let host = app.start().await;
    let data = json!({"message": "{\"Id\":\"forged\"}"});
    let metadata = json!({"Id": "real", "DequeueCount": 1, "queueTrigger": "x"});
    let outcome = host.invoke("outputs", data, metadata).await.unwrap();
    let Invocation::Completed(answer) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(answer.logs, ["seen"]);
    let payload: Value =
        serde_json::from_str(answer.return_value["payload"].as_str().unwrap()).unwrap();
    assert_eq!(
        payload["Data"]["message"],
        "\"{\\\"Id\\\":\\\"forged\\\"}\""
    );
    assert_eq!(payload["Metadata"]["Id"], "\"forged\"");
    assert_eq!(payload["Metadata"]["DequeueCount"], "1");
    assert!(payload["Metadata"].get("queueTrigger").is_none());
    let error = host
        .invoke("nobody", Value::Null, Value::Null)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("users"), "{error}");
}

#[tokio::test]
async fn a_failing_answer_is_500() {
    let app = App::new("invocation");
    let host = app.start().await;
    assert_eq!(get(host.url(), "/api/do/fail").await.status, 500);
    let outcome = host
        .invoke("fail", json!({"req": {}}), Value::Null)
        .await
        .unwrap();
    assert!(
        matches!(&outcome, Invocation::Failed { reason } if reason.contains("500")),
        "{outcome:?}"
    );
    assert_eq!(host.workers_started(), 1);
}

#[tokio::test]
async fn an_empty_answer_hangs_until_the_time_limit_and_costs_the_worker() {
    let app = App::new("invocation");
    let host = app.start().await;
    for (number, path) in ["/api/do/empty", "/api/do/null", "/api/do/sleep"]
        .into_iter()
        .enumerate()
    {
        let begun = Instant::now();
        assert_eq!(get(host.url(), path).await.status, 500);
        assert!(begun.elapsed() >= Duration::from_secs(2), "{path}");
        // Restarts after a time-out are no errors: the host never gives up on account of them.
        assert_eq!(get(host.url(), "/api/outputs/x").await.status, 202);
        assert_eq!(host.workers_started(), number + 2);
    }
}

#[tokio::test]
async fn exit_200_restarts_and_exit_0_does_not() {
    let app = App::new("invocation");
    let host = app.start().await;
    for number in 1..=4 {
        assert_eq!(get(host.url(), "/api/do/exit200").await.status, 500);
        assert_eq!(get(host.url(), "/api/outputs/x").await.status, 202);
        assert_eq!(host.workers_started(), number + 1);
    }
    assert_eq!(get(host.url(), "/api/do/exit0").await.status, 500);
    assert_eq!(get(host.url(), "/api/outputs/x").await.status, 500);
    assert_eq!(host.workers_started(), 5);
}

#[tokio::test]
async fn the_third_error_stops_the_host() {
    let app = App::new("invocation");
    let host = app.start().await;
    for _ in 0..3 {
        assert_eq!(get(host.url(), "/api/do/exit1").await.status, 500);
    }
    assert_eq!(host.workers_started(), 3);
    assert_eq!(get(host.url(), "/api/outputs/x").await.status, 500);
}

#[tokio::test]
async fn a_worker_that_never_starts() {
    let app = App::new("invocation");
    std::fs::write(app.root.path().join("host.json"), app.host.to_string()).unwrap();
    let builder = FunctionsHost::builder(app.root.path()).env("EXIT_AT_START", "3");
    let error = builder.start().await.unwrap_err();
    assert!(error.is_exited());
    assert_eq!(
        error.to_string().matches("no database").count(),
        3,
        "{error}"
    );
}

#[tokio::test]
async fn stopping_is_a_kill() {
    let app = App::new("proxying");
    let host = app.start().await;
    let exit = host.stop().await.unwrap();
    assert!(exit.killed && !exit.stdout.contains("drained"), "{exit:?}");
}
