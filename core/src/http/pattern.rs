//! A route's path, taken apart.

use std::fmt::Write;
use std::sync::Arc;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

/// What may not stand literally in a request's path, so that `/café` and a literal brace
/// match what a client really sends.
const LITERAL: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');

/// A path pattern with its parameters numbered, so that `/users/{id}` and `/users/{user}`
/// are seen to be the same.
#[derive(Debug, Clone)]
pub(crate) struct Pattern {
    /// In the router's syntax: `/users/{0}`.
    pub(crate) numbered: String,
    pub(crate) names: Vec<Arc<str>>,
    /// For `/files/{*rest}`: `/files/`.
    pub(crate) before_rest: Option<String>,
}

impl Pattern {
    /// Reads a pattern, or says what is wrong with it.
    pub(crate) fn parse(path: &str) -> Result<Self, String> {
        if !path.starts_with('/') {
            return Err("it does not start with `/`".to_owned());
        }
        if path.contains(['?', '#']) {
            return Err("a path has no `?` and no `#`".to_owned());
        }
        let mut pattern = Self {
            numbered: String::new(),
            names: Vec::new(),
            before_rest: None,
        };
        let mut rest = path;
        while let Some(at) = rest.find(['{', '}']) {
            let (literal, brace) = rest.split_at(at);
            pattern.literal(literal);
            if let Some(after) = brace.strip_prefix("{{") {
                pattern.numbered.push_str("%7B");
                rest = after;
                continue;
            }
            if let Some(after) = brace.strip_prefix("}}") {
                pattern.numbered.push_str("%7D");
                rest = after;
                continue;
            }
            let (name, after) = brace
                .strip_prefix('{')
                .and_then(|inner| inner.split_once('}'))
                .ok_or("it has a brace without its partner (a literal one is doubled)")?;
            pattern.parameter(name, after)?;
            rest = after;
        }
        pattern.literal(rest);
        Ok(pattern)
    }

    fn literal(&mut self, text: &str) {
        self.numbered.extend(utf8_percent_encode(text, LITERAL));
    }

    fn parameter(&mut self, name: &str, after: &str) -> Result<(), String> {
        let (star, name) = match name.strip_prefix('*') {
            Some(name) => ("*", name),
            None => ("", name),
        };
        if name.is_empty() || name.contains(['/', '{', '*']) {
            return Err(format!("`{{{star}{name}}}` is no parameter"));
        }
        if self.names.iter().any(|known| **known == *name) {
            return Err(format!("it has the parameter `{name}` twice"));
        }
        if !star.is_empty() {
            if !after.is_empty() || !self.numbered.ends_with('/') {
                return Err(format!("`{{*{name}}}` is not the whole last segment"));
            }
            self.before_rest = Some(self.numbered.clone());
        }
        // Writing into a string can't fail.
        let _ = write!(self.numbered, "{{{star}{}}}", self.names.len());
        self.names.push(name.into());
        Ok(())
    }
}
