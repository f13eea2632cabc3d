//! What HTTP makes of a response before it leaves.

use http::StatusCode;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http_body::Body as _;

use super::observed::Observed;
use crate::{Body, Context, Error, Response};

/// Makes of a response what may be sent, whatever the handler put into it: a body only where
/// HTTP has one, a `Content-Length` that is true, a status that is final.
pub(crate) fn make_sendable(response: &mut Response, is_head: bool, context: &Context) {
    let status = response.status();
    if status.is_informational() {
        let error = format!("the handler answered {status}, which is no final response");
        *response = Error::internal(error).into_reported_response(context);
        return;
    }
    // Without a body by definition: RFC 9110, 15.3.5, 15.3.6 and 15.4.5.
    match status {
        StatusCode::NO_CONTENT | StatusCode::RESET_CONTENT => {
            response.headers_mut().remove(CONTENT_LENGTH);
            *response.body_mut() = Body::empty();
        }
        StatusCode::NOT_MODIFIED => *response.body_mut() = Body::empty(),
        _ if is_head => leave_out_body(response),
        _ => {
            drop_untrue_length(response, context);
            Observed::if_streaming(response.body_mut(), context);
        }
    }
}

/// The answer to `HEAD` has the length of that to `GET`.
fn leave_out_body(response: &mut Response) {
    let body = std::mem::take(response.body_mut());
    if let Some(length) = body.size_hint().exact() {
        let told = response.headers_mut().entry(CONTENT_LENGTH);
        told.or_insert(length.into());
    }
}

fn drop_untrue_length(response: &mut Response, context: &Context) {
    let Some(told) = response.headers().get(CONTENT_LENGTH) else {
        return;
    };
    if is_untrue(told, response.body()) {
        tracing::warn!(
            invocation_id = context.invocation_id(),
            function = context.function(),
            ?told,
            "the handler's Content-Length is not that of its body, and was dropped"
        );
        response.headers_mut().remove(CONTENT_LENGTH);
    }
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
