//! Proves that a function behaves the same on every target of polyfn.
fn main() {}
