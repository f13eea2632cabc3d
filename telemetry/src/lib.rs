//! What a polyfn process tells of itself.
//!
//! The `polyfn` crate calls it; a program that sets up its own subscriber before `polyfn::run`
//! keeps that one.

pub mod cost;
pub mod logs;
