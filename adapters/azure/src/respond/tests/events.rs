//! Calls for events, as the host makes them, and the answers to them.

use std::sync::Mutex;

use polyfn_core::{
    Batch, BatchFailures, Event, Json, Message, ObjectCreated, Record, Schedule, event,
    object_created, queue, schedule, stream, topic,
};
use serde_json::{Value, json};

use super::*;

const QUEUE: &str = r#"{"bindings":[{"type":"queueTrigger","name":"item","direction":"in",
    "queueName":"%ORDERS_QUEUE%"}]}"#;

/// A function app with these triggers, and the app that is deployed in it.
struct FunctionApp {
    root: AppRoot,
    started: watch::Receiver<Option<Arc<Deployed>>>,
}

impl FunctionApp {
    fn new(app: App, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let settings = [("ORDERS_QUEUE".to_owned(), "orders".to_owned())];
        let deployed = Deployed::new(app.into_service().unwrap());
        Self {
            root: AppRoot::read(folder.path(), settings.into_iter()).unwrap(),
            started: watch::channel(Some(Arc::new(deployed))).1,
        }
    }

    async fn post(&self, folder: &str, call: impl Into<Body>) -> (u16, Value) {
        self.send(invocation(folder, call)).await
    }

    async fn send(&self, request: Request) -> (u16, Value) {
        let response = respond(&self.root, self.started.clone(), request).await;
        let status = response.status().as_u16();
        let content_type = response.headers().get("content-type").cloned();
        let text = text(response).await;
        let json = serde_json::from_str(&text).unwrap_or(Value::String(text));
        let is_json = content_type.is_some_and(|kind| kind == "application/json");
        assert!(
            status != 200 || is_json || json.is_string(),
            "the host reads JSON only"
        );
        (status, json)
    }
}

/// What the host's `HttpClient` sends.
fn invocation(folder: &str, call: impl Into<Body>) -> Request {
    http::Request::post(format!("/{folder}"))
        .header("x-azure-functions-hostversion", "4.1037.0.0")
        .header("x-azure-functions-invocationid", "i-1")
        .header("user-agent", "Azure-Functions-Host/4.1037.0.0")
        .header("content-type", "application/json; charset=utf-8")
        .header("transfer-encoding", "chunked")
        .body(call.into())
        .unwrap()
}

fn golden(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data");
    fs::read_to_string(format!("{folder}/{name}.json")).unwrap()
}

fn nothing_returned() -> (u16, Value) {
    (200, json!({"Outputs": {}, "Logs": [], "ReturnValue": null}))
}

/// What the handler of a test saw.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    fn see(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

#[tokio::test]
async fn a_storage_queues_message_reaches_its_function() {
    let seen = Seen::default();
    let ship = {
        let seen = seen.clone();
        move |event: Event<Message<Value>>| {
            let attempt = event.context().attempt();
            seen.see(format!(
                "{} {attempt:?} {}",
                event.data.id, event.data.body["order"]
            ));
            async {}
        }
    };
    // Neither folder is a function's name: the queue's name tells.
    let app = App::new().on("ship", queue("orders"), ship).on(
        "other",
        queue("invoices"),
        |_: Event<Message<String>>| async {},
    );
    let app = FunctionApp::new(app, &[("all/function.json", QUEUE)]);
    assert_eq!(app.post("all", golden("queue")).await, nothing_returned());
    assert_eq!(
        app.post("all", golden("queue_single")).await,
        nothing_returned()
    );
    let once = "8f1c0f2e-5b1b-4e8e-8a7a-0f2b9f0c6b11 Some(2) 7";
    assert_eq!(seen.all(), [once, once]);
}

#[tokio::test]
async fn one_function_alone_gets_all_of_its_kind() {
    let app = App::new()
        .on("ship", queue("q"), |_: Event<Message<String>>| async {
            Json("ship")
        })
        .on("bill", queue("r"), |_: Event<Message<String>>| async {
            Json("bill")
        });
    let mut app = FunctionApp::new(
        app,
        &[("all/function.json", QUEUE), ("bill/function.json", QUEUE)],
    );
    let (_, answer) = app.post("bill", golden("queue")).await;
    assert_eq!(
        answer["ReturnValue"], "bill",
        "the folder is the function's name"
    );
    let whole = app.started.borrow().clone().unwrap();
    let alone = Deployed::new(whole.whole().clone().alone("ship").unwrap());
    app.started = watch::channel(Some(Arc::new(alone))).1;
    let (_, answer) = app.post("all", golden("queue")).await;
    assert_eq!(
        answer["ReturnValue"], "ship",
        "deployed alone, whatever the folder and the queue"
    );
}

