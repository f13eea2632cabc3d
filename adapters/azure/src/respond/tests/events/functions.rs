//! Which function gets what comes.

use polyfn_core::{
    Event, Json, Message, ObjectCreated, Schedule, event, object_created, queue, schedule,
};

use super::*;

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

/// An app of that one function, and whether its warm-up goes well.
fn warm(name: &str, seen: &Seen, works: bool) -> App {
    let (function, warmup) = (seen.clone(), seen.clone());
    App::new()
        .on(name, schedule("0 3 * * *"), move |_: Event<Schedule>| {
            function.see("function");
            async {}
        })
        .warmup(move || {
            warmup.see("warmup");
            std::future::ready(match works {
                true => Ok(()),
                false => Err(Error::unavailable("no database")),
            })
        })
}

const TIMER: &str =
    r#"{"bindings":[{"type":"timerTrigger","name":"timer","schedule":"0 0 * * * *"}]}"#;

const WARMUP: &str = r#"{"bindings":[{"type":"warmupTrigger","direction":"in","name":"context"}]}"#;

#[tokio::test]
async fn the_warm_up_trigger_and_a_timer_of_that_name_warm_up() {
    let call = r#"{"Data":{"context":"{}"},"Metadata":{}}"#;
    for (folder, file, call) in [
        ("warmup", WARMUP, call.to_owned()),
        ("WarmUp", WARMUP, call.to_owned()),
        ("warmup", TIMER, golden("timer")),
        ("WarmUp", TIMER, golden("timer")),
    ] {
        let seen = Seen::default();
        let path = format!("{folder}/function.json");
        let app = FunctionApp::new(warm("nightly", &seen, true), &[(&path, file)]);
        let (status, answer) = app.post(folder, call.clone()).await;
        assert_eq!((status, &answer["ReturnValue"]), (200, &json!("warmed up")));
        assert_eq!(seen.all(), ["warmup"], "{folder}: {file}");

        let app = FunctionApp::new(warm("nightly", &seen, false), &[(&path, file)]);
        let (status, problem) = app.post(folder, call).await;
        assert_eq!(status, 500, "the invocation fails: {problem}");
        assert_eq!(problem["detail"], "no database");
    }
}

#[tokio::test]
async fn a_function_that_is_called_warmup_gets_its_timer() {
    let seen = Seen::default();
    let app = FunctionApp::new(
        warm("warmup", &seen, true),
        &[("warmup/function.json", TIMER)],
    );
    assert_eq!(
        app.post("warmup", golden("timer")).await,
        nothing_returned()
    );
    assert_eq!(seen.all(), ["function"]);
}

#[tokio::test]
async fn a_folder_without_function_json_is_told_by_its_file() {
    let app = App::new().on("ship", queue("orders"), |_: Event<Message<String>>| async {
    });
    let app = FunctionApp::new(app, &[]);
    let (status, problem) = app.post("ship", golden("queue")).await;
    assert_eq!(status, 500);
    let detail = problem["detail"].as_str().unwrap();
    let file = app.front.root.function_json("ship");
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
