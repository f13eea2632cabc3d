//! The names of functions.

use std::collections::BTreeMap;

use crate::Function;

/// What is wrong with the functions' names.
pub(crate) fn misnamed(functions: &[Function]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut routes_by_name = BTreeMap::new();
    for function in functions {
        let (name, route) = (function.name(), function.route());
        if !is_portable_name(name) {
            problems.push(format!(
                "`{name}` is no name that every platform takes: a letter, then up to 62 \
                 letters, digits, `_` or `-`"
            ));
        }
        if let Some(other) = routes_by_name.insert(name, route) {
            problems.push(format!(
                "two functions have the name `{name}`: {other} and {route}"
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
