//! What is wrong with a call of the host.

/// Why a call of the host could not be read as an HTTP request.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InvocationError {
    /// It is no `{"Data":{…},"Metadata":{…}}`.
    #[error("the host's call is not the JSON of an invocation")]
    Malformed(#[from] serde_json::Error),
    /// It is an invocation by another trigger.
    #[error("the invocation is no HTTP request: {why}")]
    NotHttp {
        /// What tells so.
        why: String,
    },
    /// It is an HTTP request, with something in it that HTTP does not allow.
    #[error("{0}")]
    BadRequest(String),
}
