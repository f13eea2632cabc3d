//! An example of polyfn.
fn main() {}
