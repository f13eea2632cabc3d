//! What messages carry that are envelopes: a store's notifications, a topic's, a bus's events.

use polyfn_core::Delivery;

use super::arriving::Arriving;
use super::flaw::Flaw;
use super::records::Source;
use super::s3;
use super::said::Said;

/// What the body of a queue's message carries; `group` is that of the message. `None` where it
/// is no envelope.
pub(super) fn by_queue(body: Arriving<'_>, group: Option<&str>) -> Option<Vec<Delivery>> {
    let _ = group;
    let text = std::str::from_utf8(body.buffer).ok()?;
    let said = Said::of(text)?;
    sound(by_anything(&said, text, body))
}

fn by_anything(
    said: &Said<'_>,
    _text: &str,
    body: Arriving<'_>,
) -> Result<Option<Vec<Delivery>>, Flaw> {
    if said.is_test_of_s3() {
        return Ok(Some(Vec::new()));
    }
    if let Some(records) = said.records() {
        return match records.source() {
            Some(Source::S3) => records.all(body, s3::delivery).map(Some),
            _ => Ok(None),
        };
    }
    Ok(None)
}

/// What is malformed is no envelope but still a message, for whoever takes the message itself.
fn sound(carried: Result<Option<Vec<Delivery>>, Flaw>) -> Option<Vec<Delivery>> {
    carried.unwrap_or_else(|flaw| {
        tracing::warn!(%flaw, "a message looks like an envelope, and is malformed");
        None
    })
}
