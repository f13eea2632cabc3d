//! Settings from the environment.

use std::env::{self, VarError};
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

/// An environment variable has a value that means nothing, or none where it must have one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name}{}: expected {expected}", said(value.as_deref()))]
pub struct InvalidVariable {
    name: &'static str,
    value: Option<String>,
    expected: &'static str,
}

fn said(value: Option<&str>) -> String {
    value.map_or_else(|| " is not set".to_owned(), |value| format!("={value}"))
}

/// The variable's value as a `T`, `None` where it is not set or empty. `expected` says in
/// words what it may be.
///
/// # Errors
///
/// When it is set to something that is no `T`.
pub fn parsed<T: FromStr>(
    name: &'static str,
    expected: &'static str,
) -> Result<Option<T>, InvalidVariable> {
    let invalid = |value: String| InvalidVariable {
        name,
        value: Some(value),
        expected,
    };
    match env::var(name) {
        Ok(value) if value.is_empty() => Ok(None),
        Ok(value) => value.parse().map(Some).map_err(|_| invalid(value)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(value)) => Err(invalid(value.to_string_lossy().into_owned())),
    }
}

/// `PORT`, which every server's platform sets; `default` where it does not.
///
/// # Errors
///
/// When it is no port number.
pub fn port(default: u16) -> Result<u16, InvalidVariable> {
    Ok(parsed("PORT", "a number from 0 to 65535")?.unwrap_or(default))
}

/// The IP address to listen on, from `POLYFN_BIND`; `default` where that is not set.
///
/// # Errors
///
/// When it is no IP address.
pub fn bind_address(default: Ipv4Addr) -> Result<IpAddr, InvalidVariable> {
    Ok(parsed("POLYFN_BIND", "an IP address")?.unwrap_or(default.into()))
}

/// The variable's value as a `T`.
///
/// # Errors
///
/// When it is not set, or to something that is no `T`.
pub fn required<T: FromStr>(
    name: &'static str,
    expected: &'static str,
) -> Result<T, InvalidVariable> {
    parsed(name, expected)?.ok_or(InvalidVariable {
        name,
        value: None,
        expected,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_that_is_not_set_is_said_to_be_so() {
        let error = required::<u16>("POLYFN_NO_SUCH_VARIABLE", "a port").unwrap_err();
        assert_eq!(
            error.to_string(),
            "POLYFN_NO_SUCH_VARIABLE is not set: expected a port"
        );
    }
}
