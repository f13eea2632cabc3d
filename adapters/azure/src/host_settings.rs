//! The host's settings: `host.json`, and the app settings that override it.
//!
//! Both end in one .NET configuration (the host's `HostJsonFileConfigurationSource.cs`):
//! names without regard to case, and every value a string.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Map, Value};

use crate::app_settings::AppSettings;
use crate::json_file::{AppRootError, FileError, read};

/// What a variable starts with that overrides a setting; its parts are joined with `__`.
const OVERRIDES: &str = "azurefunctionsjobhost__";

#[derive(Debug, Default)]
pub(crate) struct HostSettings {
    file: Map<String, Value>,
    /// By path in lower case, `customhandler__enableproxyinghttprequest`.
    overrides: BTreeMap<String, String>,
}

impl HostSettings {
    pub(crate) fn read(file: &Path, settings: &AppSettings) -> Result<Self, AppRootError> {
        Ok(Self {
            file: read(file)?.unwrap_or_default(),
            ..Self::without_file(settings)
        })
    }

    pub(crate) fn without_file(settings: &AppSettings) -> Self {
        let overrides = settings.iter().filter_map(|(name, value)| {
            Some((name.strip_prefix(OVERRIDES)?.to_owned(), value.to_owned()))
        });
        Self {
            file: Map::new(),
            overrides: overrides.collect(),
        }
    }

    /// The setting at a path whose parts are joined with `__`. A `null` is an empty string,
    /// as it is to the host.
    pub(crate) fn text(&self, path: &str) -> Option<String> {
        if let Some(value) = self.overrides.get(&path.to_ascii_lowercase()) {
            return Some(value.clone());
        }
        let (sections, name) = path.rsplit_once("__").unwrap_or(("", path));
        let section = sections
            .split("__")
            .filter(|section| !section.is_empty())
            .try_fold(&self.file, |section, name| {
                member(section, name)?.as_object()
            })?;
        match member(section, name)? {
            Value::String(text) => Some(text.clone()),
            Value::Null => Some(String::new()),
            Value::Object(_) | Value::Array(_) => None,
            plain => Some(plain.to_string()),
        }
    }

    /// Whether the setting is on; it is off where it is not set.
    pub(crate) fn is_on(&self, path: &'static str) -> Result<bool, FileError> {
        let value = self.text(path).unwrap_or_default();
        match value.trim().to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" | "" => Ok(false),
            _ => Err(FileError::NoSwitch {
                setting: path,
                value,
            }),
        }
    }
}

/// Of several spellings of a name the last one counts.
fn member<'a>(section: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let mut members = section.iter().rev();
    Some(members.find(|(key, _)| key.eq_ignore_ascii_case(name))?.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(json: &str, variables: &[(&str, &str)]) -> HostSettings {
        let variables = variables
            .iter()
            .map(|(name, value)| (String::from(*name), String::from(*value)));
        HostSettings {
            file: serde_json::from_str(json).unwrap(),
            ..HostSettings::without_file(&AppSettings::new(variables))
        }
    }

    #[test]
    fn every_value_is_a_string_and_names_have_no_case() {
        let settings = settings(
            r#"{"A":{"Text":"t","yes":true,"one":1,"nothing":null},"none":null,"list":[]}"#,
            &[],
        );
        for (path, expected) in [
            ("a__text", Some("t")),
            ("a__yes", Some("true")),
            ("a__one", Some("1")),
            ("a__nothing", Some("")),
            ("a__absent", None),
            ("a", None),
            ("none__text", None),
            ("a__text__more", None),
            ("list", None),
        ] {
            assert_eq!(settings.text(path).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn app_settings_go_first() {
        let settings = settings(
            r#"{"a":{"b":"file"},"c":true}"#,
            &[
                ("AzureFunctionsJobHost__A__b", "setting"),
                ("AZUREFUNCTIONSJOBHOST__c", ""),
                ("other__a__b", "not this"),
            ],
        );
        assert_eq!(settings.text("a__b").as_deref(), Some("setting"));
        assert!(!settings.is_on("c").unwrap());
    }

    #[test]
    fn a_switch_may_be_a_string() {
        let settings = settings(r#"{"a":"True","b":"false","c":"on"}"#, &[]);
        assert!(settings.is_on("a").unwrap());
        assert!(!settings.is_on("b").unwrap());
        let error = settings.is_on("c").unwrap_err();
        assert!(error.to_string().starts_with("c is \"on\""), "{error}");
    }
}
