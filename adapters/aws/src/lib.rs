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
//! message that says what was looked at. Where the shape is known and a field is of a wrong
//! type, the answer is 400.
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
//! - **All**: `?` without a query, the version of HTTP, trailers, the case of header names. A
//!   header value that is not UTF-8 arrives altered, since an event is JSON and JSON is text
//!   (a handler sees the UTF-8 of what the front made of it); one in a response leaves as if
//!   it were Latin-1. A status outside 200–599 is a 500 here.
//!
//! # Environment variables
//!
//! | variable | what it does |
//! |---|---|
//! | `AWS_LAMBDA_RUNTIME_API` | where the Runtime API is; needed, and set by Lambda |
//! | `_HANDLER` | the handler setting: where it is a function's name, that function is deployed alone |
//! | `AWS_LAMBDA_FUNCTION_MEMORY_SIZE` | [`Context::memory_mb`](polyfn_core::Context::memory_mb) |
//! | `AWS_REGION` | [`Context::region`](polyfn_core::Context::region) |
//! | `AWS_LAMBDA_MAX_CONCURRENCY` | more than 1 is warned of, see below |
//!
//! A value that can't be read counts as not set.
//!
//! A handler is dropped [a little](AppService::timeout_buffer) before Lambda's own limit, with a
//! 504, but gets at least half of the time that there is.
//!
//! # What is not there yet
//!
//! - **Managed Instances**: the loop takes one invocation at a time, whatever
//!   `AWS_LAMBDA_MAX_CONCURRENCY` offers.
//! - **SnapStart**: nothing is called before a snapshot or after it is restored. What `start`
//!   opened (connections, random seeds) is what the snapshot holds.
//! - **SIGTERM** is heard, but Lambda sends it only where an
//!   [extension](https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html) is
//!   registered, and none is registered here: without one of your own the process is killed
//!   when Lambda has no more use for it.
//! - **Streamed answers**: an answer is collected, and sent whole.
//!
//! # Native values
//!
//! [`Context::native`](polyfn_core::Context::native) has [`LambdaEvent`] and
//! [`LambdaContext`].

#[cfg(test)]
mod captured_log;
mod collected;
mod connection;
mod decode;
mod decode_error;
mod decode_invocation;
mod encode;
mod encode_headers;
mod endpoint;
mod environment;
mod event;
mod events;
mod headers;
mod http_answer;
mod invocation;
mod json_string;
mod native;
mod pairs;
mod run;
mod run_error;
mod runtime_api;
mod salvage;
mod shape;
mod stop;
mod target;
mod text;
mod upcoming;
mod xray;

pub use decode::{HttpInvocation, decode};
pub use decode_error::DecodeError;
pub use decode_invocation::{Invocation, decode_event, decode_invocation};
pub use encode::encode;
pub use events::{EventAnswer, EventFailure, EventInvocation, EventItem, EventSource};
pub use native::{LambdaContext, LambdaEvent, LambdaRecord};
pub use run::run;
pub use run_error::RunError;
pub use shape::Shape;
