//! The target that `POLYFN_FUZZ_TARGET` names, under libFuzzer.

#![no_main]

use std::sync::LazyLock;

use polyfn_fuzz::{TARGETS, Target};

static TARGET: LazyLock<Target> = LazyLock::new(|| {
    let wanted = std::env::var("POLYFN_FUZZ_TARGET").unwrap_or_default();
    let target = TARGETS.iter().find(|(name, _)| *name == wanted);
    let Some((_, target)) = target else {
        let names: Vec<_> = TARGETS.iter().map(|(name, _)| *name).collect();
        panic!("POLYFN_FUZZ_TARGET is {wanted:?}; the targets are {names:?}");
    };
    *target
});

libfuzzer_sys::fuzz_target!(|input: &[u8]| TARGET(input));
