//! `<Function>/function.json`: a function's bindings.

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct FunctionJson {
    #[serde(default)]
    bindings: Option<Vec<Binding>>,
}

#[derive(Debug, Deserialize)]
struct Binding {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    name: String,
}

impl FunctionJson {
    /// The name of the binding that holds the HTTP request, if that is what triggers it.
    pub(crate) fn http_trigger(&self) -> Option<&str> {
        self.name_of("httpTrigger")
    }

    /// The name of the binding that takes the HTTP answer.
    pub(crate) fn http_output(&self) -> Option<&str> {
        self.name_of("http")
    }

    /// The host reads a binding's type without regard to case.
    fn name_of(&self, kind: &str) -> Option<&str> {
        let mut bindings = self.bindings.iter().flatten();
        let binding = bindings.find(|binding| binding.kind.eq_ignore_ascii_case(kind))?;
        Some(&binding.name)
    }
}
