//! Runs a polyfn app on AWS Lambda.
//!
//! [`run()`] is the loop; the `polyfn` crate calls it. [`decode()`] and [`encode()`] are what it
//! does to each event and answer, without any I/O.
//!
//! | front | event | answer |
//! |---|---|---|
//! | API Gateway REST API | format 1.0 | `multiValueHeaders` |
//! | API Gateway HTTP API | format 1.0 or 2.0 | `multiValueHeaders`; `headers` and `cookies` |
//! | Lambda function URL | format 2.0 | `headers` and `cookies` |
//! | application load balancer | with or without multi-value headers | the same as the event |
//! | VPC Lattice | event structure version 2 | `headers`, lists for repeated ones |
//!
//! Any other event fails its invocation with the error type `polyfn.UnknownEvent` and a
//! message that says what was looked at.
//!
//! # What the fronts themselves lose
//!
//! - **HTTP API**: the path arrives percent-decoded, so `%2F` is a slash; it is encoded
//!   again where a URI needs it. Repeated headers arrive joined by commas, repeated response
//!   headers leave joined (but `Set-Cookie`).
//! - **Function URL**: headers as above.
//! - **REST API**: the query arrives decoded and as a map: `%20` or `+`, `flag` or `flag=`,
//!   and the order of different names are gone. Binary answers need the API's
//!   `binaryMediaTypes`. A base path mapping of a custom domain stays in the path.
//! - **Load balancer**: the query is a map, yet raw. Without multi-value headers only the
//!   last value of a repeated header or query name arrives; repeated response headers leave
//!   joined, and several `Set-Cookie` as spellings of the name that differ in case. With
//!   them, it "might send the headers to the client in a different order": it has been seen
//!   to reverse the values of a name. An answer over 1 MB, as JSON, becomes a 500 that says so.
//! - **VPC Lattice**: the query is a map, yet raw.
//! - **All**: `?` without a query, the version of HTTP, trailers, the case of header names.
//!
//! # Native values
//!
//! [`Context::native`](polyfn_core::Context::native) has [`LambdaEvent`] and
//! [`LambdaContext`].

mod connection;
mod decode;
mod decode_error;
mod encode;
mod encode_headers;
mod endpoint;
mod environment;
mod event;
mod headers;
mod invocation;
mod json_string;
mod native;
mod pairs;
mod run;
mod run_error;
mod runtime_api;
mod shape;
mod stop;
mod target;
mod text;
mod unwind;
mod xray;

pub use decode::{HttpInvocation, decode};
pub use decode_error::DecodeError;
pub use encode::encode;
pub use native::{LambdaContext, LambdaEvent};
pub use run::run;
pub use run_error::RunError;
pub use shape::Shape;