#[tokio::test]
async fn a_timer_reaches_the_function_of_its_folder() {
    let seen = Seen::default();
    let handler = |name: &'static str| {
        let seen = seen.clone();
        move |event: Event<Schedule>| {
            seen.see(format!("{name} {:?} {:?}", event.data.due, event.data.job));
            async {}
        }
    };
    let app = App::new()
        .on("nightly", schedule("0 3 * * *"), handler("nightly"))
        .on("hourly", schedule("0 * * * *"), handler("hourly"));
    let timer = r#"{"bindings":[{"type":"TimerTrigger","name":"timer","schedule":"0 0 * * * *"}]}"#;
    let app = FunctionApp::new(app, &[("hourly/function.json", timer)]);
    assert_eq!(
        app.post("hourly", golden("timer")).await,
        nothing_returned()
    );
    assert_eq!(
        seen.all(),
        ["hourly Some(2026-11-23T15:00:00Z) Some(\"hourly\")"]
    );
}

const TOPIC: &str = r#"{"bindings":[{"type":"serviceBusTrigger","name":"messages",
    "topicName":"orders","subscriptionName":"s","cardinality":"many","connection":"C"}]}"#;

/// A batch of Service Bus messages with these texts.
fn batch(texts: &[&str]) -> String {
    let texts = serde_json::to_string(texts).unwrap();
    json!({"Data": {"messages": texts}, "Metadata": {}}).to_string()
}

/// An app that takes such batches, one message at a time.
fn picky(seen: &Seen) -> FunctionApp {
    let seen = seen.clone();
    let handler = move |event: Event<Message<String>>| {
        seen.see(event.data.body.as_str());
        async move {
            match event.data.body.as_str() {
                "fail" => Err(Error::conflict("the stock is empty")),
                "break" => Err(Error::internal("a secret")),
                "discard" => Err(Error::discard("nobody wants it")),
                "panic" => panic!("the handler was told to panic"),
                body => Ok(Json(json!({ "shipped": body }))),
            }
        }
    };
    let app = App::new().on("ship", topic("orders"), handler);
    FunctionApp::new(app, &[("ship/function.json", TOPIC)])
}

#[tokio::test]
async fn one_failure_fails_the_batch_after_all_have_been_tried() {
    let seen = Seen::default();
    let (status, problem) = picky(&seen).post("ship", batch(&["a", "fail", "b"])).await;
    assert_eq!(status, 500, "the host has to deliver it again: {problem}");
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.starts_with("1 of 3 events failed"), "{detail}");
    assert!(detail.ends_with("the stock is empty"), "why: {detail}");
    assert_eq!(problem["invocation_id"], "i-1");
    let mut seen = seen.all();
    seen.sort();
    assert_eq!(seen, ["a", "b", "fail"]);
}

#[tokio::test]
async fn what_fails_and_how_it_is_told() {
    for (text, said) in [
        ("fail", "the stock is empty"),
        ("break", "500 Internal Server Error"),
        ("panic", "500 Internal Server Error"),
    ] {
        let (status, problem) = picky(&Seen::default()).post("ship", batch(&[text])).await;
        assert_eq!(status, 500, "{text}: {problem}");
        assert_eq!(problem["detail"], said, "{text}");
    }
}

#[tokio::test]
async fn what_is_discarded_does_not_come_again() {
    let answer = picky(&Seen::default())
        .post("ship", batch(&["discard"]))
        .await;
    assert_eq!(answer, nothing_returned());
}

