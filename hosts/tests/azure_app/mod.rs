//! A function app whose worker hands back what it got.

use std::path::Path;

use polyfn_hosts::azure::FunctionsHost;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::example;

pub(crate) struct App {
    root: TempDir,
}

impl App {
    pub(crate) fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        Self { root }
    }

    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    /// A function with that trigger.
    pub(crate) fn function(&self, name: &str, trigger: Value) {
        let folder = self.root().join(name);
        std::fs::create_dir(&folder).unwrap();
        let function = json!({"bindings": [trigger]}).to_string();
        std::fs::write(folder.join("function.json"), function).unwrap();
    }

    /// Gives a function a retry policy.
    pub(crate) fn retry(&self, name: &str, policy: Value) {
        let file = self.root().join(name).join("function.json");
        let text = std::fs::read_to_string(&file).unwrap();
        let mut function: Value = serde_json::from_str(&text).unwrap();
        function["retry"] = policy;
        std::fs::write(file, function.to_string()).unwrap();
    }

    pub(crate) fn write(&self) {
        let host = json!({
            "version": "2.0",
            "functionTimeout": "00:00:01",
            "customHandler": {
                "description": {"defaultExecutablePath": example("azure_event_worker")},
                "enableProxyingHttpRequest": true,
            },
        });
        std::fs::write(self.root().join("host.json"), host.to_string()).unwrap();
    }

    pub(crate) async fn start(&self) -> FunctionsHost {
        self.write();
        let builder = FunctionsHost::builder(self.root()).env("ORDERS_QUEUE", "orders");
        builder.start().await.unwrap()
    }
}
