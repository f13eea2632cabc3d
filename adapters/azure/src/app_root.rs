//! What the function app's own files say: `host.json` and each `function.json`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs, io};

use serde::Deserialize;

/// How the host hands HTTP requests over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum HttpMode {
    /// The request itself, proxied or forwarded.
    Plain,
    /// JSON, as for every other trigger.
    Invocation,
}

#[derive(Debug)]
pub(crate) struct AppRoot {
    pub(crate) http_mode: HttpMode,
    /// With neither slash; empty for none.
    pub(crate) route_prefix: String,
    pub(crate) timeout: Option<Duration>,
    /// The name of each function's `http` output binding.
    outputs: BTreeMap<String, String>,
}

/// A file of the function app can't be used.
#[derive(Debug, thiserror::Error)]
#[error("{}", path.display())]
pub struct AppRootError {
    path: PathBuf,
    #[source]
    source: FileError,
}

#[derive(Debug, thiserror::Error)]
enum FileError {
    #[error("it can't be read: {0}")]
    Unreadable(#[from] io::Error),
    #[error("it is not as the host wants it: {0}")]
    Malformed(#[from] serde_json::Error),
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct HostJson {
    custom_handler: CustomHandler,
    extensions: Extensions,
    function_timeout: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct CustomHandler {
    enable_forwarding_http_request: bool,
    enable_proxying_http_request: bool,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Extensions {
    http: HttpExtension,
}

#[derive(Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct HttpExtension {
    route_prefix: String,
}

impl Default for HttpExtension {
    fn default() -> Self {
        Self {
            route_prefix: "api".to_owned(),
        }
    }
}

#[derive(Deserialize)]
struct FunctionJson {
    #[serde(default)]
    bindings: Vec<Binding>,
}

#[derive(Deserialize)]
struct Binding {
    #[serde(rename = "type")]
    kind: String,
    name: String,
}

impl AppRoot {
    /// Reads the folder that `FUNCTIONS_APP_ROOT_PATH` names; the host's defaults where it
    /// names none.
    pub(crate) fn from_env() -> Result<Self, AppRootError> {
        match env::var_os("FUNCTIONS_APP_ROOT_PATH") {
            Some(folder) => Self::read(Path::new(&folder)),
            None => Ok(Self::new(HostJson::default(), BTreeMap::new())),
        }
    }

    pub(crate) fn read(folder: &Path) -> Result<Self, AppRootError> {
        let host = json(folder.join("host.json"))?.unwrap_or_default();
        let mut outputs = BTreeMap::new();
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let function = json::<FunctionJson>(entry.path().join("function.json"))?;
            let bindings = function.map_or_else(Vec::new, |function| function.bindings);
            if let Some(output) = bindings.into_iter().find(|binding| binding.kind == "http") {
                outputs.insert(
                    entry.file_name().to_string_lossy().into_owned(),
                    output.name,
                );
            }
        }
        Ok(Self::new(host, outputs))
    }

    fn new(host: HostJson, outputs: BTreeMap<String, String>) -> Self {
        let handler = host.custom_handler;
        let plain = handler.enable_forwarding_http_request || handler.enable_proxying_http_request;
        Self {
            http_mode: if plain {
                HttpMode::Plain
            } else {
                HttpMode::Invocation
            },
            route_prefix: host
                .extensions
                .http
                .route_prefix
                .trim_matches('/')
                .to_owned(),
            timeout: host.function_timeout.as_deref().and_then(time_span),
            outputs,
        }
    }

    /// Where a function's HTTP answer goes: its `http` output binding, by convention `res`.
    pub(crate) fn output_of(&self, function: &str) -> &str {
        self.outputs.get(function).map_or("res", String::as_str)
    }

    /// The path without the route prefix. Whatever does not have it stays as it is.
    pub(crate) fn unprefixed<'a>(&self, path: &'a str) -> &'a str {
        if self.route_prefix.is_empty() {
            return path;
        }
        let rest = path
            .strip_prefix('/')
            .and_then(|path| path.strip_prefix(&*self.route_prefix));
        match rest {
            Some("") => "/",
            Some(rest) if rest.starts_with('/') => rest,
            _ => path,
        }
    }
}

/// The file's content, `None` where there is no such file.
fn json<T: for<'de> Deserialize<'de>>(path: PathBuf) -> Result<Option<T>, AppRootError> {
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if absent(&error) => return Ok(None),
        Err(error) => {
            let source = error.into();
            return Err(AppRootError { path, source });
        }
    };
    // A byte order mark is what Windows editors put there, and the host does not mind it.
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    serde_json::from_slice(text).map(Some).map_err(|error| {
        let source = error.into();
        AppRootError { path, source }
    })
}

