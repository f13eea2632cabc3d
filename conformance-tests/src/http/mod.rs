//! A small HTTP/1.1 client that changes nothing.
//!
//! Libraries normalise: they lower-case header names, join repeated ones, and refuse request
//! targets that a browser would never send. What is tested here is what happens to exactly such
//! requests, so the bytes are written and read by hand.

mod client;
mod message;
mod parse;
mod request;

pub use client::{Exchange, ExchangeError, send};
pub use message::{Headers, excerpt};
pub use request::Request;

pub use parse::Response;
