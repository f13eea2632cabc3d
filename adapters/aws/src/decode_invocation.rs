//! What an invocation is: a request, or events.

use bytes::Bytes;
use polyfn_core::Context;

use crate::HttpInvocation;
use crate::decode::request_of;
use crate::decode_error::DecodeError;
use crate::events::{self, EventInvocation};

/// What a function is invoked with.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one of it at a time")]
pub enum Invocation {
    /// An HTTP request.
    Http(HttpInvocation),
    /// Events.
    Event(EventInvocation),
}

/// Reads what Lambda delivers: a request, events that say whose they are, or any other JSON,
/// which is an event without a type. `context` is that of the invocation; events get theirs
/// from it.
///
/// # Errors
///
/// When it is no JSON, when it is known whose event it is and it lacks what all of these have,
/// and when it is of a kind that is not supported: a WebSocket's message, an authorizer's
/// question.
pub fn decode_invocation(event: Bytes, context: &Context) -> Result<Invocation, DecodeError> {
    let text = std::str::from_utf8(&event).map_err(DecodeError::not_utf8)?;
    let not_http = match request_of(&event, text) {
        Ok(request) => return Ok(Invocation::Http(request)),
        Err(not_http) => not_http,
    };
    let known = events::known(&event, text, context).map_err(|flaw| DecodeError::flawed(&flaw))?;
    if let Some(known) = known {
        return Ok(Invocation::Event(known));
    }
    let plain = events::plain(&event, text, context);
    match plain.map_err(|error| DecodeError::not_json(&error))? {
        Some(plain) => Ok(Invocation::Event(plain)),
        None => Err(not_http.explain(text)),
    }
}

/// Reads an event of one of AWS's services, such as one that was saved to a file; `None` where
/// it says nothing that such an event says. See [`EventInvocation`] for an example.
///
/// # Errors
///
/// When it is not UTF-8, and when it is known whose event it is and it lacks what all of these
/// have. Single records that are malformed are found in the [items](EventInvocation::items).
pub fn decode_event(
    event: Bytes,
    context: &Context,
) -> Result<Option<EventInvocation>, DecodeError> {
    let text = std::str::from_utf8(&event).map_err(DecodeError::not_utf8)?;
    events::known(&event, text, context).map_err(|flaw| DecodeError::flawed(&flaw))
}
