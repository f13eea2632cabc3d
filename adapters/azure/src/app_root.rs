//! What the function app says of itself: the host's settings and each `function.json`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use crate::app_settings::AppSettings;
use crate::function_json::FunctionJson;
use crate::host_settings::HostSettings;
use crate::json_file::{AppRootError, FileError, read};
use crate::time_span::time_span;

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
    pub(crate) app_settings: AppSettings,
    /// Where the functions' folders are.
    folder: PathBuf,
    /// By the name of its folder.
    functions: BTreeMap<String, FunctionJson>,
}

impl AppRoot {
    /// Reads the folder that `FUNCTIONS_APP_ROOT_PATH` names; the host's defaults where it
    /// names none.
    pub(crate) fn from_env() -> Result<Self, AppRootError> {
        let variables = env::vars_os().filter_map(|(name, value)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        });
        match env::var_os("FUNCTIONS_APP_ROOT_PATH") {
            Some(folder) => Self::read(Path::new(&folder), variables),
            None => {
                let app_settings = AppSettings::new(variables);
                let settings = HostSettings::without_file(&app_settings);
                Self::new(&settings, app_settings, PathBuf::new(), BTreeMap::new())
                    .map_err(|error| AppRootError::new(Path::new("the app settings"), error))
            }
        }
    }

    pub(crate) fn read(
        folder: &Path,
        variables: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, AppRootError> {
        if !folder.is_dir() {
            return Err(AppRootError::new(folder, FileError::NoFolder));
        }
        let host_json = folder.join("host.json");
        let app_settings = AppSettings::new(variables);
        let settings = HostSettings::read(&host_json, &app_settings)?;
        let unreadable = |error| AppRootError::new(folder, FileError::Unreadable(error));
        let mut functions = BTreeMap::new();
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            if let Some(function) = read(&entry.path().join("function.json"))? {
                let name = entry.file_name().to_string_lossy().into_owned();
                functions.insert(name, function);
            }
        }
        Self::new(&settings, app_settings, folder.to_owned(), functions)
            .map_err(|error| AppRootError::new(&host_json, error))
    }

    fn new(
        settings: &HostSettings,
        app_settings: AppSettings,
        folder: PathBuf,
        functions: BTreeMap<String, FunctionJson>,
    ) -> Result<Self, FileError> {
        let is_plain = settings.is_on("customHandler__enableProxyingHttpRequest")?
            || settings.is_on("customHandler__enableForwardingHttpRequest")?;
        let route_prefix = settings.text("extensions__http__routePrefix");
        Ok(Self {
            http_mode: if is_plain {
                HttpMode::Plain
            } else {
                HttpMode::Invocation
            },
            route_prefix: match route_prefix {
                Some(prefix) => prefix.trim_matches('/').to_owned(),
                None => "api".to_owned(),
            },
            timeout: settings
                .text("functionTimeout")
                .as_deref()
                .and_then(time_span),
            app_settings,
            folder,
            functions,
        })
    }

    /// What the `function.json` in that folder says; `None` where there is none.
    pub(crate) fn function(&self, folder: &str) -> Option<&FunctionJson> {
        self.functions.get(folder)
    }

    /// Where the `function.json` of that folder is, or should be.
    pub(crate) fn function_json(&self, folder: &str) -> PathBuf {
        self.folder.join(folder).join("function.json")
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

#[cfg(test)]
mod tests;
