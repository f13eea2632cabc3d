//! A function app whose triggers listen to queues and containers.

use std::path::Path;

use serde_json::json;
use tempfile::TempDir;

use crate::AzureMode;
use crate::deployment::host_json;

const TIME_LIMIT_S: u64 = 30;

/// Writes an app around the probe; it is gone when the folder is dropped.
pub(super) fn write(probe: &Path) -> std::io::Result<TempDir> {
    let app = tempfile::tempdir()?;
    let host = host_json(AzureMode::Invocation, &probe.canonicalize()?, TIME_LIMIT_S);
    std::fs::write(app.path().join("host.json"), host.to_string())?;
    let functions = [
        (
            "queue",
            json!({"type": "queueTrigger", "queueName": "orders", "dataType": "string"}),
        ),
        (
            "object-created",
            json!({"type": "blobTrigger", "path": "uploads/{name}", "dataType": "binary"}),
        ),
        (
            "picture",
            json!({"type": "blobTrigger", "path": "pictures/in/{name}.png", "dataType": "binary"}),
        ),
    ];
    for (name, mut trigger) in functions {
        trigger["name"] = "item".into();
        trigger["direction"] = "in".into();
        let folder = app.path().join(name);
        std::fs::create_dir(&folder)?;
        std::fs::write(
            folder.join("function.json"),
            json!({"bindings": [trigger]}).to_string(),
        )?;
    }
    Ok(app)
}
