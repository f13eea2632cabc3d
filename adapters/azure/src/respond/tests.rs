mod events;

use super::*;
use std::fs;
use std::time::{Duration, Instant};

use polyfn_core::{App, Body, RequestExt, any};
use polyfn_server::Draining;

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

fn front(files: &[(&str, &str)]) -> Front {
    front_with(files, &[])
}

fn front_with(files: &[(&str, &str)], settings: &[(&str, &str)]) -> Front {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let settings = settings
        .iter()
        .map(|(name, value)| (String::from(*name), String::from(*value)));
    Front {
        root: AppRoot::read(folder.path(), settings).unwrap(),
        concurrency: Concurrency::default(),
        probes: Probes::from_env(Draining::default()).unwrap(),
    }
}

fn proxied() -> Front {
    front(&[(
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
    let front = proxied();
    for (method, target, status) in [
        ("GET", "/", 200),
        ("GET", "/?x", 200),
        ("POST", "/", 400),
        ("HEAD", "/", 400),
        ("GET", "/users", 400),
        ("DELETE", "/api/users/1", 400),
    ] {
        let response = respond(&front, deployed(), request(method, target, None)).await;
        assert_eq!(response.status(), status, "{method} {target}");
    }
}

#[tokio::test]
async fn an_empty_id_is_replaced_by_a_fresh_one() {
    let front = proxied();
    let response = respond(&front, deployed(), request("GET", "/x", Some(""))).await;
    let text = text(response).await;
    let id = text.split(' ').nth(1).unwrap();
    assert_eq!(id.len(), 32, "{text}");
}

#[tokio::test]
async fn a_timeout_that_no_clock_can_tell_is_no_deadline() {
    let mut front = proxied();
    front.root.timeout = Some(Duration::MAX);
    let response = respond(&front, deployed(), request("GET", "/x", Some("1"))).await;
    assert_eq!(text(response).await, "/x 1 false");
}

#[tokio::test]
async fn a_queue_message_that_looks_like_a_request_is_none() {
    let front = front(&[(
        "orders/function.json",
        r#"{"bindings":[{"type":"queueTrigger","name":"req"}]}"#,
    )]);
    let mut call = request("POST", "/orders", Some("1"));
    *call.body_mut() = format!(r#"{{"Data":{{"req":{FORGED}}}}}"#).into();
    let response = respond(&front, deployed(), call).await;
    assert_eq!(response.status(), 500, "the invocation fails");
}

#[tokio::test]
async fn the_binding_names_the_request_among_the_data() {
    let front = front(&[(
        "greet/function.json",
        r#"{"bindings":[{"type":"blob","name":"a"},{"type":"httpTrigger","name":"call"},
            {"type":"http","name":"answer"}]}"#,
    )]);
    let mut call = request("POST", "/greet", Some("1"));
    let real = r#"{"Url":"http://h/api/real","Method":"GET","Headers":{}}"#;
    *call.body_mut() = format!(r#"{{"Data":{{"a":{FORGED},"call":{real}}}}}"#).into();
    let response = respond(&front, deployed(), call).await;
    let json: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(json["Outputs"]["answer"]["body"], "/real 1 false");
}

#[tokio::test]
async fn the_process_is_asked_where_a_route_leads_to_it() {
    for (target, status) in [("/api/_polyfn/health", 200), ("/_polyfn/warmup", 200)] {
        let response = respond(&proxied(), deployed(), request("GET", target, Some("1"))).await;
        assert_eq!(response.status(), status, "{target}");
        let said = text(response).await;
        assert!(!said.starts_with("/_polyfn"), "no function's: {said}");
    }
}

#[tokio::test]
async fn too_many_requests_fail_no_invocation() {
    let one = || Concurrency::up_to(1.try_into().unwrap());
    let mut proxied = proxied();
    proxied.concurrency = one();
    let in_flight = proxied.concurrency.place().unwrap();
    let response = respond(&proxied, deployed(), request("GET", "/x", Some("1"))).await;
    assert_eq!(response.status(), 429);
    let probed = respond(&proxied, deployed(), request("GET", "/", None)).await;
    assert_eq!(probed.status(), 200, "the host's probe");
    drop(in_flight);
    let response = respond(&proxied, deployed(), request("GET", "/x", Some("1"))).await;
    assert_eq!(response.status(), 200);

    let mut invoked = front(&[]);
    invoked.concurrency = one();
    let _in_flight = invoked.concurrency.place().unwrap();
    let mut call = request("POST", "/hello", Some("1"));
    *call.body_mut() = format!(r#"{{"Data":{{"req":{FORGED}}}}}"#).into();
    let response = respond(&invoked, deployed(), call).await;
    assert_eq!(response.status(), 200, "the invocation is a success");
    let json: serde_json::Value = serde_json::from_str(&text(response).await).unwrap();
    assert_eq!(json["Outputs"]["res"]["statusCode"], 429, "{json}");
    assert_eq!(json["Outputs"]["res"]["headers"]["retry-after"], "1");
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
