//! Calls for events, as the host makes them, and the answers to them.

mod answers;
mod functions;
mod modes;

use std::sync::Mutex;

use serde_json::{Value, json};

use super::*;

const QUEUE: &str = r#"{"bindings":[{"type":"queueTrigger","name":"item","direction":"in",
    "queueName":"%ORDERS_QUEUE%"}]}"#;

/// A function app with these triggers, and the app that is deployed in it.
struct FunctionApp {
    front: Front,
    started: watch::Receiver<Option<Arc<Deployed>>>,
}

impl FunctionApp {
    fn new(app: App, files: &[(&str, &str)]) -> Self {
        let deployed = Deployed::new(app.into_service().unwrap());
        Self {
            front: front_with(files, &[("ORDERS_QUEUE", "orders")]),
            started: watch::channel(Some(Arc::new(deployed))).1,
        }
    }

    async fn post(&self, folder: &str, call: impl Into<Body>) -> (u16, Value) {
        self.send(invocation(folder, call)).await
    }

    async fn send(&self, request: Request) -> (u16, Value) {
        let response = respond(&self.front, self.started.clone(), request).await;
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
