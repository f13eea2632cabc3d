//! Settings from the environment, for `app()`.

use std::env::VarError;

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
    std::env::var(name).map_err(|error| {
        Error::internal(match error {
            VarError::NotPresent => format!("the environment variable {name} is not set"),
            VarError::NotUnicode(_) => format!("the environment variable {name} is not UTF-8"),
        })
    })
}
