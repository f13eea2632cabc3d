//! The files of an Azure Functions app around a custom handler.

use std::path::Path;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::AzureMode;

/// The one function that takes every request.
const FUNCTION: &str = "probe";

/// Writes `host.json` and the function's folder; the app is gone when the folder is dropped.
pub(super) fn write(mode: AzureMode, binary: &Path, time_limit_s: u64) -> std::io::Result<TempDir> {
    let app = tempfile::tempdir()?;
    let binary = binary.canonicalize()?;
    std::fs::write(
        app.path().join("host.json"),
        host_json(mode, &binary, time_limit_s).to_string(),
    )?;
    std::fs::create_dir(app.path().join(FUNCTION))?;
    std::fs::write(
        app.path().join(FUNCTION).join("function.json"),
        function_json().to_string(),
    )?;
    Ok(app)
}

pub(crate) fn host_json(mode: AzureMode, binary: &Path, time_limit_s: u64) -> Value {
    let mut handler = json!({ "description": { "defaultExecutablePath": binary } });
    match mode {
        AzureMode::Proxying => handler["enableProxyingHttpRequest"] = true.into(),
        AzureMode::Forwarding => handler["enableForwardingHttpRequest"] = true.into(),
        AzureMode::Invocation => {}
    }
    json!({
        "version": "2.0",
        "functionTimeout": format!("00:{:02}:{:02}", time_limit_s / 60, time_limit_s % 60),
        "customHandler": handler,
        "extensions": { "http": { "routePrefix": "" } },
    })
}

fn function_json() -> Value {
    // Without `methods` a trigger takes all that the host knows.
    json!({
        "bindings": [
            { "type": "httpTrigger", "direction": "in", "name": "req", "authLevel": "anonymous", "route": "{*path}" },
            { "type": "http", "direction": "out", "name": "res" },
        ],
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mode_has_its_switch() {
        let switches = |mode| {
            let host = host_json(mode, Path::new("/x"), 60);
            let handler = host["customHandler"].as_object().unwrap().clone();
            handler
                .keys()
                .filter(|key| key.starts_with("enable"))
                .cloned()
                .collect::<Vec<_>>()
        };
        assert_eq!(switches(AzureMode::Proxying), ["enableProxyingHttpRequest"]);
        assert_eq!(
            switches(AzureMode::Forwarding),
            ["enableForwardingHttpRequest"]
        );
        assert!(switches(AzureMode::Invocation).is_empty());
    }

    #[test]
    fn the_app_is_written_where_the_host_looks() {
        let app = write(AzureMode::Proxying, Path::new("/bin/true"), 60).unwrap();
        for file in ["host.json", "probe/function.json"] {
            let text = std::fs::read_to_string(app.path().join(file)).unwrap();
            serde_json::from_str::<Value>(&text).unwrap();
        }
    }
}
