//! What HTTP makes of a response before it leaves.

use http::StatusCode;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http_body::Body as _;

use crate::observed::Observed;
use crate::{Body, Context, Error, Response};

/// The response as it may be sent, whatever the handler put into it: a body only where HTTP
/// has one, a `Content-Length` that is true, a status that is final.
pub(crate) fn sendable(response: Response, is_head: bool, context: &Context) -> Response {
    let status = response.status();
    if status.is_informational() {
        let error = format!("the handler answered {status}, which is no final response");
        return Error::internal(error).into_reported_response(context);
    }
    let (mut parts, body) = response.into_parts();
    // Without a body by definition: RFC 9110, 15.3.5, 15.3.6 and 15.4.5.
    let body = match status {
        StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT => {
            parts.headers.remove(CONTENT_LENGTH);
            Body::empty()
        }
        StatusCode::NOT_MODIFIED => Body::empty(),
        _ if is_head => {
            // The length is that of the answer to `GET`.
            if let Some(length) = body.size_hint().exact() {
                let told = parts.headers.entry(CONTENT_LENGTH);
                told.or_insert(length.into());
            }
            Body::empty()
        }
        _ => {
            if let Some(told) = parts.headers.get(CONTENT_LENGTH) {
                if is_untrue(told, &body) {
                    tracing::warn!(
                        invocation_id = context.invocation_id(),
                        function = context.function(),
                        ?told,
                        "the handler's Content-Length is not that of its body, and was dropped"
                    );
                    parts.headers.remove(CONTENT_LENGTH);
                }
            }
            Observed::streaming(body, context)
        }
    };
    Response::from_parts(parts, body)
}

/// A wrong length would make the client take the rest of this response for the next one, or
/// wait for what never comes.
fn is_untrue(told: &HeaderValue, body: &Body) -> bool {
    let told = told.to_str().ok().and_then(|text| text.parse::<u64>().ok());
    match (told, body.size_hint().exact()) {
        (Some(told), Some(length)) => told != length,
        (told, _) => told.is_none(),
    }
}
