use std::time::Duration;

use http::HeaderMap;
use polyfn_core::{
    App, Body, Error, Event, IntoOutcome, Json, Message, ObjectCreated, Schedule, event, get,
    object_created, post, queue, schedule,
};
use polyfn_server::{Concurrency, Draining, Probes};
use serde_json::{Value, json};

use crate::GoogleEvent;
use crate::intake::Intake;
use crate::respond::Front;

use super::*;

/// What the message asks for.
async fn ship(event: Event<Message<String>>) -> Result<Option<Json<Value>>> {
    match event.data.body.as_str() {
        "fail" => Err(std::io::Error::other("the password is swordfish").into()),
        "refuse" => Err(Error::unavailable("not now").retry_after(Duration::from_secs(7))),
        text if text.starts_with("status ") => {
            let status = text["status ".len()..].parse().unwrap();
            Err(Error::new(status, "as asked").retry_after(Duration::from_secs(7)))
        }
        "discard" => Err(Error::discard("nobody wants it")),
        "never" => std::future::pending().await,
        "panic" => panic!("a handler was told to panic"),
        "return" => Ok(Some(Json(json!({"attempt": event.context().attempt()})))),
        _ => Ok(None),
    }
}

/// An option of a value is none of what a handler may return.
struct Returned(Option<Json<Value>>);

impl IntoOutcome for Returned {
    fn into_outcome(self) -> Result<(Option<bytes::Bytes>, polyfn_core::BatchFailures)> {
        match self.0 {
            Some(json) => json.into_outcome(),
            None => ().into_outcome(),
        }
    }
}

#[derive(serde::Deserialize)]
struct Order {
    id: u64,
}

fn service() -> AppService {
    let app = App::new()
        .http("page", get("/page"), |_| async { "page" })
        .http("hook", post("/hook"), |_| async { "hook" })
        .on("ship", queue("orders"), async |event| {
            ship(event).await.map(Returned)
        })
        .on(
            "thumbnail",
            object_created("uploads"),
            async |event: Event<ObjectCreated>| {
                let google = event.native::<GoogleEvent>().unwrap();
                Json(json!({"key": event.data.key, "bytes": google.body.len()}))
            },
        )
        .on(
            "nightly",
            schedule("0 3 * * *"),
            async |event: Event<Schedule>| Json(event.data.job),
        )
        .on(
            "placed",
            event("com.example.order.placed"),
            async |event: Event<Order>| Json(event.data.id),
        );
    app.into_service().unwrap()
}

/// An answer, for looking at.
struct Answer {
    status: u16,
    headers: HeaderMap,
    body: Value,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    fn detail(&self) -> &str {
        self.body["detail"].as_str().unwrap_or_default()
    }
}

async fn answer_in(service: &AppService, request: Request) -> Answer {
    answer_within(Duration::from_secs(60), service, request).await
}

async fn answer_within(timeout: Duration, service: &AppService, request: Request) -> Answer {
    let front = Front {
        intake: Intake::of(service, false),
        service: service.clone(),
        timeout: Some(timeout),
        concurrency: Concurrency::default(),
        probes: Probes::from_env(Draining::default()).unwrap(),
    };
    let response = front.respond(request).await;
    let (head, body) = response.into_parts();
    let bytes = body.into_bytes().await.unwrap();
    Answer {
        status: head.status.as_u16(),
        headers: head.headers,
        body: serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::from(String::from_utf8_lossy(&bytes))),
    }
}

async fn answer(request: Request) -> Answer {
    answer_in(&service(), request).await
}

fn posted(content_type: &str, body: impl Into<Body>) -> Request {
    let request = http::Request::post("/").header("content-type", content_type);
    request.body(body.into()).unwrap()
}

fn push(text: &str) -> Request {
    let message = json!({
        "message": {
            "messageId": "7",
            "data": base64_simd::STANDARD.encode_to_string(text),
        },
        "subscription": "projects/p/subscriptions/orders",
        "deliveryAttempt": 3,
    });
    posted("application/json", message.to_string())
}

