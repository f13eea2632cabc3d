//! The app's settings, which `function.json` refers to.

use std::collections::BTreeMap;

/// The process's environment, by names in lower case: .NET's configuration knows no case.
#[derive(Debug, Clone, Default)]
pub(crate) struct AppSettings(BTreeMap<String, String>);

impl AppSettings {
    pub(crate) fn new(variables: impl Iterator<Item = (String, String)>) -> Self {
        Self(
            variables
                .map(|(name, value)| (name.to_ascii_lowercase(), value))
                .collect(),
        )
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The text with each `%NAME%` replaced by that setting, as [binding expressions] are. One
    /// that is not set stays as it is: it names itself then, where the name is shown.
    ///
    /// [binding expressions]: https://learn.microsoft.com/azure/azure-functions/functions-bindings-expressions-patterns#binding-expressions---app-settings
    pub(crate) fn resolved(&self, text: &str) -> String {
        let mut resolved = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('%') {
            resolved.push_str(before);
            let Some((name, after)) = after.split_once('%') else {
                resolved.push('%');
                rest = after;
                continue;
            };
            match self.get(name) {
                Some(value) => resolved.push_str(value),
                None => resolved.extend(["%", name, "%"]),
            }
            rest = after;
        }
        resolved.push_str(rest);
        resolved
    }

    /// A section's name is joined with `:` in a reference, and with `__` in the environment.
    fn get(&self, name: &str) -> Option<&str> {
        let name = name.to_ascii_lowercase();
        let setting = self.0.get(&name);
        let setting = setting.or_else(|| self.0.get(&name.replace(':', "__")))?;
        Some(setting)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_replaced_and_all_else_stays() {
        let settings = [("QUEUE", "orders"), ("a__B", "x"), ("percent", "%QUEUE%")];
        let settings = settings.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let settings = AppSettings::new(settings.into_iter());
        for (text, expected) in [
            ("plain", "plain"),
            ("%QUEUE%", "orders"),
            ("%queue%-%A:b%", "orders-x"),
            ("%unset%", "%unset%"),
            ("50%", "50%"),
            ("%%", "%%"),
            ("%percent%", "%QUEUE%"),
            ("%QUEUE%/{name}", "orders/{name}"),
        ] {
            assert_eq!(settings.resolved(text), expected, "{text}");
        }
    }
}
