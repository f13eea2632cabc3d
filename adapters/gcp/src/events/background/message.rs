//! Messages of Pub/Sub: a CloudEvent wraps one, and it has its id and its time there.

use std::collections::BTreeMap;

use polyfn_core::{Error, Timestamp};
use serde_json::value::{RawValue, to_raw_value};

use super::Members;
use crate::events::malformed::{missing, read_json};

/// What a resource is of which there are messages.
pub(super) const KIND: &str = "type.googleapis.com/google.pubsub.v1.PubsubMessage";

/// The data of a CloudEvent.
pub(super) fn wrapped(
    message: &RawValue,
    id: &str,
    time: Option<Timestamp>,
) -> Result<Box<RawValue>, Error> {
    let mut message: Members<'_> = read_json("data", message.get().as_bytes())?;
    let id = to_raw_value(id)?;
    let time = time.map(|time| to_raw_value(&time)).transpose()?;
    message.insert("messageId".to_owned(), &id);
    if let Some(time) = &time {
        message.insert("publishTime".to_owned(), time);
    }
    Ok(to_raw_value(&BTreeMap::from([("message", message)]))?)
}

/// The data of a background event, and its time: that of the CloudEvent, or when it has none, when
/// the message was published.
pub(super) fn unwrapped(
    data: &RawValue,
    time: Option<Timestamp>,
) -> Result<(Box<RawValue>, Option<Timestamp>), Error> {
    let published: Members<'_> = read_json("data", data.get().as_bytes())?;
    let message = published.get("message");
    let message = message.ok_or_else(|| missing("data.message"))?;
    let mut message: Members<'_> = read_json("data.message", message.get().as_bytes())?;
    message.remove("messageId");
    let time = match (time, message.remove("publishTime")) {
        (None, Some(time)) => read_json("data.message.publishTime", time.get().as_bytes())?,
        (time, _) => time,
    };
    Ok((to_raw_value(&message)?, time))
}
