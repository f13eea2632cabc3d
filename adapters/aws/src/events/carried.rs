//! What messages carry that are envelopes: a store's notifications, a topic's, a bus's events.

use polyfn_core::Delivery;

use super::arriving::Arriving;
use super::flaw::Flaw;
use super::records::Source;
use super::said::Said;
use super::{eventbridge, s3, sns};

/// What the body of a queue's message carries, which is in that message group. `None` where it
/// is no envelope.
pub(super) fn by_queue(body: Arriving<'_>, group: Option<&str>) -> Option<Vec<Delivery>> {
    let text = std::str::from_utf8(body.buffer).ok()?;
    let said = Said::of(text)?;
    if said.is_notification() {
        let delivery = sns::in_queue(text, group, body);
        return sound(delivery.map(|delivery| Some(vec![delivery])));
    }
    sound(by_any(&said, text, body))
}

/// The same for the message of a topic.
pub(super) fn by_topic(message: Arriving<'_>) -> Option<Vec<Delivery>> {
    let text = std::str::from_utf8(message.buffer).ok()?;
    let said = Said::of(text)?;
    sound(by_any(&said, text, message))
}

fn by_any(said: &Said<'_>, text: &str, body: Arriving<'_>) -> Result<Option<Vec<Delivery>>, Flaw> {
    // There is nothing to do for it, and it must not come again for ever.
    if said.is_test_of_s3() {
        return Ok(Some(Vec::new()));
    }
    if let Some(records) = said.records() {
        return match records.source() {
            Some(Source::S3) => records.all(body, s3::delivery).map(Some),
            _ => Ok(None),
        };
    }
    // Events of one batch could not be told apart without their ids.
    match said.is_bridged() && said.has_id() {
        true => Ok(Some(vec![eventbridge::delivery(text, body)?])),
        false => Ok(None),
    }
}

/// What is malformed is no envelope but still a message, for whoever takes the message itself.
fn sound(carried: Result<Option<Vec<Delivery>>, Flaw>) -> Option<Vec<Delivery>> {
    carried.unwrap_or_else(|flaw| {
        tracing::warn!(%flaw, "a message looks like an envelope, and is malformed");
        None
    })
}
