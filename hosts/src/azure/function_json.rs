//! `<Function>/function.json`: a function's bindings.
//!
//! <https://learn.microsoft.com/azure/azure-functions/functions-triggers-bindings>.

use std::path::Path;

use serde::Deserialize;

use super::route::Template;
use crate::Error;

#[derive(Debug, Deserialize)]
struct File {
    bindings: Vec<Binding>,
    #[serde(default)]
    disabled: bool,
}

/// One binding, with the members that the host itself looks at.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Binding {
    #[serde(default)]
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    direction: Option<String>,
    #[serde(default)]
    route: Option<String>,
    #[serde(default)]
    methods: Option<Vec<String>>,
    #[serde(default)]
    data_type: Option<String>,
}

impl Binding {
    pub(super) fn is_trigger(&self) -> bool {
        self.kind.to_ascii_lowercase().ends_with("trigger")
    }

    pub(super) fn is_output(&self) -> bool {
        self.direction
            .as_deref()
            .is_some_and(|direction| direction.eq_ignore_ascii_case("out"))
    }

    pub(super) fn is_binary(&self) -> bool {
        self.data_type
            .as_deref()
            .is_some_and(|kind| kind.eq_ignore_ascii_case("binary"))
    }

    pub(super) fn is(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }
}

/// A function of the app.
#[derive(Debug)]
pub(super) struct Function {
    pub(super) name: String,
    pub(super) bindings: Vec<Binding>,
    pub(super) trigger: Binding,
    /// Of an HTTP function: its route, without the prefix.
    pub(super) route: Option<Template>,
}

impl Function {
    /// Every function of the app, by name. As with the host, a folder with a `function.json` is one.
    pub(super) fn read_all(app_root: &Path) -> Result<Vec<Self>, Error> {
        let entries =
            std::fs::read_dir(app_root).map_err(|error| Error::configuration(app_root, error))?;
        let mut functions = Vec::new();
        for entry in entries {
            let folder = entry.map_err(|error| Error::configuration(app_root, error))?;
            let path = folder.path().join("function.json");
            if !path.is_file() {
                continue;
            }
            let name = folder.file_name().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path)
                .map_err(|error| Error::configuration(&path, error))?;
            let function =
                Self::parse(name, &text).map_err(|problem| Error::configuration(&path, problem))?;
            functions.extend(function);
        }
        functions.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(functions)
    }

    /// `None` for a function that is disabled.
    fn parse(name: String, text: &str) -> Result<Option<Self>, String> {
        let file: File = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if file.disabled {
            return Ok(None);
        }
        let mut triggers = file.bindings.iter().filter(|binding| binding.is_trigger());
        let trigger = match (triggers.next(), triggers.next()) {
            (Some(trigger), None) => trigger.clone(),
            (None, _) => return Err("no trigger binding specified".to_owned()),
            (Some(_), Some(_)) => return Err("multiple trigger bindings defined".to_owned()),
        };
        let route = if trigger.is("httpTrigger") {
            // "if (string.IsNullOrEmpty(route)) route = function.Name"
            let route = trigger.route.as_deref().filter(|route| !route.is_empty());
            Some(Template::parse(route.unwrap_or(&name))?)
        } else {
            None
        };
        Ok(Some(Self {
            name,
            bindings: file.bindings,
            trigger,
            route,
        }))
    }

    /// `IsHttpInAndOutFunction`: one HTTP trigger, one HTTP output, and nothing else.
    pub(super) fn is_http_in_and_out(&self) -> bool {
        let (outputs, inputs): (Vec<_>, Vec<_>) = self
            .bindings
            .iter()
            .partition(|binding| binding.is_output());
        matches!((&inputs[..], &outputs[..]), ([input], [output]) if input.is("httpTrigger") && output.is("http"))
    }

    pub(super) fn outputs(&self) -> impl Iterator<Item = &Binding> {
        self.bindings.iter().filter(|binding| binding.is_output())
    }

    /// A function without `methods` takes them all.
    pub(super) fn takes(&self, method: &http::Method) -> bool {
        match &self.trigger.methods {
            None => true,
            Some(methods) => methods
                .iter()
                .any(|taken| taken.eq_ignore_ascii_case(method.as_str())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(bindings: &str) -> Result<Option<Function>, String> {
        Function::parse(
            "Hello".to_owned(),
            &format!(r#"{{"bindings": {bindings}}}"#),
        )
    }

    #[test]
    fn http_in_and_out() {
        let plain = function(
            r#"[{"type": "httpTrigger", "direction": "in", "name": "req", "methods": ["get"]},
            {"type": "http", "direction": "out", "name": "res"}]"#,
        )
        .unwrap()
        .unwrap();
        assert!(plain.is_http_in_and_out());
        assert!(plain.takes(&http::Method::GET) && !plain.takes(&http::Method::PUT));
        let queue = function(r#"[{"type": "httpTrigger", "direction": "in", "name": "req"},
            {"type": "queue", "direction": "out", "name": "message"}, {"type": "http", "direction": "out", "name": "res"}]"#)
        .unwrap()
        .unwrap();
        assert!(!queue.is_http_in_and_out());
    }

    #[test]
    fn exactly_one_trigger() {
        assert!(function("[]").is_err());
        assert!(function(r#"[{"type": "queueTrigger"}, {"type": "httpTrigger"}]"#).is_err());
    }
}
