use polyfn_core::{
    App, Batch, BatchFailures, Body, DocumentChange, Json, Message, ObjectCreated, Record,
    Schedule, document_changed, event, get, object_created, queue, schedule, stream,
};
use polyfn_server::{Concurrency, Draining, Probes};
use serde_json::{Value, json};

use crate::respond::Front;

use super::*;

fn service() -> AppService {
    async fn ship(event: Event<Message<Value>>) -> Result<Json<Value>> {
        if event.data.body["fail"] == "oddly" {
            return Err(Error::new(StatusCode::OK, "all is not well"));
        }
        if event.data.body["fail"] == true {
            return Err(Error::conflict("it was told to fail"));
        }
        Ok(Json(json!({
            "body": event.data.body,
            "id": event.id(),
            "attributes": event.data.attributes,
            "attempt": event.context().attempt(),
        })))
    }
    async fn store(event: Event<ObjectCreated>) -> Json<ObjectCreated> {
        Json(event.data)
    }
    async fn changed(event: Event<DocumentChange<Value>>) -> Json<DocumentChange<Value>> {
        Json(event.data)
    }
    async fn reading(event: Event<Record<f64>>) -> Json<Record<f64>> {
        Json(event.data)
    }
    async fn nightly(event: Event<Schedule>) -> Json<Schedule> {
        Json(event.data)
    }
    async fn placed(event: Event<Value>) -> Json<Value> {
        Json(json!({"type": event.event_type(), "data": event.data}))
    }
    async fn bulk(_: Batch<Message<String>>) -> BatchFailures {
        BatchFailures::none()
    }
    App::new()
        .http("hello", get("/hello"), |_| async { "hello" })
        .on("ship", queue("orders"), ship)
        .on("store", object_created("uploads"), store)
        .on("changed", document_changed("users"), changed)
        .on("reading", stream("telemetry"), reading)
        .on("nightly", schedule("0 3 * * *"), nightly)
        .on("placed", event("com.example.placed"), placed)
        .on("bulk", queue("bulk"), bulk)
        .into_service()
        .unwrap()
}

fn front(service: AppService) -> Front {
    Front {
        service,
        vendors: VENDORS,
        timeout: None,
        concurrency: Concurrency::default(),
        probes: Probes::from_env(Draining::default()).unwrap(),
    }
}

async fn send(
    method: Method,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<Body>,
) -> (StatusCode, Value) {
    let mut request = http::Request::new(body.into());
    *request.method_mut() = method;
    *request.uri_mut() = path.parse().unwrap();
    for (name, value) in headers {
        let name: http::HeaderName = name.parse().unwrap();
        request.headers_mut().append(name, value.parse().unwrap());
    }
    let response = front(service()).respond(request).await;
    let status = response.status();
    let body = response.into_body().into_bytes().await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

/// A cloud whose events begin with `vendor:`.
const VENDORS: &[Vendor] = &[Vendor {
    target: "nowhere",
    decode: |_, _, body, context| {
        let text = body.strip_prefix(b"vendor:")?;
        if text.is_empty() {
            return Some(Err("it is empty".into()));
        }
        let message = Message::new("v", Data::json(text.to_vec()));
        let attributes = Attributes::new("v", "nowhere", "message");
        let event = Event::new(attributes, Payload::Message(message), context.clone());
        Some(Ok(vec![Delivery::new(
            event,
            Origin::new([EventKind::Queue]),
        )]))
    },
}];

async fn post(path: &str, headers: &[(&str, &str)], body: &'static str) -> (StatusCode, Value) {
    send(Method::POST, path, headers, body).await
}

const JSON: &[(&str, &str)] = &[("content-type", "application/json")];

#[tokio::test]
async fn a_bare_payload_is_what_the_trigger_delivers() {
    for (function, body, expected) in [
        (
            "store",
            r#"{"key":"a b.png","size":3}"#,
            json!({"bucket": "uploads", "key": "a b.png", "size": 3}),
        ),
        (
            "store",
            r#"{"key":"k","bucket":"other"}"#,
            json!({"bucket": "other"}),
        ),
        (
            "changed",
            r#"{"id":"7","new":{"n":1}}"#,
            json!({"collection": "users", "kind": "created", "new": {"n": 1}, "old": null}),
        ),
        (
            "changed",
            r#"{"id":"7","old":{"n":1}}"#,
            json!({"kind": "deleted", "old": {"n": 1}}),
        ),
        ("reading", "21.5", json!({"body": 21.5})),
        (
            "nightly",
            r#"{"due":"2026-01-02T03:04:05Z"}"#,
            json!({"due": "2026-01-02T03:04:05Z"}),
        ),
        (
            "placed",
            r#"[1]"#,
            json!({"type": "com.example.placed", "data": [1]}),
        ),
        (
            "ship",
            r#"{"id":1}"#,
            json!({"body": {"id": 1}, "attempt": 1}),
        ),
    ] {
        let (status, answer) = post(&format!("/_polyfn/{function}"), JSON, body).await;
        assert_eq!(status, 200, "{function} with {body}: {answer}");
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&answer[name], value, "{name} of {function} with {body}");
        }
    }
}