#[tokio::test]
async fn values_are_returned_as_json() {
    let app = picky(&Seen::default());
    let returned = |answer: (u16, Value)| answer.1["ReturnValue"].clone();
    let one = app.post("ship", batch(&["a"])).await;
    assert_eq!(returned(one), json!({"shipped": "a"}));
    let several = app.post("ship", batch(&["a", "discard", "b"])).await;
    let expected = json!([{"shipped": "a"}, null, {"shipped": "b"}]);
    assert_eq!(returned(several), expected);
    assert_eq!(
        app.post("ship", batch(&[])).await,
        nothing_returned(),
        "an empty batch"
    );
    let in_bulk = App::new().on(
        "ship",
        topic("orders"),
        |batch: Batch<Message<String>>| async move { Json(batch.events.len()) },
    );
    let in_bulk = FunctionApp::new(in_bulk, &[("ship/function.json", TOPIC)]);
    let together = in_bulk.post("ship", batch(&["a", "b"])).await;
    assert_eq!(
        returned(together),
        json!(2),
        "one value for the whole batch"
    );
}

#[tokio::test]
async fn a_batchs_handler_that_fails_for_one_fails_all() {
    let app = App::new().on(
        "ship",
        topic("orders"),
        |batch: Batch<Message<String>>| async move {
            let mut failures = BatchFailures::none();
            failures.add(batch.events.len() - 1, Error::conflict("the last one"));
            failures
        },
    );
    let app = FunctionApp::new(app, &[("ship/function.json", TOPIC)]);
    let (status, problem) = app.post("ship", batch(&["a", "b"])).await;
    assert_eq!(status, 500);
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .ends_with("the last one"),
        "{problem}"
    );
}

#[derive(Debug, serde::Deserialize)]
struct Order {
    lines: Vec<Line>,
}

#[derive(Debug, serde::Deserialize)]
struct Line {
    count: u32,
}

#[tokio::test]
async fn data_that_do_not_fit_are_told_by_their_path() {
    let app = App::new().on(
        "ship",
        queue("orders"),
        |event: Event<Message<Order>>| async move {
            let count: u32 = event.data.body.lines.iter().map(|line| line.count).sum();
            Json(count)
        },
    );
    let app = FunctionApp::new(app, &[("ship/function.json", QUEUE)]);
    let text = json!(r#"{"lines":[{"count":1},{"count":"two"}]}"#).to_string();
    let call = json!({"Data": {"item": text}, "Metadata": {}}).to_string();
    let (status, problem) = app.post("ship", call).await;
    assert_eq!(status, 500);
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("lines[1].count"), "{detail}");
}

#[tokio::test]
async fn an_item_that_cannot_be_read_fails_the_batch_and_the_others_are_tried() {
    let seen = Seen::default();
    let handler = {
        let seen = seen.clone();
        move |event: Event<Record<String>>| {
            seen.see(event.data.body.as_str());
            async {}
        }
    };
    let app = App::new().on("read", stream("telemetry"), handler);
    let hub = r#"{"bindings":[{"type":"eventHubTrigger","name":"events","eventHubName":"telemetry",
        "cardinality":"many","dataType":"binary"}]}"#;
    let app = FunctionApp::new(app, &[("read/function.json", hub)]);
    let call = r#"{"Data":{"events":"[\"?\",\"eA==\"]"},"Metadata":{}}"#;
    let (status, problem) = app.post("read", call).await;
    assert_eq!(status, 500);
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains("not base64"), "{detail}");
    assert_eq!(seen.all(), ["x"]);
}

