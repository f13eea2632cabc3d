//! Fuzz targets: each feeds bytes to a decoder, and panics where the decoder does or where what
//! it read is not the same when written and read again. See README.md.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod aws;
mod azure;
mod cloudevents;
mod data;
mod gcp;
mod message;

/// What is done with an input.
pub type Target = fn(&[u8]);

/// The targets, by the names of their folders in `seeds/`.
pub const TARGETS: &[(&str, Target)] = &[
    ("aws_invocation", aws::invocation),
    ("azure_call", azure::call),
    ("cloudevents_json", cloudevents::json),
    ("cloudevents_message", cloudevents::message),
    ("data", data::read),
    ("gcp_request", gcp::request),
];