fn absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// .NET's `[d.]hh:mm:ss`; `-1`, which means no limit, is none.
fn time_span(text: &str) -> Option<Duration> {
    let (days, clock) = match text.split_once('.') {
        Some((days, clock)) if days.bytes().all(|b| b.is_ascii_digit()) => {
            (days.parse::<u64>().ok()?, clock)
        }
        _ => (0, text),
    };
    let mut fields = clock.split(':').map(|field| field.parse::<u64>().ok());
    let (hours, minutes, seconds) = (fields.next()??, fields.next()??, fields.next()??);
    let total = [days.checked_mul(24)?.checked_add(hours)?, minutes, seconds]
        .into_iter()
        .try_fold(0_u64, |sum, field| sum.checked_mul(60)?.checked_add(field))?;
    Some(Duration::from_secs(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn app_root(files: &[(&str, &str)]) -> Result<AppRoot, AppRootError> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        AppRoot::read(folder.path())
    }

    #[test]
    fn the_hosts_defaults_hold_without_files() {
        let root = app_root(&[]).unwrap();
        assert_eq!(root.http_mode, HttpMode::Invocation);
        assert_eq!(root.route_prefix, "api");
        assert_eq!(root.output_of("hello"), "res");
    }

    #[test]
    fn mode_prefix_timeout_and_outputs_are_read() {
        let root = app_root(&[
            (
                "host.json",
                "\u{feff}{\"version\":\"2.0\",\"functionTimeout\":\"00:05:00\",\
                 \"extensions\":{\"http\":{\"routePrefix\":\"/v1/\"}},\
                 \"customHandler\":{\"enableProxyingHttpRequest\":true}}",
            ),
            (
                "hello/function.json",
                r#"{"bindings":[{"type":"httpTrigger","name":"req"},{"type":"http","name":"$return"}]}"#,
            ),
        ])
        .unwrap();
        assert_eq!(root.http_mode, HttpMode::Plain);
        assert_eq!(root.timeout, Some(Duration::from_secs(300)));
        assert_eq!(root.output_of("hello"), "$return");
        assert_eq!(root.unprefixed("/v1/users"), "/users");
    }

    #[test]
    fn a_malformed_host_json_is_named() {
        let error = app_root(&[("host.json", "{")]).unwrap_err();
        assert!(
            error.to_string().ends_with("host.json"),
            "names the file: {error}"
        );
    }

    #[test]
    fn only_a_whole_prefix_is_stripped() {
        let root = AppRoot::new(HostJson::default(), BTreeMap::new());
        for (path, expected) in [
            ("/api", "/"),
            ("/api/", "/"),
            ("/api/users", "/users"),
            ("/api//x", "//x"),
            ("/apix", "/apix"),
            ("/users/api", "/users/api"),
        ] {
            assert_eq!(root.unprefixed(path), expected, "{path}");
        }
    }

    #[test]
    fn time_spans_are_dotnets() {
        for (text, expected) in [
            ("00:05:00", Some(300)),
            ("1.00:00:01", Some(86_401)),
            ("-1", None),
            ("5", None),
            ("99999999999999999999:00:00", None),
        ] {
            assert_eq!(
                time_span(text).map(|span| span.as_secs()),
                expected,
                "{text}"
            );
        }
    }
}