fn cloud_event(event_type: &str, data: Value) -> Value {
    json!({
        "specversion": "1.0", "id": "1", "source": "/shop", "type": event_type, "data": data,
    })
}

#[tokio::test]
async fn what_is_done_has_no_content_or_what_was_returned() {
    let done = answer(push("order 7")).await;
    assert_eq!((done.status, &done.body), (204, &json!("")));
    let returned = answer(push("return")).await;
    assert_eq!(
        (returned.status, returned.body),
        (200, json!({"attempt": 3}))
    );
    assert_eq!(returned.headers["content-type"], "application/json");
    assert_eq!(answer(push("discard")).await.status, 204, "it is given up");
}

#[tokio::test]
async fn what_fails_says_so_to_google() {
    let failed = answer(push("fail")).await;
    assert_eq!(failed.status, 500);
    assert_eq!(failed.header("x-google-status"), Some("error"));
    assert_eq!(
        failed.header("content-type"),
        Some("application/problem+json")
    );
    assert!(failed.body["invocation_id"].is_string(), "{}", failed.body);
    assert!(
        !failed.body.to_string().contains("swordfish"),
        "{}",
        failed.body
    );

    let crashed = answer(push("panic")).await;
    assert_eq!(crashed.status, 500);
    assert_eq!(crashed.header("x-google-status"), Some("crash"));

    let refused = answer(push("refuse")).await;
    assert_eq!((refused.status, refused.detail()), (503, "not now"));
    assert_eq!(refused.header("retry-after"), Some("7"));

    let soon = Duration::from_millis(50);
    let late = answer_within(soon, &service(), push("never")).await;
    assert_eq!(late.status, 504, "{}", late.body);
}

/// <https://cloud.google.com/eventarc/advanced/docs/retry-events> has the list.
#[tokio::test]
async fn no_failure_has_a_status_after_which_google_gives_up() {
    for (handlers, answered) in [
        (408, 408),
        (409, 409),
        (429, 429),
        (500, 500),
        (502, 502),
        (503, 503),
        (504, 504),
        (400, 500),
        (404, 500),
        (501, 500),
        (507, 500),
        (200, 500),
        (204, 500),
        (302, 500),
    ] {
        let failed = answer(push(&format!("status {handlers}"))).await;
        assert_eq!(failed.status, answered, "{handlers}: {}", failed.body);
        assert_eq!(failed.body["status"], answered, "{handlers}");
        assert_eq!(failed.detail(), "as asked", "{handlers}");
        assert_eq!(failed.header("retry-after"), Some("7"), "{handlers}");
        let google = (answered >= 500).then_some("error");
        assert_eq!(failed.header("x-google-status"), google, "{handlers}");
    }
}

#[tokio::test]
async fn what_does_not_fit_is_not_acknowledged() {
    let event = cloud_event("com.example.order.placed", json!({"id": "seven"}));
    let answer = answer(posted("application/cloudevents+json", event.to_string())).await;
    assert_eq!(answer.status, 500, "after a 422 Eventarc may give up");
    assert!(answer.detail().contains("`id`"), "{}", answer.body);
}

#[tokio::test]
async fn what_no_function_takes_is_told_with_those_there_are() {
    let event = cloud_event("com.example.unheard.of", json!({}));
    let answer = answer(posted("application/cloudevents+json", event.to_string())).await;
    assert_eq!(answer.status, 500, "after a 404 Eventarc may give up");
    for named in ["com.example.unheard.of", "`ship`", "POLYFN_QUEUE_ORDERS"] {
        assert!(answer.detail().contains(named), "{named}: {}", answer.body);
    }
}

#[tokio::test]
async fn what_is_malformed_names_the_attribute() {
    let mut event = cloud_event("com.example.order.placed", json!({}));
    event["source"] = json!("");
    let answer = answer(posted("application/cloudevents+json", event.to_string())).await;
    assert_eq!(answer.status, 400);
    assert!(answer.detail().contains("`source`"), "{}", answer.body);
}

