//! The function that polyfn's conformance cases call.
fn main() {}
