//! The names of functions.

use std::collections::BTreeMap;

use crate::Function;

/// What is wrong with the functions' names.
pub(crate) fn misnamed(functions: &[Function]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut triggers_by_name = BTreeMap::new();
    for function in functions {
        let (name, trigger) = (function.name(), function.trigger());
        if !is_portable_name(name) {
            problems.push(format!(
                "`{name}` is no name that every platform takes: a letter, then up to 62 \
                 letters, digits, `_` or `-`"
            ));
        }
        if let Some(other) = triggers_by_name.insert(name, trigger) {
            problems.push(format!(
                "two functions have the name `{name}`: {other} and {trigger}"
            ));
        }
    }
    problems
}

fn is_portable_name(name: &str) -> bool {
    name.len() <= 63
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}
