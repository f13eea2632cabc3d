//! The forms in which Google delivers events.

use http::HeaderMap;
use http::header::CONTENT_TYPE;
use polyfn_core::cloudevents::Mode;

/// How Google delivers an event by HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Form {
    /// A CloudEvent: Eventarc's is in the binary mode.
    CloudEvent(Mode),
    /// A message that a [push subscription](https://cloud.google.com/pubsub/docs/push) sends,
    /// wrapped in JSON.
    PubsubPush,
    /// A message that a push subscription sends
    /// [without the wrapper](https://cloud.google.com/pubsub/docs/payload-unwrapping), its
    /// metadata in headers.
    UnwrappedPubsubPush,
    /// A background event, as Cloud Functions had them before CloudEvents.
    Background,
    /// A call of [Cloud Scheduler](https://cloud.google.com/scheduler/docs) by HTTP.
    Scheduler,
}

pub(super) const MESSAGE_ID: &str = "x-goog-pubsub-message-id";

impl Form {
    /// What the headers say, where they do. The other forms look like any JSON from outside.
    pub(crate) fn of(headers: &HeaderMap) -> Option<Self> {
        if let Some(mode) = Mode::of(headers) {
            return Some(Self::CloudEvent(mode));
        }
        // Without its version it is a CloudEvent still, and a broken one.
        if headers.contains_key("ce-type") && headers.contains_key("ce-id") {
            return Some(Self::CloudEvent(Mode::Binary));
        }
        if is_scheduler(headers) {
            return Some(Self::Scheduler);
        }
        headers
            .contains_key(MESSAGE_ID)
            .then_some(Self::UnwrappedPubsubPush)
    }
}

fn is_scheduler(headers: &HeaderMap) -> bool {
    let value = headers.get("x-cloudscheduler");
    value.is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"true"))
}

/// Whether the body may be JSON, by what the headers say of it.
pub(crate) fn may_be_json(headers: &HeaderMap) -> bool {
    let Some(content_type) = headers.get(CONTENT_TYPE) else {
        return true;
    };
    let essence = content_type.as_bytes().split(|byte| *byte == b';').next();
    let essence = essence.unwrap_or_default().trim_ascii();
    essence.eq_ignore_ascii_case(b"application/json")
}
