//! An error as Lambda wants to hear it.

use bytes::Bytes;
use serde::Serialize;

/// What is told of an invocation, or of a start, that failed
/// (<https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html#runtimes-api-invokeerror>).
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Failure<'a> {
    pub(crate) error_type: &'static str,
    pub(crate) error_message: &'a str,
}

impl Failure<'_> {
    pub(crate) fn to_json(&self) -> Bytes {
        // Two strings have no way to fail.
        serde_json::to_vec(self).unwrap_or_default().into()
    }
}
