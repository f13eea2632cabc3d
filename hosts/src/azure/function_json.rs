//! `<Function>/function.json`: a function's bindings.
//!
//! <https://learn.microsoft.com/azure/azure-functions/functions-triggers-bindings>.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::Path;

use serde::Deserialize;

use super::app_setting;
use super::retry_policy::{self, RetryPolicy};
use super::route::Template;
use crate::Error;

#[derive(Debug, Deserialize)]
struct File {
    bindings: Vec<Binding>,
    #[serde(default)]
    disabled: bool,
    retry: Option<retry_policy::File>,
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
    #[serde(default)]
    cardinality: Option<String>,
    #[serde(default)]
    queue_name: Option<String>,
    #[serde(default)]
    topic_name: Option<String>,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    event_hub_name: Option<String>,
    #[serde(default)]
    topic: Option<String>,
    #[serde(default)]
    container_name: Option<String>,
    #[serde(default)]
    collection_name: Option<String>,
    #[serde(default)]
    pub(super) consumer_group: Option<String>,
    #[serde(default)]
    pub(super) is_sessions_enabled: bool,
    #[serde(default)]
    pub(super) use_monitor: Option<bool>,
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

    /// Whether one invocation gets many items; one is the default
    /// (`GetRequestedType` in `GeneralScriptBindingProvider.cs`).
    pub(super) fn is_many(&self) -> bool {
        self.cardinality
            .as_deref()
            .is_some_and(|cardinality| cardinality.eq_ignore_ascii_case("many"))
    }

    /// What the trigger listens to: a queue, a topic, a path of blobs, a hub, a container.
    pub(super) fn resource(&self) -> Option<&str> {
        let names = [
            &self.queue_name,
            &self.topic_name,
            &self.event_hub_name,
            &self.path,
            &self.topic,
            &self.container_name,
            // The name of the extension before 4.x.
            &self.collection_name,
        ];
        names.into_iter().find_map(Option::as_deref)
    }

    /// Puts app settings into the names of resources.
    fn resolve(&mut self, settings: &BTreeMap<OsString, OsString>) -> Result<(), String> {
        let names = [
            &mut self.queue_name,
            &mut self.topic_name,
            &mut self.event_hub_name,
            &mut self.path,
            &mut self.topic,
            &mut self.container_name,
            &mut self.collection_name,
            &mut self.consumer_group,
        ];
        for name in names.into_iter().flatten() {
            *name = app_setting::resolve(name, settings)?;
        }
        Ok(())
    }

    /// Whether it is a Service Bus trigger of a topic, not of a queue.
    pub(super) fn is_of_topic(&self) -> bool {
        self.topic_name.is_some()
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
    pub(super) retry: Option<RetryPolicy>,
}

impl Function {
    /// Every function of the app, by name. As with the host, a folder with a `function.json` is one.
    pub(super) fn read_all(
        app_root: &Path,
        settings: &BTreeMap<OsString, OsString>,
    ) -> Result<Vec<Self>, Error> {
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
            let function = Self::parse(name, &text).and_then(|function| match function {
                Some(mut function) => {
                    function.trigger.resolve(settings)?;
                    Ok(Some(function))
                }
                None => Ok(None),
            });
            functions.extend(function.map_err(|problem| Error::configuration(&path, problem))?);
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
            retry: file.retry.map(RetryPolicy::try_from).transpose()?,
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
    fn what_a_trigger_listens_to() {
        for (text, resource, is_many) in [
            (r#"{"type": "queueTrigger", "queueName": "q"}"#, "q", false),
            (
                r#"{"type": "serviceBusTrigger", "topicName": "t", "cardinality": "Many"}"#,
                "t",
                true,
            ),
            (
                r#"{"type": "eventHubTrigger", "eventHubName": "h", "cardinality": "one"}"#,
                "h",
                false,
            ),
            (
                r#"{"type": "cosmosDBTrigger", "collectionName": "c"}"#,
                "c",
                false,
            ),
        ] {
            let binding: Binding = serde_json::from_str(text).unwrap();
            assert_eq!(binding.resource(), Some(resource), "{text}");
            assert_eq!(binding.is_many(), is_many, "{text}");
        }
    }

    #[test]
    fn a_broken_retry_policy_is_an_error() {
        let text = r#"{"bindings": [{"type": "timerTrigger"}], "retry": {"maxRetryCount": 1}}"#;
        let error = Function::parse("Tick".to_owned(), text).unwrap_err();
        assert!(error.contains("delayInterval"), "{error}");
    }

    #[test]
    fn exactly_one_trigger() {
        assert!(function("[]").is_err());
        assert!(function(r#"[{"type": "queueTrigger"}, {"type": "httpTrigger"}]"#).is_err());
    }
}
