//! What routing made of a request.

use http::header::HeaderValue;

/// Which function answers a request, or why none does.
#[derive(Debug, Clone)]
pub(crate) enum Routed {
    /// The function at this place in the app.
    Function(usize),
    NotFound,
    /// The path is known; these methods are.
    MethodNotAllowed(HeaderValue),
    /// `OPTIONS` on a path that is known, and no function of its own.
    Options(HeaderValue),
    /// The request says that its body is larger than this limit, in bytes.
    TooLarge(u64),
}
