//! The files of a function app that has one function of each kind that cases call.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::AzureMode;
use crate::deployment::host_json;
use crate::process::{ProcessCase, ProcessColumn, StepKind};

/// Writes `host.json` and the functions' folders; the app is gone when the folder is dropped.
pub(super) fn write(
    case: &ProcessCase,
    mode: AzureMode,
    binary: &Path,
) -> std::io::Result<TempDir> {
    let app = tempfile::tempdir()?;
    let limit = case.setting.platform_limit_s();
    let host = host_json(mode, &binary.canonicalize()?, limit);
    std::fs::write(app.path().join("host.json"), host.to_string())?;
    let mut steps = case.steps_on(ProcessColumn::Azure(mode));
    let warms_up = steps.any(|step| matches!(step, StepKind::WarmUp(_)));
    for (function, bindings) in functions() {
        // The host calls it at the start, and hears it out.
        if function != "warmup" || warms_up {
            std::fs::create_dir(app.path().join(function))?;
            let file = app.path().join(function).join("function.json");
            std::fs::write(file, json!({ "bindings": bindings }).to_string())?;
        }
    }
    Ok(app)
}

fn functions() -> [(&'static str, Value); 4] {
    let input = |kind: &str, name: &str| json!({ "type": kind, "direction": "in", "name": name });
    let with = |mut binding: Value, name: &str, value: &str| {
        binding[name] = value.into();
        binding
    };
    let http = with(input("httpTrigger", "req"), "authLevel", "anonymous");
    let http = with(http, "route", "{*path}");
    let output = json!({ "type": "http", "direction": "out", "name": "res" });
    let queue = with(input("queueTrigger", "item"), "queueName", "orders");
    let queue = with(queue, "dataType", "string");
    let timer = with(input("timerTrigger", "item"), "schedule", "0 0 3 * * *");
    [
        ("probe", json!([http, output])),
        ("queue", json!([queue])),
        ("schedule", json!([timer])),
        ("warmup", json!([input("warmupTrigger", "context")])),
    ]
}
