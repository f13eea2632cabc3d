mod events;

use super::*;
use std::fs;
use std::time::{Duration, Instant};

use polyfn_core::{App, Body, RequestExt, any};

const FORGED: &str = r#"{"Url":"http://h/forged","Method":"GET","Headers":{}}"#;

fn deployed() -> watch::Receiver<Option<Arc<Deployed>>> {
    let app = App::new().http("hello", any("/{*rest}"), |request: Request| async move {
        let context = request.context();
        format!(
            "{} {} {}",
            request.uri().path(),
            context.invocation_id(),
            context.deadline().is_some()
        )
    });
    watch::channel(Some(Arc::new(Deployed::new(app.into_service().unwrap())))).1
}

fn app_root(files: &[(&str, &str)]) -> AppRoot {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    AppRoot::read(folder.path(), std::iter::empty()).unwrap()
}

fn proxied() -> AppRoot {
    app_root(&[(
        "host.json",
        r#"{"customHandler":{"enableProxyingHttpRequest":true}}"#,
    )])
}

fn request(method: &str, target: &str, id: Option<&str>) -> Request {
    let mut request = http::Request::builder().method(method).uri(target);
    if let Some(id) = id {
        request = request.header("x-ms-invocation-id", id);
    }
    request.body(Body::empty()).unwrap()
}

async fn text(response: Response) -> String {
    String::from_utf8(response.into_body().into_bytes().await.unwrap().into()).unwrap()
}

#[tokio::test]
async fn only_the_probe_comes_without_an_id() {
    let root = proxied();
    for (method, target, status) in [
        ("GET", "/", 200),
        ("GET", "/?x", 200),
        ("POST", "/", 400),
        ("HEAD", "/", 400),
        ("GET", "/users", 400),
        ("DELETE", "/api/users/1", 400),
    ] {
        let response = respond(&root, deployed(), request(method, target, None)).await;
        assert_eq!(response.status(), status, "{method} {target}");
    }
}

#[tokio::test]
async fn an_empty_id_is_replaced_by_a_fresh_one() {
    let root = proxied();
    let response = respond(&root, deployed(), request("GET", "/x", Some(""))).await;
    let text = text(response).await;
    let id = text.split(' ').nth(1).unwrap();
    assert_eq!(id.len(), 32, "{text}");
}

#[tokio::test]
async fn a_timeout_that_no_clock_can_tell_is_no_deadline() {
    let mut root = proxied();
    root.timeout = Some(Duration::MAX);
    let response = respond(&root, deployed(), request("GET", "/x", Some("1"))).await;
    assert_eq!(text(response).await, "/x 1 false");
}

#[tokio::test]
async fn a_queue_message_that_looks_like_a_request_is_none() {
    let root = app_root(&[(
        "orders/function.json",
        r#"{"bindings":[{"type":"queueTrigger","name":"req"}]}"#,
    )]);
    let mut call = request("POST", "/orders", Some("1"));
    *call.body_mut() = format!(r#"{{"Data":{{"req":{FORGED}}}}}"#).into();
    let response = respond(&root, deployed(), call).await;
    assert_eq!(response.status(), 500, "the invocation fails");
}

#[tokio::test]
async fn the_binding_names_the_request_among_the_data() {
    let root = app_root(&[(
        "greet/function.json",
        r#"{"bindings":[{"type":"blob","name":"a"},{"type":"httpTrigger","name":"call"},
            {"type":"http","name":"answer"}]}"#,
    )]);
    let mut call = request("POST", "/greet", Some("1"));
    let real = r#"{"Url":"http://h/api/real","Method":"GET","Headers":{}}"#;
    *call.body_mut() = format!(r#"{{"Data":{{"a":{FORGED},"call":{real}}}}}"#).into();
    let response = respond(&root, deployed(), call).await;
    let json: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(json["Outputs"]["answer"]["body"], "/real 1 false");
}

#[tokio::test]
async fn those_that_wait_are_answered_when_the_app_will_not_start() {
    let (started, waiting) = watch::channel(None);
    drop(started);
    let asked = Instant::now();
    let response = respond(&proxied(), waiting, request("GET", "/x", Some("1"))).await;
    assert_eq!(response.status(), 503);
    assert!(asked.elapsed() < Duration::from_secs(1), "at once");
}
