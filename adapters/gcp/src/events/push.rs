//! Pushes of Pub/Sub without Eventarc: [wrapped in JSON][push], or with the
//! [metadata in headers][unwrapped].
//!
//! [push]: https://cloud.google.com/pubsub/docs/push#receive_push
//! [unwrapped]: https://cloud.google.com/pubsub/docs/payload-unwrapping

use base64_simd::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use polyfn_core::{Context, Data, Delivery, Error};

use super::form::MESSAGE_ID;
use super::malformed::{malformed, read_json};
use super::pubsub::{self, Published, PubsubMessage};

/// What a push has in its headers that is no attribute of the message: what the protocol, Google's
/// front and Pub/Sub itself say. The attributes come under their own names, and `content-type` may
/// be one.
const NOT_ATTRIBUTES: [&str; 20] = [
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "expect",
    "forwarded",
    "from",
    "function-execution-id",
    "host",
    "te",
    "traceparent",
    "tracestate",
    "transfer-encoding",
    "user-agent",
    "via",
    "x-cloud-trace-context",
    "x-serverless-authorization",
    "x-goog-ordering-key",
];

const NOT_ATTRIBUTES_BEGIN: [&str; 2] = ["x-goog-pubsub-", "x-forwarded-"];

/// The body holds all.
pub(super) fn wrapped(body: &Bytes, context: Context) -> Result<Delivery, Error> {
    let published: Published = read_json("", body)?;
    pubsub::pushed(published, Data::json(body.clone()), context)
}

/// The body is the message's data; what the message's data are in a CloudEvent is put together
/// here.
pub(super) fn unwrapped(
    headers: &HeaderMap,
    body: &Bytes,
    context: Context,
) -> Result<Delivery, Error> {
    let named = |name: &str| -> Result<Option<String>, Error> {
        let value = headers.get(name);
        value.map(|value| text(name, value)).transpose()
    };
    let ordering_key = match named("x-goog-pubsub-ordering-key")? {
        Some(key) => Some(key),
        None => named("x-goog-ordering-key")?,
    };
    let mut message = PubsubMessage {
        data: STANDARD.encode_to_string(body),
        message_id: named(MESSAGE_ID)?.unwrap_or_default(),
        publish_time: named("x-goog-pubsub-publish-time")?.unwrap_or_default(),
        ordering_key: ordering_key.unwrap_or_default(),
        ..PubsubMessage::default()
    };
    for (name, value) in headers {
        let name = name.as_str();
        let is_attribute = !NOT_ATTRIBUTES.contains(&name)
            && !NOT_ATTRIBUTES_BEGIN
                .iter()
                .any(|beginning| name.starts_with(beginning));
        if is_attribute {
            let value = text(name, value)?;
            message.attributes.insert(name.to_owned(), value);
        }
    }
    let subscription = named("x-goog-pubsub-subscription-name")?;
    let published = Published {
        message,
        subscription: subscription.unwrap_or_default(),
        ..Published::default()
    };
    let raw = serde_json::to_vec(&published)?;
    pubsub::pushed(published, Data::json(raw), context)
}

fn text(name: &str, value: &HeaderValue) -> Result<String, Error> {
    let text = std::str::from_utf8(value.as_bytes());
    text.map(str::to_owned)
        .map_err(|error| malformed(name, error))
}
