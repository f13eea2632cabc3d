//! `%NAME%` in a binding stands for an app setting
//! (<https://learn.microsoft.com/azure/azure-functions/functions-bindings-expressions-patterns#binding-expressions---app-settings>;
//! `ResolveWholeString` in `NameResolverExtensions.cs` of Azure/azure-webjobs-sdk).

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};

/// The text with the settings in their places.
pub(super) fn resolve(
    text: &str,
    settings: &BTreeMap<OsString, OsString>,
) -> Result<String, String> {
    let mut resolved = String::new();
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('%') {
        let (name, after) = from
            .split_once('%')
            .ok_or_else(|| format!("a % of {text:?} has no closing %"))?;
        let value = settings
            .get(OsStr::new(name))
            .ok_or_else(|| format!("'%{name}%' does not resolve to a value."))?;
        resolved.push_str(before);
        resolved.push_str(&value.to_string_lossy());
        rest = after;
    }
    resolved.push_str(rest);
    Ok(resolved)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_take_their_places() {
        let settings = BTreeMap::from([("STAGE".into(), "test".into())]);
        assert_eq!(resolve("orders", &settings).unwrap(), "orders");
        assert_eq!(
            resolve("%STAGE%-orders/%STAGE%", &settings).unwrap(),
            "test-orders/test"
        );
        for unknown in ["%NONE%", "100%", "%%"] {
            assert!(resolve(unknown, &settings).is_err(), "{unknown}");
        }
    }
}