#[tokio::test]
async fn what_is_said_of_forms_by_default_counts_for_nothing() {
    for said in [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=UTF-8",
    ] {
        let (status, answer) =
            post("/_polyfn/ship", &[("content-type", said)], r#"{"id":1}"#).await;
        assert_eq!(status, 200, "{said}: {answer}");
        assert_eq!(answer["body"], json!({"id": 1}), "{said}");
    }
}

#[tokio::test]
async fn a_schedule_needs_no_body() {
    let (status, answer) = post("/_polyfn/nightly", &[], "").await;
    assert_eq!(status, 200);
    assert!(answer["due"].is_string(), "it is due now: {answer}");
}

#[tokio::test]
async fn a_cloudevent_keeps_what_it_says_of_itself() {
    let headers = [
        ("ce-specversion", "1.0"),
        ("ce-id", "42"),
        ("ce-source", "/shop"),
        ("ce-type", "any"),
        ("ce-tenant", "blue"),
        ("content-type", "application/json"),
    ];
    let (status, answer) = post("/_polyfn/ship", &headers, r#"{"id":1}"#).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["id"], "42");
    assert_eq!(answer["attributes"], json!({"tenant": "blue"}));
}

#[tokio::test]
async fn several_events_tell_what_came_of_each() {
    let batch = [("content-type", "application/cloudevents-batch+json")];
    let body = r#"[{"specversion":"1.0","id":"a","source":"s","type":"t","data":{"fail":true}},
                   {"specversion":"1.0","id":"b","source":"s","type":"t","data":{"n":2}}]"#;
    let (status, answer) = post("/_polyfn/ship", &batch, body).await;
    assert_eq!(status, 500);
    assert_eq!(answer["outcomes"][0]["outcome"], "failed");
    assert_eq!(answer["outcomes"][0]["detail"], "it was told to fail");
    assert_eq!(answer["outcomes"][1]["outcome"], "done");
    assert_eq!(answer["outcomes"][1]["returned"]["body"]["n"], 2);
    let (status, _) = post("/_polyfn/bulk", &batch, "[]").await;
    assert_eq!(status, 200, "nothing to do is done");
}

#[tokio::test]
async fn the_event_of_a_batch_that_can_not_be_read_is_named() {
    let batch = [("content-type", "application/cloudevents-batch+json")];
    let body = r#"[{"specversion":"1.0","id":"a","source":"s","type":"t","data":{"key":"k"}},
                   {"specversion":"1.0","id":"b","source":"s","type":"t","data":{"size":2}}]"#;
    let (status, answer) = post("/_polyfn/store", &batch, body).await;
    assert_eq!(status, 422, "{answer}");
    let detail = answer["detail"].as_str().unwrap_or_default();
    assert!(detail.starts_with("event 1 of the batch: "), "{detail}");
    assert!(detail.contains("key"), "and what it lacks: {detail}");
}

