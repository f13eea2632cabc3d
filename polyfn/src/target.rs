//! Where the process is, and what was compiled in for that.

use std::env;

use polyfn_core::{Result, Target};

use crate::env::setting;

/// The targets that this binary was compiled for.
const COMPILED_IN: &[Target] = &[
    #[cfg(feature = "local")]
    Target::Local,
    #[cfg(feature = "aws")]
    Target::Aws,
    #[cfg(feature = "gcp")]
    Target::Gcp,
    #[cfg(feature = "azure")]
    Target::Azure,
];

const ALL: [Target; 4] = [Target::Local, Target::Aws, Target::Gcp, Target::Azure];

/// Why no target could be chosen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TargetError {
    #[error("POLYFN_TARGET={value}: unknown target; compiled in: {}", names(.compiled_in))]
    Unknown {
        value: String,
        compiled_in: Vec<Target>,
    },
    #[error(
        "{found_by} means the target `{target}`, which is not compiled in (there is: {}); \
         build with the feature `{target}`",
        names(.compiled_in)
    )]
    NotCompiledIn {
        target: Target,
        found_by: String,
        compiled_in: Vec<Target>,
    },
    #[error("no target is compiled in; build with one of the features local, aws, gcp, azure")]
    None,
}

fn names(targets: &[Target]) -> String {
    let names: Vec<_> = targets.iter().map(|target| target.name()).collect();
    names.join(", ")
}

/// The target of this process.
pub(crate) fn detect() -> Result<Target> {
    let wanted = setting("POLYFN_TARGET")?;
    Ok(choose(COMPILED_IN, wanted, |name| {
        env::var_os(name).is_some()
    })?)
}

/// `POLYFN_TARGET` decides; else the one target that there is; else the variables that only
/// one platform sets.
fn choose(
    compiled_in: &[Target],
    wanted: Option<String>,
    is_set: impl Fn(&str) -> bool,
) -> Result<Target, TargetError> {
    if let Some(value) = wanted {
        let target = ALL
            .into_iter()
            .find(|target| target.name() == value)
            .ok_or_else(|| TargetError::Unknown {
                value,
                compiled_in: compiled_in.to_vec(),
            })?;
        return available(compiled_in, target, format!("POLYFN_TARGET={target}"));
    }
    match compiled_in {
        [] => return Err(TargetError::None),
        [only] => return Ok(*only),
        _ => {}
    }
    let signs = [
        ("AWS_LAMBDA_RUNTIME_API", Target::Aws),
        ("FUNCTIONS_CUSTOMHANDLER_PORT", Target::Azure),
        ("K_SERVICE", Target::Gcp),
        ("FUNCTION_TARGET", Target::Gcp),
    ];
    match signs.into_iter().find(|(name, _)| is_set(name)) {
        Some((name, target)) => available(compiled_in, target, format!("{name} is set, which")),
        None => available(
            compiled_in,
            Target::Local,
            "an environment without a platform's variables".to_owned(),
        ),
    }
}

fn available(
    compiled_in: &[Target],
    target: Target,
    found_by: String,
) -> Result<Target, TargetError> {
    if compiled_in.contains(&target) {
        Ok(target)
    } else {
        Err(TargetError::NotCompiledIn {
            target,
            found_by,
            compiled_in: compiled_in.to_vec(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EVERY: &[Target] = &ALL;
    const TWO: &[Target] = &[Target::Local, Target::Aws];

    fn chosen(compiled_in: &[Target], set: &[(&str, &str)]) -> Result<Target, String> {
        let value = |name: &str| set.iter().find(|(known, _)| *known == name);
        let wanted = value("POLYFN_TARGET").map(|(_, value)| (*value).to_owned());
        choose(compiled_in, wanted, |name| value(name).is_some()).map_err(|error| error.to_string())
    }

    #[test]
    fn each_platform_is_known_by_its_variable() {
        for (name, target) in [
            ("AWS_LAMBDA_RUNTIME_API", Target::Aws),
            ("FUNCTIONS_CUSTOMHANDLER_PORT", Target::Azure),
            ("K_SERVICE", Target::Gcp),
            ("FUNCTION_TARGET", Target::Gcp),
        ] {
            assert_eq!(chosen(EVERY, &[(name, "x")]), Ok(target), "{name}");
        }
        assert_eq!(chosen(EVERY, &[]), Ok(Target::Local), "no variable at all");
    }

    #[test]
    fn polyfn_target_overrides_the_platform() {
        let set = [("K_SERVICE", "x"), ("POLYFN_TARGET", "aws")];
        assert_eq!(chosen(EVERY, &set), Ok(Target::Aws));
    }

    #[test]
    fn the_only_target_needs_no_sign() {
        assert_eq!(chosen(&[Target::Gcp], &[]), Ok(Target::Gcp));
    }

    #[test]
    fn an_unknown_target_is_named_with_those_that_there_are() {
        assert_eq!(
            chosen(TWO, &[("POLYFN_TARGET", "azur")]),
            Err("POLYFN_TARGET=azur: unknown target; compiled in: local, aws".to_owned())
        );
    }

    #[test]
    fn a_missing_target_names_its_feature() {
        let error = chosen(TWO, &[("K_SERVICE", "hello")]).unwrap_err();
        assert!(error.contains("K_SERVICE"), "what it was told by: {error}");
        assert!(error.contains("feature `gcp`"), "what to do: {error}");
        let error = chosen(TWO, &[("POLYFN_TARGET", "azure")]).unwrap_err();
        assert!(error.contains("feature `azure`"), "what to do: {error}");
    }

    #[test]
    fn no_target_at_all_is_an_error() {
        assert!(chosen(&[], &[]).unwrap_err().contains("features local"));
    }
}
