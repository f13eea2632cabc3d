//! Answers that HTTP gives no body.

use http::{HeaderName, HeaderValue, Method, Response, StatusCode};
use http_body::Body as _;

use crate::body::Body;

/// The header of a failure that is the host's own finding, not the service's.
pub const PROBLEM: HeaderName = HeaderName::from_static("x-polyfn-hosts-problem");

/// What is wrong with a body where there may be none (RFC 9110, 9.3.2, 15.3.5 and 15.4.5): hyper
/// would leave it out without a word.
pub(super) fn problem(method: &Method, response: &Response<Body>) -> Option<HeaderValue> {
    if response.body().size_hint().exact() == Some(0) {
        return None;
    }
    let problem = match response.status() {
        StatusCode::NO_CONTENT => "the answer is a 204 and has a body",
        StatusCode::NOT_MODIFIED => "the answer is a 304 and has a body",
        _ if method == Method::HEAD => "the answer to HEAD has a body",
        _ => return None,
    };
    Some(HeaderValue::from_static(problem))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::full;

    #[test]
    fn where_http_has_no_body() {
        for (method, status, body, is_wrong) in [
            (Method::GET, 200, "a", false),
            (Method::HEAD, 200, "", false),
            (Method::HEAD, 200, "a", true),
            (Method::HEAD, 500, "a", true),
            (Method::GET, 204, "", false),
            (Method::GET, 204, "a", true),
            (Method::POST, 304, "a", true),
        ] {
            let mut response = Response::new(full(body));
            *response.status_mut() = StatusCode::from_u16(status).unwrap();
            let problem = problem(&method, &response);
            assert_eq!(problem.is_some(), is_wrong, "{method} {status} {body}");
        }
    }
}
