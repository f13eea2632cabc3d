//! Messages of Pub/Sub, in whichever form they come.

use std::collections::BTreeMap;

use base64_simd::STANDARD;
use polyfn_core::cloudevents::CloudEvent;
use polyfn_core::{
    Attributes, Context, Data, Delivery, Error, Event, EventKind, Message, Origin, Payload,
};
use serde::{Deserialize, Serialize};

use super::malformed::{malformed, missing, read_json, read_time};
use super::notification;

pub(super) const PUBLISHED: &str = "google.cloud.pubsub.topic.v1.messagePublished";

const SERVICE: &str = "//pubsub.googleapis.com/";

/// What Google has no service of its own for it does with topics: Pub/Sub with ordering keys is
/// its stream, and Cloud Scheduler publishes as well. Which of them it is the trigger's name
/// says.
const KINDS: [EventKind; 4] = [
    EventKind::Queue,
    EventKind::Topic,
    EventKind::Stream,
    EventKind::Schedule,
];

/// [`MessagePublishedData`], which is the body of a push as well.
///
/// [`MessagePublishedData`]: https://github.com/googleapis/google-cloudevents/blob/main/proto/google/events/cloud/pubsub/v1/data.proto
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Published {
    pub(super) message: PubsubMessage,
    #[serde(default)]
    pub(super) subscription: String,
    /// Only where there is a dead-letter topic; zero counts as absent.
    #[serde(default, skip_serializing)]
    pub(super) delivery_attempt: u32,
}

/// A message. Pushes have its members in both spellings.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PubsubMessage {
    /// In base64; empty or absent where there are attributes only.
    pub(super) data: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) attributes: BTreeMap<String, String>,
    pub(super) message_id: String,
    #[serde(rename = "message_id", skip_serializing)]
    pub(super) message_id_in_snake_case: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) publish_time: String,
    #[serde(rename = "publish_time", skip_serializing)]
    pub(super) publish_time_in_snake_case: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) ordering_key: String,
    #[serde(rename = "ordering_key", skip_serializing)]
    pub(super) ordering_key_in_snake_case: String,
}

impl PubsubMessage {
    fn told<'a>(camel: &'a str, snake: &'a str) -> Option<&'a str> {
        [camel, snake].into_iter().find(|text| !text.is_empty())
    }

    fn id(&self) -> Option<&str> {
        Self::told(&self.message_id, &self.message_id_in_snake_case)
    }

    fn time(&self) -> Option<&str> {
        Self::told(&self.publish_time, &self.publish_time_in_snake_case)
    }

    fn key(&self) -> Option<&str> {
        Self::told(&self.ordering_key, &self.ordering_key_in_snake_case)
    }
}

/// The message of a push.
pub(super) fn pushed(published: Published, raw: Data, context: Context) -> Result<Delivery, Error> {
    let id = published.message.id();
    let id = id.ok_or_else(|| missing("message.messageId"))?;
    // Which topic it was is not told.
    let source = format!("{SERVICE}{}", published.subscription);
    let mut attributes = Attributes::new(id, source, PUBLISHED);
    let time = published.message.time();
    attributes.time = time
        .map(|time| read_time("message.publishTime", time))
        .transpose()?;
    attributes.datacontenttype = raw.content_type().map(str::to_owned);
    delivery("message", published, attributes, raw, context)
}

/// The message that a CloudEvent tells of.
pub(super) fn told(event: CloudEvent, context: Context) -> Result<Delivery, Error> {
    let CloudEvent {
        attributes, data, ..
    } = event;
    let published: Published = read_json("data", data.bytes())?;
    delivery("data.message", published, attributes, data, context)
}

fn delivery(
    place: &str,
    published: Published,
    attributes: Attributes,
    raw: Data,
    context: Context,
) -> Result<Delivery, Error> {
    let attempt = Some(published.delivery_attempt).filter(|attempt| *attempt > 0);
    let context = context.with_attempt(attempt);
    let origin = origin(&attributes.source, &published.subscription);

    let wire = &published.message;
    let body = STANDARD.decode_to_vec(wire.data.as_bytes());
    let body = body.map_err(|_| malformed(&format!("{place}.data"), "it is no base64"))?;
    let id = wire.id().unwrap_or(&attributes.id);
    let mut message = Message::new(id, Data::new(body));
    message.sent = match wire.time() {
        Some(time) => Some(read_time(&format!("{place}.publishTime"), time)?),
        None => attributes.time,
    };
    message.group = wire.key().map(str::to_owned);
    message.attributes = published.message.attributes;

    let carried = notification::carried(&message, &context)?;
    let sequence = message
        .group
        .as_ref()
        .map(|key| format!("{}\n{key}", attributes.source));
    let event = Event::new(attributes, Payload::Message(message), context);
    let mut delivery = Delivery::new(event, origin).with_raw(raw);
    if let Some(sequence) = sequence {
        delivery = delivery.in_sequence(sequence);
    }
    Ok(match carried {
        Some(carried) => delivery.carrying(vec![carried]),
        None => delivery,
    })
}

/// The topic, of which a push does not tell, and the subscription; each by its own name and by
/// that of the resource.
fn origin(source: &str, subscription: &str) -> Origin {
    let resource = source.strip_prefix(SERVICE).unwrap_or_default();
    let mut names: Vec<&str> = Vec::new();
    for resource in [resource, subscription] {
        let short = resource.rsplit('/').next().unwrap_or_default();
        for name in [short, resource] {
            if !name.is_empty() && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    names.into_iter().fold(Origin::new(KINDS), Origin::named)
}