#[tokio::test]
async fn what_follows_a_failure_in_its_partition_is_not_tried() {
    let seen = Seen::default();
    let handler = {
        let seen = seen.clone();
        move |event: Event<Record<String>>| {
            seen.see(event.data.body.as_str());
            async { Err::<(), _>(Error::conflict("no")) }
        }
    };
    let app = App::new().on("read", stream("telemetry"), handler);
    let hub = r#"{"bindings":[{"type":"eventHubTrigger","name":"events",
        "eventHubName":"telemetry","cardinality":"many"}]}"#;
    let app = FunctionApp::new(app, &[("read/function.json", hub)]);
    let (status, problem) = app.post("read", golden("event_hub_many_text")).await;
    assert_eq!(status, 500);
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("1 of 2 events failed, 1 were skipped"),
        "{detail}"
    );
    assert_eq!(seen.all().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_handler_ends_before_the_hosts_own_limit() {
    let app = App::new().on("ship", queue("orders"), |_: Event<Message<String>>| {
        std::future::pending::<()>()
    });
    let host = r#"{"functionTimeout":"00:00:10"}"#;
    let app = FunctionApp::new(app, &[("ship/function.json", QUEUE), ("host.json", host)]);
    let started = tokio::time::Instant::now();
    let (status, problem) = app.post("ship", golden("queue")).await;
    assert_eq!(status, 500, "the host kills the process otherwise");
    assert!(
        problem["detail"].as_str().unwrap().contains("in time"),
        "{problem}"
    );
    let took = started.elapsed();
    assert!(took < Duration::from_secs(10), "within the limit: {took:?}");
    assert!(
        took > Duration::from_secs(9),
        "most of the time is the handler's: {took:?}"
    );
}

#[tokio::test]
async fn a_folder_without_function_json_is_told_by_its_file() {
    let app = App::new().on("ship", queue("orders"), |_: Event<Message<String>>| async {
    });
    let app = FunctionApp::new(app, &[]);
    let (status, problem) = app.post("ship", golden("queue")).await;
    assert_eq!(status, 500);
    let detail = problem["detail"].as_str().unwrap();
    let file = app.root.function_json("ship");
    assert!(file.ends_with("ship/function.json"), "{file:?}");
    assert!(detail.contains(file.to_str().unwrap()), "{detail}");
}

#[tokio::test]
async fn a_trigger_that_is_not_supported_is_told_with_those_that_are() {
    let signal = r#"{"bindings":[{"type":"signalRTrigger","name":"call"}]}"#;
    let app = FunctionApp::new(App::new(), &[("chat/function.json", signal)]);
    let (status, problem) = app
        .post("chat", r#"{"Data":{"call":"{}"},"Metadata":{}}"#)
        .await;
    assert_eq!(status, 500);
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("signalRTrigger") && detail.contains("queueTrigger"),
        "{detail}"
    );
}

#[tokio::test]
async fn what_is_for_no_function_fails() {
    let app = App::new().on(
        "ship",
        queue("invoices"),
        |_: Event<Message<String>>| async {},
    );
    let app = FunctionApp::new(app, &[("all/function.json", QUEUE)]);
    let (status, problem) = app.post("all", golden("queue")).await;
    assert_eq!(status, 500);
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("no function takes") && detail.contains("orders"),
        "{detail}"
    );
    for call in ["", "7", "{}", r#"{"Data":{}}"#] {
        let (status, _) = app.post("all", call).await;
        assert_eq!(status, 500, "{call:?} is no call");
    }
}

#[tokio::test]
async fn a_blob_reaches_the_function_of_its_bucket_and_key() {
    let seen = Seen::default();
    let handler = |name: &'static str| {
        let seen = seen.clone();
        move |event: Event<ObjectCreated>| {
            seen.see(format!("{name} {}", event.data.key));
            async {}
        }
    };
    let app = App::new()
        .on(
            "images",
            object_created("uploads").suffix(".png"),
            handler("images"),
        )
        .on(
            "texts",
            object_created("uploads").suffix(".txt"),
            handler("texts"),
        )
        .on(
            "audit",
            event("Microsoft.Storage.BlobDeleted"),
            |event: Event<Value>| async move { Json(event.data["api"].clone()) },
        );
    let blob = r#"{"bindings":[{"type":"blobTrigger","name":"picture","path":"uploads/{name}",
        "dataType":"binary"}]}"#;
    let grid = r#"{"bindings":[{"type":"eventGridTrigger","name":"event"}]}"#;
    let app = FunctionApp::new(
        app,
        &[("in/function.json", blob), ("grid/function.json", grid)],
    );
    assert_eq!(
        app.post("in", golden("blob_binary")).await,
        nothing_returned()
    );
    assert_eq!(
        app.post("grid", golden("event_grid_blob_created")).await,
        nothing_returned()
    );
    assert_eq!(
        seen.all(),
        ["images in/a bü.png", "images in/a bü/blobs/x.png"]
    );
    let (_, answer) = app.post("grid", golden("event_grid_blob_deleted")).await;
    assert_eq!(answer["ReturnValue"], "DeleteBlob", "an event by its type");
}

