//! Messages of SQS.
//!
//! The form is that of <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html>.

use std::collections::BTreeMap;

use polyfn_core::{
    Attributes, Context, Data, Delivery, Event, EventKind, Message, Payload, TraceContext,
};
use serde::Deserialize;

use super::arriving::Arriving;
use super::flaw::{Flaw, read};
use super::records::{Identity, Named};
use super::{arn, carried, moment};
use crate::text::Text;
use crate::xray;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    #[serde(borrow)]
    message_id: Text<'a>,
    body: Text<'a>,
    #[serde(default)]
    attributes: Option<SystemAttributes<'a>>,
    #[serde(default)]
    message_attributes: Option<BTreeMap<String, Attribute<'a>>>,
    #[serde(rename = "eventSourceARN")]
    queue_arn: Text<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SystemAttributes<'a> {
    #[serde(borrow)]
    approximate_receive_count: Option<Text<'a>>,
    sent_timestamp: Option<Text<'a>>,
    message_group_id: Option<Text<'a>>,
    #[serde(rename = "AWSTraceHeader")]
    trace_header: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attribute<'a> {
    #[serde(borrow)]
    string_value: Option<Text<'a>>,
    /// In base64.
    binary_value: Option<Text<'a>>,
}

const TRACEPARENT: &str = "traceparent";

pub(super) fn delivery(json: &str, arriving: Arriving<'_>) -> Result<Named, Flaw> {
    let record: Record<'_> = read(json)?;
    let identifier = record.message_id.to_string();
    let system = record.attributes.unwrap_or_default();
    let told = record.message_attributes.unwrap_or_default().into_iter();
    let told = told.filter_map(|(name, it)| Some((name, it.string_value.or(it.binary_value)?)));
    let told: BTreeMap<_, _> = told.map(|(name, text)| (name, text.to_string())).collect();
    let context = context(&system, &told, arriving.context);
    let sent = system.sent_timestamp.as_deref();
    let sent = sent
        .map(|sent| moment::epoch_milliseconds("attributes.SentTimestamp", sent))
        .transpose()?;

    let queue_arn = &*record.queue_arn;
    let mut attributes =
        Attributes::new(&*record.message_id, queue_arn, "com.amazonaws.sqs.message");
    attributes.time = sent;
    let group = system.message_group_id.as_deref();
    let body = arriving.bytes(record.body);
    let mut message = Message::new(&*record.message_id, Data::new(body.clone()));
    message.attributes = told;
    message.group = group.map(str::to_owned);
    message.sent = sent;

    let event = Event::new(attributes, Payload::Message(message), context.clone());
    let origin = arn::channel(EventKind::Queue, queue_arn);
    let mut delivery = Delivery::new(event, origin).with_raw(Data::new(body.clone()));
    // Messages of other queues may have a group as well, for fairness among tenants; their order
    // does not matter.
    if arn::is_fifo(queue_arn) {
        delivery = delivery.in_sequence(group.unwrap_or_default());
    }
    let body = Arriving {
        buffer: &body,
        context: &context,
    };
    if let Some(carried) = carried::by_queue(body, group) {
        delivery = delivery.carrying(carried);
    }
    Ok(Named {
        identifier,
        delivery,
    })
}

/// The invocation's context with what is known of this message alone.
fn context(
    system: &SystemAttributes<'_>,
    told: &BTreeMap<String, String>,
    context: &Context,
) -> Context {
    let count = system.approximate_receive_count.as_deref();
    let attempt: Option<u32> = count.and_then(|count| count.parse().ok());
    let sender = told.get(TRACEPARENT);
    let trace: Option<TraceContext> = sender
        .and_then(|traceparent| traceparent.parse().ok())
        .or_else(|| system.trace_header.as_deref().and_then(xray::trace_context))
        .or_else(|| context.trace());
    context.clone().with_attempt(attempt).with_trace(trace)
}

/// What a message is called, however malformed the rest of it is.
pub(super) fn identity(json: &str) -> Result<Identity, Flaw> {
    #[derive(Deserialize)]
    struct Called<'a> {
        #[serde(borrow, rename = "messageId")]
        message_id: Text<'a>,
    }

    #[derive(Deserialize)]
    struct Placed<'a> {
        #[serde(borrow, rename = "eventSourceARN")]
        queue_arn: Text<'a>,
        attributes: Option<SystemAttributes<'a>>,
    }

    let called: Called<'_> = read(json)?;
    let placed: Option<Placed<'_>> = serde_json::from_str(json).ok();
    let placed = placed.filter(|placed| arn::is_fifo(&placed.queue_arn));
    Ok(Identity {
        identifier: called.message_id.to_string(),
        sequence: placed.map(|placed| {
            let group = placed.attributes.and_then(|system| system.message_group_id);
            group.map(|group| group.to_string()).unwrap_or_default()
        }),
    })
}
