//! Runs a polyfn app on this machine.