#[tokio::test]
async fn an_outcome_is_a_status() {
    let (status, answer) = post("/_polyfn/ship", JSON, r#"{"fail":true}"#).await;
    assert_eq!(
        (status.as_u16(), &answer["detail"]),
        (409, &json!("it was told to fail"))
    );
    assert!(answer["invocation_id"].is_string(), "{answer}");
    let (status, _) = post("/_polyfn/ship", JSON, r#"{"fail":"oddly"}"#).await;
    assert_eq!(status, 500, "a failure never looks like success");
    let (status, _) = post("/_polyfn/bulk", JSON, "\"x\"").await;
    assert_eq!(status, 204, "done, and nothing returned");
}

#[tokio::test]
async fn what_is_wrong_is_told() {
    let too_large = vec![b'x'; 7 * 1024 * 1024];
    for (method, path, headers, body, expected, told) in [
        (
            Method::POST,
            "/_polyfn/none",
            JSON,
            "{}".into(),
            404,
            "the app has: hello, ship",
        ),
        (
            Method::POST,
            "/_polyfn/hello",
            JSON,
            "{}".into(),
            409,
            "GET /hello",
        ),
        (Method::GET, "/_polyfn/ship", JSON, "".into(), 405, "posted"),
        (
            Method::POST,
            "/_polyfn",
            JSON,
            "".into(),
            405,
            "/_polyfn/<function>",
        ),
        (
            Method::POST,
            "/_polyfn/store",
            JSON,
            "{}".into(),
            422,
            "key",
        ),
        (
            Method::POST,
            "/_polyfn/store",
            JSON,
            "{".into(),
            400,
            "JSON",
        ),
        (
            Method::POST,
            "/_polyfn/changed",
            JSON,
            "7".into(),
            400,
            "collection",
        ),
        (
            Method::POST,
            "/_polyfn/reading",
            JSON,
            "{}".into(),
            422,
            "f64",
        ),
        (
            Method::POST,
            "/_polyfn/ship",
            &[("ce-specversion", "1.0")],
            "{}".into(),
            400,
            "`id`",
        ),
        (
            Method::POST,
            "/_polyfn/ship",
            &[("ce-id", "1"), ("ce-source", "/shop"), ("ce-type", "any")],
            "{}".into(),
            400,
            "`specversion`",
        ),
        (
            Method::POST,
            "/_polyfn/ship",
            &[],
            "vendor:".into(),
            400,
            "nowhere: it is empty",
        ),
        (
            Method::POST,
            "/_polyfn/ship",
            &[],
            Body::from(too_large),
            413,
            "large",
        ),
    ] {
        let (status, answer) = send(method, path, headers, body).await;
        assert_eq!(status, expected, "{path}: {answer}");
        let detail = answer["detail"].as_str().unwrap_or_default();
        assert!(detail.contains(told), "{path} says {told:?}: {detail:?}");
    }
}

#[tokio::test]
async fn a_clouds_own_event_is_read_by_its_target() {
    let (status, answer) = post("/_polyfn/ship", &[], r#"vendor:{"id":7}"#).await;
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["body"]["id"], 7);
}

#[tokio::test]
async fn the_list_is_for_programs_and_people() {
    let (status, list) = send(Method::GET, "/_polyfn", &[], "").await;
    assert_eq!(status, 200);
    assert_eq!(
        list["functions"][1],
        json!({"name": "ship", "kind": "queue", "trigger": "queue(\"orders\")", "url": "/_polyfn/ship"})
    );
    let mut request = http::Request::get("/_polyfn").body(Body::empty()).unwrap();
    let accept = "text/html,application/xhtml+xml".parse().unwrap();
    request.headers_mut().insert("accept", accept);
    let response = front(service()).respond(request).await;
    assert_eq!(
        response.headers()["content-type"],
        "text/html; charset=utf-8"
    );
    let page = response.into_body().into_bytes().await.unwrap();
    let page = String::from_utf8(page.into()).unwrap();
    assert!(page.contains("queue(&quot;orders&quot;)"), "{page}");
}

#[tokio::test]
async fn all_other_paths_are_the_apps() {
    let (status, _) = send(Method::GET, "/hello", &[], "").await;
    assert_eq!(status, 200);
    let (status, _) = send(Method::GET, "/_polyfnish", &[], "").await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn the_process_is_asked_by_names_that_no_function_has() {
    let health = send(Method::GET, "/_polyfn/health", &[], "").await;
    assert_eq!(health, (StatusCode::OK, json!({"status": "ok"})));

    async fn echo(event: Event<Message<String>>) -> Json<String> {
        Json(event.data.body)
    }
    let app = App::new()
        .on("warmup", queue("orders"), echo)
        .http("health", get("/health"), |_| async { "the app's" })
        .warmup(|| async { Err(Error::internal("called")) });
    let front = front(app.into_service().unwrap());
    let call = http::Request::post("/_polyfn/warmup").body("an order".into());
    let response = front.respond(call.unwrap()).await;
    let answer = response.into_body().into_bytes().await.unwrap();
    assert_eq!(answer, "\"an order\"", "the function is called");
    let call = http::Request::get("/_polyfn/health").body(Body::empty());
    let response = front.respond(call.unwrap()).await;
    assert_eq!(response.status(), 200, "that function takes no events");
}

#[tokio::test]
async fn events_count_as_requests_do() {
    let mut front = front(service());
    front.concurrency = Concurrency::up_to(1.try_into().unwrap());
    let place = front.concurrency.place().unwrap();
    let call = || {
        let call = http::Request::post("/_polyfn/nightly").body(Body::empty());
        call.unwrap()
    };
    assert_eq!(front.respond(call()).await.status(), 429);
    drop(place);
    assert_eq!(front.respond(call()).await.status(), 200);
}
