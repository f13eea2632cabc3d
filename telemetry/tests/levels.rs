//! How much is logged.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

#[allow(dead_code, reason = "each test file uses its own part")]
mod support;

use polyfn_core::Target;
use polyfn_telemetry::logs::Levels;
use support::{Object, logged};

/// The levels that come through, of module `shop` and of another.
fn through(variables: &[(&str, &str)]) -> (String, String) {
    macro_rules! at_each_level {
        ($target:literal) => {
            tracing::error!(target: $target, "E");
            tracing::warn!(target: $target, "W");
            tracing::info!(target: $target, "I");
            tracing::debug!(target: $target, "D");
            tracing::trace!(target: $target, "T");
        };
    }
    let said = |code: fn()| {
        let lines = logged(Target::Azure, variables, code);
        let message = |line: &String| {
            Object::parse(line)
                .get("message")
                .as_str()
                .unwrap()
                .to_owned()
        };
        lines.iter().map(message).collect()
    };
    let shop = said(|| {
        at_each_level!("shop::cart");
    });
    let other = said(|| {
        at_each_level!("elsewhere");
    });
    (shop, other)
}

#[test]
fn levels_come_from_the_environment() {
    let azure = "AzureFunctionsJobHost__logging__logLevel__default";
    for (variables, shop, other) in [
        (&[][..], "EWI", "EWI"),
        (&[("RUST_LOG", "warn")], "EW", "EW"),
        (&[("RUST_LOG", "off")], "", ""),
        (&[("RUST_LOG", "TRACE")], "EWIDT", "EWIDT"),
        (&[("RUST_LOG", "warn,shop=debug")], "EWID", "EW"),
        (
            &[("RUST_LOG", " shop::cart = trace , error ")],
            "EWIDT",
            "E",
        ),
        // More of one module is not less of the others.
        (&[("RUST_LOG", "shop=debug")], "EWID", "EWI"),
        (&[("RUST_LOG", "shop=off")], "", "EWI"),
        (
            &[("RUST_LOG", "inof,shop=debug,=warn,[span]=trace,")],
            "EWID",
            "EWI",
        ),
        (&[("AWS_LAMBDA_LOG_LEVEL", "DEBUG")], "EWID", "EWID"),
        (&[("AWS_LAMBDA_LOG_LEVEL", "WARN")], "EW", "EW"),
        (&[("AWS_LAMBDA_LOG_LEVEL", "FATAL")], "E", "E"),
        (&[("AWS_LAMBDA_LOG_LEVEL", "much")], "EWI", "EWI"),
        (&[(azure, "Trace")], "EWIDT", "EWIDT"),
        (&[(azure, "Critical")], "E", "E"),
        // The platform drops what is below its level.
        (
            &[
                ("AWS_LAMBDA_LOG_LEVEL", "INFO"),
                ("RUST_LOG", "warn,shop=debug"),
            ],
            "EWI",
            "EW",
        ),
        (
            &[
                ("AWS_LAMBDA_LOG_LEVEL", "TRACE"),
                ("RUST_LOG", "shop=debug"),
            ],
            "EWID",
            "EWIDT",
        ),
    ] {
        let expected = (shop.to_owned(), other.to_owned());
        assert_eq!(through(variables), expected, "{variables:?}");
    }
}

#[test]
fn what_can_not_be_read_is_named() {
    let misread = |name: &'static str, value: &'static str| {
        let levels = Levels::from_env(|wanted| (wanted == name).then(|| value.to_owned()));
        levels.misread().map(str::to_owned)
    };
    assert_eq!(misread("RUST_LOG", "info,shop=debug"), None);
    let said = misread("RUST_LOG", "info,shop=loud,wran").unwrap();
    assert!(
        said.contains("`shop=loud`") && said.contains("`wran`"),
        "{said}"
    );
    assert!(said.contains("warn, info"), "what there is: {said}");
    let said = misread("AWS_LAMBDA_LOG_LEVEL", "loud").unwrap();
    assert!(said.contains("AWS_LAMBDA_LOG_LEVEL=loud"), "{said}");
}