#[tokio::test]
async fn of_a_batch_all_are_tried() {
    let event = |id: Value| cloud_event("com.example.order.placed", json!({"id": id}));
    let batch = |events: Value| posted("application/cloudevents-batch+json", events.to_string());
    let answer_to = async |events| answer(batch(events)).await;
    let failed = answer_to(json!([event(json!("x")), event(json!(7))])).await;
    assert_eq!(failed.status, 500);
    assert_eq!(failed.header("x-google-status"), Some("error"));
    let outcomes = &failed.body["outcomes"];
    assert_eq!(outcomes[0]["outcome"], "failed", "{}", failed.body);
    assert_eq!(outcomes[0]["status"], 422, "{}", failed.body);
    assert_eq!(outcomes[1]["outcome"], "done", "{}", failed.body);
    assert_eq!(outcomes[1]["returned"], 7, "{}", failed.body);

    assert_eq!(
        answer_to(json!([event(json!(1)), event(json!(2))]))
            .await
            .status,
        200
    );
    assert_eq!(
        answer_to(json!([])).await.status,
        200,
        "there is nothing to do"
    );
    let mut broken = event(json!(1));
    broken["type"] = Value::Null;
    let refused = answer_to(json!([event(json!(1)), broken])).await;
    assert_eq!(refused.status, 400, "a batch is read as a whole");
}

#[tokio::test]
async fn a_function_alone_takes_its_events_whatever_they_are_named() {
    let alone = service().alone("thumbnail").unwrap();
    let mut event = cloud_event(
        "google.cloud.storage.object.v1.finalized",
        json!({"bucket": "another", "name": "a.png"}),
    );
    event["source"] = json!("//storage.googleapis.com/projects/_/buckets/another");
    let text = event.to_string();
    let length = text.len();
    let taken = answer_in(&alone, posted("application/cloudevents+json", text)).await;
    let expected = json!({"key": "a.png", "bytes": length});
    assert_eq!((taken.status, taken.body), (200, expected));

    let plain = answer_in(&alone, posted("application/json", "{}")).await;
    assert_eq!(plain.status, 400, "{}", plain.body);
    let got = http::Request::get("/").body(Body::empty()).unwrap();
    let got = answer_in(&alone, got).await;
    assert_eq!((got.status, got.header("allow")), (405, Some("POST")));
    let favicon = http::Request::get("/favicon.ico")
        .body(Body::empty())
        .unwrap();
    assert_eq!(answer_in(&alone, favicon).await.status, 404);
}

#[tokio::test]
async fn requests_are_what_they_were_beside_events() {
    let request = |method, path| {
        let request = http::Request::builder().method(method).uri(path);
        let request = request.header("content-type", "application/json");
        request.body(Body::from("{}")).unwrap()
    };
    for (method, path, status) in [
        ("POST", "/hook", 200),
        ("GET", "/page", 200),
        ("POST", "/nowhere", 404),
        ("POST", "/page", 405),
        ("GET", "/nowhere", 404),
    ] {
        let answer = answer(request(method, path)).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
    }
}

#[tokio::test]
async fn the_scheduler_calls_by_any_method() {
    for method in ["GET", "POST"] {
        let request = http::Request::builder().method(method).uri("/anything");
        let request = request
            .header("x-cloudscheduler", "true")
            .header("x-cloudscheduler-jobname", "nightly");
        let answer = answer(request.body(Body::empty()).unwrap()).await;
        assert_eq!(
            (answer.status, answer.body),
            (200, json!("nightly")),
            "{method}"
        );
    }
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused() {
    let small = service().with_body_limit(64);
    let event = cloud_event("com.example.order.placed", json!({"id": 7}));
    let request = || posted("application/cloudevents+json", event.to_string());
    assert_eq!(answer_in(&small, request()).await.status, 413);
    assert_eq!(answer_in(&small, push("order 7")).await.status, 413);
    assert_eq!(answer_in(&service(), request()).await.status, 200);
}