/// An HTTP function that takes every path, beside a queue's function in the folder `orders`.
fn with_http(mode: &str, seen: &Seen) -> FunctionApp {
    let seen = seen.clone();
    let ship = move |event: Event<Message<String>>| {
        seen.see(event.data.body.as_str());
        async {}
    };
    let app = App::new().on("ship", queue("orders"), ship).http(
        "site",
        any("/{*rest}"),
        |request: Request| async move { format!("HTTP {}", request.uri().path()) },
    );
    let host = format!(
        r#"{{"customHandler":{{{mode:?}:true}},"extensions":{{"http":{{"routePrefix":""}}}}}}"#
    );
    let http = r#"{"bindings":[{"type":"httpTrigger","name":"req","direction":"in","route":"{*rest}"},
        {"type":"http","name":"res","direction":"out"}]}"#;
    let files = [
        ("host.json", &*host),
        ("orders/function.json", QUEUE),
        ("site/function.json", http),
    ];
    FunctionApp::new(app, &files)
}

const MODES: [&str; 2] = ["enableProxyingHttpRequest", "enableForwardingHttpRequest"];

#[tokio::test]
async fn events_come_beside_http_that_is_handed_over_as_it_is() {
    for mode in MODES {
        let seen = Seen::default();
        let app = with_http(mode, &seen);
        let call = r#"{"Data":{"item":"\"hi\""},"Metadata":{}}"#;
        assert_eq!(app.post("orders", call).await, nothing_returned(), "{mode}");
        assert_eq!(seen.all(), ["hi"], "{mode}");
    }
}

/// A client can send what looks like a call to a route that is a folder's name, and every header
/// that the host sends; the host still adds its own, and frames the body.
#[tokio::test]
async fn a_route_that_is_a_folders_name_is_reached_and_no_call_can_be_forged_through_it() {
    for mode in MODES {
        let seen = Seen::default();
        let app = with_http(mode, &seen);
        let forged = r#"{"Data":{"item":"forged"},"Metadata":{}}"#;
        let mut request = invocation("orders", forged);
        let headers = request.headers_mut();
        if mode == "enableProxyingHttpRequest" {
            headers.insert("x-ms-invocation-id", "i-2".parse().unwrap());
        } else {
            headers.remove("transfer-encoding");
            headers.insert("content-length", forged.len().into());
        }
        let answer = app.send(request).await;
        assert_eq!(answer, (200, "HTTP /orders".into()), "{mode}");
        assert_eq!(seen.all(), [""; 0], "{mode}");
    }
}

#[tokio::test]
async fn other_paths_and_methods_are_http() {
    for mode in MODES {
        let app = with_http(mode, &Seen::default());
        for (method, target) in [
            ("GET", "/orders"),
            ("PUT", "/orders"),
            ("POST", "/orders/"),
            ("POST", "/orders?x=1"),
            ("POST", "/site"),
            ("POST", "/x/orders"),
            ("POST", "/unknown"),
        ] {
            let mut request = invocation("x", r#"{"Data":{"item":"x"},"Metadata":{}}"#);
            *request.method_mut() = method.parse().unwrap();
            *request.uri_mut() = target.parse().unwrap();
            let path = target.split('?').next().unwrap();
            let answer = app.send(request).await;
            assert_eq!(
                answer,
                (200, format!("HTTP {path}").into()),
                "{mode} {method} {target}"
            );
        }
    }
}

/// The host proxies and forwards to functions alone that have HTTP in and HTTP out, and no more.
#[tokio::test]
async fn http_with_further_bindings_comes_in_invocation_form_in_every_mode() {
    for mode in MODES {
        let app = App::new().http("save", any("/save"), |request: Request| async move {
            let call = request.context().native::<AzureInvocation>().unwrap();
            let data: Value = call.data().unwrap();
            format!("{} {}", request.uri().path(), data["user"])
        });
        let host = format!(
            r#"{{"customHandler":{{{mode:?}:true}},"extensions":{{"http":{{"routePrefix":""}}}}}}"#
        );
        let save = r#"{"bindings":[{"type":"httpTrigger","name":"req"},{"type":"http","name":"res"},
            {"type":"blob","name":"user","direction":"in"}]}"#;
        let app = FunctionApp::new(app, &[("host.json", &*host), ("save/function.json", save)]);
        let req = r#"{"Url":"http://h/save","Method":"POST","Headers":{}}"#;
        let call = format!(r#"{{"Data":{{"req":{req},"user":"\"Ada\""}},"Metadata":{{}}}}"#);
        let (status, answer) = app.post("save", call).await;
        assert_eq!(status, 200, "{mode}: {answer}");
        assert_eq!(
            answer["Outputs"]["res"]["body"], r#"/save "\"Ada\"""#,
            "{mode}"
        );
    }
}
