//! Which environment variables a function process inherits from this one.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// What the three platforms define themselves. A value that leaked in from the developer's shell
/// (or from a platform that these tests run on) would make a binary believe in another cloud.
const PLATFORM_PREFIXES: [&str; 11] = [
    "AWS_",
    "_X_AMZN_",
    "LAMBDA_",
    "K_",
    "CLOUD_RUN_",
    "FUNCTION",
    "GOOGLE_",
    "GCP_",
    "AZURE",
    "WEBSITE_",
    "POLYFN_",
];

const PLATFORM_NAMES: [&str; 3] = ["_HANDLER", "PORT", "LOG_EXECUTION_ID"];

/// The variables of this process without those that belong to a platform.
pub(crate) fn inherited() -> BTreeMap<OsString, OsString> {
    std::env::vars_os()
        .filter(|(name, _)| {
            name.to_str()
                .is_none_or(|name| !belongs_to_a_platform(name))
        })
        .collect()
}

fn belongs_to_a_platform(name: &str) -> bool {
    PLATFORM_NAMES.contains(&name)
        || PLATFORM_PREFIXES
            .iter()
            .any(|prefix| name.starts_with(prefix))
}

/// `binary` as an absolute path where it names an existing file, so that the directory in which
/// the process is started makes no difference; as it stands otherwise (a program on `PATH`).
pub(crate) fn absolute(binary: &Path) -> PathBuf {
    std::fs::canonicalize(binary).unwrap_or_else(|_| binary.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn platform_variables_do_not_leak() {
        for name in [
            "AWS_LAMBDA_RUNTIME_API",
            "K_SERVICE",
            "FUNCTION_TARGET",
            "FUNCTIONS_CUSTOMHANDLER_PORT",
            "PORT",
        ] {
            assert!(belongs_to_a_platform(name), "{name}");
        }
        for name in ["PATH", "HOME", "RUST_LOG", "SUPPORT", "KUBECONFIG"] {
            assert!(!belongs_to_a_platform(name), "{name}");
        }
    }
}
