//! Settings from the environment, for `app()`.

use std::env::VarError;
use std::ffi::OsStr;

use polyfn_core::{Error, Result};

/// The environment variable `name`.
///
/// ```no_run
/// # fn main() -> polyfn::Result<()> {
/// let database_url = polyfn::env("DATABASE_URL")?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// When it is not set, or not UTF-8; the error names it.
pub fn env(name: &str) -> Result<String> {
    match std::env::var(name) {
        Ok(value) => Ok(value),
        Err(VarError::NotPresent) => Err(Error::internal(format!(
            "the environment variable {name} is not set"
        ))),
        Err(VarError::NotUnicode(value)) => Err(not_text(name, &value)),
    }
}

/// A setting of ours: `None` where it is not set or empty.
pub(crate) fn setting(name: &str) -> Result<Option<String>> {
    match std::env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(value)) => Err(not_text(name, &value)),
    }
}

/// A setting of ours, read; `expected` says what it may be.
pub(crate) fn parsed<T>(
    name: &str,
    expected: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>> {
    let Some(text) = setting(name)? else {
        return Ok(None);
    };
    match parse(&text) {
        Some(value) => Ok(Some(value)),
        None => Err(Error::internal(format!(
            "{name}={text}: expected {expected}"
        ))),
    }
}

fn not_text(name: &str, value: &OsStr) -> Error {
    let value = value.to_string_lossy();
    Error::internal(format!("{name}={value}: the value is not UTF-8"))
}
