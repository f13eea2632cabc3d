//! `host.json`: what the Functions host reads of it.
//!
//! <https://learn.microsoft.com/azure/azure-functions/functions-host-json>; the defaults are those
//! of `HttpWorkerOptions.cs`, `HttpWorkerDescription.cs` and `ScriptJobHostOptionsSetup.cs` in
//! Azure/azure-functions-host.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use crate::Error;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    version: String,
    custom_handler: Option<CustomHandler>,
    #[serde(default)]
    extensions: Extensions,
    function_timeout: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct CustomHandler {
    description: Description,
    #[serde(default)]
    enable_forwarding_http_request: bool,
    #[serde(default)]
    enable_proxying_http_request: bool,
    initialization_timeout: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Description {
    #[serde(default)]
    default_executable_path: String,
    #[serde(default)]
    working_directory: String,
    #[serde(default)]
    arguments: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Extensions {
    #[serde(default)]
    http: Http,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Http {
    route_prefix: Option<String>,
}

/// How an HTTP function whose only bindings are an HTTP trigger and an HTTP output is called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HttpMode {
    Proxying,
    Forwarding,
    Invocation,
}

/// The settings, with defaults filled in.
#[derive(Debug)]
pub(super) struct HostJson {
    pub(super) executable: PathBuf,
    pub(super) arguments: Vec<String>,
    pub(super) working_directory: PathBuf,
    pub(super) http_mode: HttpMode,
    pub(super) initialization_timeout: Duration,
    pub(super) route_prefix: String,
    /// `None`: no limit (`-1`).
    pub(super) function_timeout: Option<Duration>,
}

impl HostJson {
    pub(super) fn read(app_root: &Path) -> Result<Self, Error> {
        let path = app_root.join("host.json");
        let text =
            std::fs::read_to_string(&path).map_err(|error| Error::configuration(&path, error))?;
        Self::parse(&text, app_root).map_err(|problem| Error::configuration(&path, problem))
    }

    fn parse(text: &str, app_root: &Path) -> Result<Self, String> {
        let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if file.version != "2.0" {
            return Err(format!(
                "\"version\" must be \"2.0\", not {:?}",
                file.version
            ));
        }
        let handler = file.custom_handler.ok_or("there is no \"customHandler\"")?;
        let description = handler.description;
        if description.default_executable_path.is_empty() {
            return Err("WorkerDescription DefaultExecutablePath cannot be empty".to_owned());
        }
        let timeout = match file.function_timeout.as_deref() {
            None => Some(Duration::from_secs(30 * 60)),
            Some("-1") => None,
            Some(text) => Some(time_span(text)?),
        };
        let initialization_timeout = match handler.initialization_timeout {
            None => Duration::from_secs(30),
            Some(text) => time_span(&text)?,
        };
        Ok(Self {
            // A file below the root; a program on `PATH` where there is no such file.
            executable: match app_root.join(&description.default_executable_path) {
                file if file.exists() => file,
                _ => description.default_executable_path.into(),
            },
            arguments: description.arguments,
            working_directory: app_root.join(description.working_directory),
            // Proxying is asked for first in `InvokeAsync`.
            http_mode: if handler.enable_proxying_http_request {
                HttpMode::Proxying
            } else if handler.enable_forwarding_http_request {
                HttpMode::Forwarding
            } else {
                HttpMode::Invocation
            },
            initialization_timeout,
            route_prefix: file
                .extensions
                .http
                .route_prefix
                .unwrap_or_else(|| "api".to_owned()),
            function_timeout: timeout,
        })
    }
}

/// `TimeSpan.MaxValue`, in whole seconds: 10675199.02:48:05
/// (<https://learn.microsoft.com/dotnet/api/system.timespan.maxvalue>).
const LONGEST: Duration = Duration::from_secs(922_337_203_685);

/// .NET's `[d.]hh:mm:ss[.fffffff]`.
pub(super) fn time_span(text: &str) -> Result<Duration, String> {
    let malformed = || format!("{text:?} is no time span (hh:mm:ss)");
    let (days, clock) = match text.split_once('.') {
        Some((days, clock)) if days.len() < text.find(':').unwrap_or(0) => (days, clock),
        _ => ("0", text),
    };
    let [hours, minutes, seconds] = clock.split(':').collect::<Vec<_>>()[..] else {
        return Err(malformed());
    };
    // Four billion of each are far from the end of a u64 of seconds, but not from .NET's own.
    let whole = |part: &str| part.parse::<u32>().map(u64::from).map_err(|_| malformed());
    let minutes = (whole(days)? * 24 + whole(hours)?) * 60 + whole(minutes)?;
    let seconds: f64 = seconds.parse().map_err(|_| malformed())?;
    let fraction = Duration::try_from_secs_f64(seconds).map_err(|_| malformed())?;
    Duration::from_secs(minutes * 60)
        .checked_add(fraction)
        .filter(|span| *span <= LONGEST)
        .ok_or_else(|| format!("{text:?} is longer than a time span can be"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults() {
        let text = r#"{"version": "2.0", "customHandler": {"description": {"defaultExecutablePath": "handler"}}}"#;
        let host = HostJson::parse(text, Path::new("/app")).unwrap();
        assert_eq!(host.route_prefix, "api");
        assert_eq!(host.http_mode, HttpMode::Invocation);
        assert_eq!(host.initialization_timeout, Duration::from_secs(30));
        assert_eq!(host.function_timeout, Some(Duration::from_secs(1800)));
        assert_eq!(host.working_directory, Path::new("/app/"));
    }

    #[test]
    fn everything_set() {
        let text = r#"{"version": "2.0", "functionTimeout": "-1",
            "customHandler": {"description": {"defaultExecutablePath": "/bin/sh", "arguments": ["-c"], "workingDirectory": "sub"},
                "enableForwardingHttpRequest": true, "enableProxyingHttpRequest": true, "initializationTimeout": "00:00:01.5"},
            "extensions": {"http": {"routePrefix": ""}}}"#;
        let host = HostJson::parse(text, Path::new("/app")).unwrap();
        assert_eq!(host.executable, Path::new("/bin/sh"));
        assert_eq!(host.http_mode, HttpMode::Proxying);
        assert_eq!(host.initialization_timeout, Duration::from_millis(1500));
        assert_eq!(host.function_timeout, None);
        assert_eq!(
            (host.route_prefix.as_str(), host.working_directory),
            ("", "/app/sub".into())
        );
    }

    #[test]
    fn time_spans() {
        assert_eq!(time_span("00:05:00"), Ok(Duration::from_secs(300)));
        assert_eq!(time_span("1.02:00:00"), Ok(Duration::from_secs(26 * 3600)));
        assert!(time_span("5 minutes").is_err());
    }

    #[test]
    fn a_time_span_that_dotnet_has_not() {
        assert!(time_span("10675199.02:48:05").is_ok());
        for text in [
            "999999999.00:00:00",
            "4294967295.4294967295:4294967295:00",
            "00:00:18446744073709551615",
            "00:00:1e300",
            "00:00:NaN",
        ] {
            assert!(time_span(text).is_err(), "{text}");
        }
    }
}
