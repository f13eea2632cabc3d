//! `<Function>/function.json`: a function's bindings.

use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Debug, Default, Deserialize)]
pub(crate) struct FunctionJson {
    #[serde(default)]
    bindings: Option<Vec<Binding>>,
}

/// A binding. The host reads the names of its members, and its type, without regard to case.
#[derive(Debug, Deserialize)]
#[serde(transparent)]
pub(crate) struct Binding(Map<String, Value>);

impl FunctionJson {
    /// The name of the binding that holds the HTTP request, if that is what triggers it.
    pub(crate) fn http_trigger(&self) -> Option<&str> {
        self.name_of("httpTrigger")
    }

    /// The name of the binding that takes the HTTP answer.
    pub(crate) fn http_output(&self) -> Option<&str> {
        self.name_of("http")
    }

    /// What triggers it, if that is not HTTP.
    pub(crate) fn event_trigger(&self) -> Option<&Binding> {
        let mut triggers = self.bindings().filter(|binding| binding.is_trigger());
        triggers.find(|binding| !binding.is("httpTrigger"))
    }

    /// Whether HTTP is all that goes in and out: the host's `IsHttpInAndOutFunction`. Only the
    /// requests for such a function are proxied or forwarded.
    pub(crate) fn is_http_in_and_out(&self) -> bool {
        self.bindings().count() == 2
            && self.http_trigger().is_some()
            && self.http_output().is_some()
    }

    fn bindings(&self) -> impl Iterator<Item = &Binding> {
        self.bindings.iter().flatten()
    }

    fn name_of(&self, kind: &str) -> Option<&str> {
        let binding = self.bindings().find(|binding| binding.is(kind))?;
        Some(binding.text("name").unwrap_or_default())
    }
}

impl Binding {
    /// Its type, as it is written.
    pub(crate) fn kind(&self) -> &str {
        self.text("type").unwrap_or_default()
    }

    pub(crate) fn is(&self, kind: &str) -> bool {
        self.kind().eq_ignore_ascii_case(kind)
    }

    /// The member of that name if it is text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let mut members = self.0.iter().rev();
        let (_, value) = members.find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        value.as_str()
    }

    fn is_trigger(&self) -> bool {
        self.kind().to_ascii_lowercase().ends_with("trigger")
    }
}
