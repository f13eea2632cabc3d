//! Notifications of SNS: as Lambda gets them, and as queues do.
//!
//! The forms are those of <https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html> and
//! <https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html>, the attributes
//! are those of <https://github.com/cloudevents/spec/blob/main/cloudevents/adapters/aws-sns.md>.

use std::collections::BTreeMap;

use polyfn_core::{Attributes, Data, Delivery, Event, EventKind, Message, Payload};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::arriving::Arriving;
use super::flaw::{Flaw, read};
use super::{arn, carried, moment};
use crate::text::Text;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Record<'a> {
    #[serde(borrow)]
    event_subscription_arn: Option<Text<'a>>,
    sns: &'a RawValue,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Notification<'a> {
    #[serde(borrow)]
    message_id: Text<'a>,
    topic_arn: Text<'a>,
    message: Text<'a>,
    subject: Option<Text<'a>>,
    timestamp: Option<Text<'a>>,
    message_attributes: Option<BTreeMap<String, Attribute<'a>>>,
}

/// Text as it is, bytes in base64, a list as its JSON.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Attribute<'a> {
    #[serde(borrow)]
    value: Option<Text<'a>>,
}

/// A record of Lambda's event.
pub(super) fn delivery(json: &str, arriving: Arriving<'_>) -> Result<Delivery, Flaw> {
    let record: Record<'_> = read(json)?;
    let subscription = record.event_subscription_arn.as_deref();
    notification(record.sns.get(), subscription, None, arriving).map_err(|flaw| flaw.within("Sns"))
}

/// What the body of a queue's message is, which is in that message group.
pub(super) fn in_queue(
    json: &str,
    group: Option<&str>,
    arriving: Arriving<'_>,
) -> Result<Delivery, Flaw> {
    notification(json, None, group, arriving)
}

fn notification(
    json: &str,
    subscription: Option<&str>,
    group: Option<&str>,
    arriving: Arriving<'_>,
) -> Result<Delivery, Flaw> {
    let told: Notification<'_> = read(json)?;
    let topic_arn = &*told.topic_arn;
    let time = told.timestamp.as_deref();
    let time = time
        .map(|time| moment::rfc_3339("Timestamp", time))
        .transpose()?;

    let mut attributes = Attributes::new(
        &*told.message_id,
        // A queue's form does not tell it.
        subscription.unwrap_or(topic_arn),
        "com.amazonaws.sns.Notification",
    );
    attributes.subject = told.subject.as_deref().map(str::to_owned);
    attributes.time = time;
    attributes.datacontenttype = Some("application/json".to_owned());

    let body = arriving.bytes(told.message);
    let mut message = Message::new(&*told.message_id, Data::new(body.clone()));
    let beside = told.message_attributes.unwrap_or_default().into_iter();
    let beside = beside.filter_map(|(name, it)| Some((name, it.value?.to_string())));
    message.attributes = beside.collect();
    if let Some(subject) = &attributes.subject {
        let known = message.attributes.entry("subject".to_owned());
        known.or_insert_with(|| subject.clone());
    }
    message.group = group.map(str::to_owned);
    message.sent = time;

    let event = Event::new(
        attributes,
        Payload::Message(message),
        arriving.context.clone(),
    );
    let origin = arn::channel(EventKind::Topic, topic_arn);
    let delivery = Delivery::new(event, origin).with_raw(arriving.data(json));
    let body = Arriving {
        buffer: &body,
        ..arriving
    };
    Ok(match carried::by_topic(body) {
        Some(carried) => delivery.carrying(carried),
        None => delivery,
    })
}
