//! A mistake in a handler is explained by the compiler, with the type or the line that is
//! wrong.

use std::process::Command;

/// The compiler whose words the `.stderr` files hold; another one says the same in others.
const RUSTC: &str = "rustc 1.95";

#[test]
fn each_mistake_names_what_is_wrong() {
    let version = Command::new("rustc").arg("--version").output();
    let version = version.map_or_else(|_| Vec::new(), |output| output.stdout);
    let version = String::from_utf8_lossy(&version);
    if !version.starts_with(RUSTC) {
        println!("skipped: the expected messages are those of {RUSTC}, this is {version}");
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/mistakes/*.rs");
}
