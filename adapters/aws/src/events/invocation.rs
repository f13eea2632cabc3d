//! An invocation with events.

use polyfn_core::{Delivery, Error};

use super::EventAnswer;

/// Who invokes a function with events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventSource {
    /// S3's own notifications.
    S3,
    /// A queue of SQS.
    Sqs,
    /// A topic of SNS.
    Sns,
    /// A data stream of Kinesis.
    Kinesis,
    /// The stream of a DynamoDB table.
    DynamoDb,
    /// EventBridge: rules, and the schedules of its Scheduler in their default form.
    EventBridge,
    /// EventBridge Scheduler with an input that names the schedule.
    Scheduler,
    /// Whoever sends a CloudEvent in JSON.
    CloudEvent,
    /// Whoever invokes with any other JSON: a person, a program, a state machine.
    Invoke,
}

impl EventSource {
    /// The names of all sources, for messages.
    pub(crate) const SUPPORTED: &'static str = "S3, SQS, SNS, Kinesis, DynamoDB streams, \
         EventBridge and its Scheduler, CloudEvents in JSON, and any other JSON for a function \
         that has an `event` trigger";
}

/// An invocation that is no HTTP request: the events of it.
///
/// ```
/// use polyfn_aws::{EventSource, decode_event};
/// use polyfn_core::{Context, Payload, Target};
///
/// let payload = br#"{"Records": [{
///     "messageId": "m-1", "body": "Hello!", "eventSource": "aws:sqs",
///     "eventSourceARN": "arn:aws:sqs:eu-west-1:123456789012:orders"
/// }]}"#;
/// let context = Context::new(Target::Aws, "8476a536");
/// let invocation = decode_event(payload.as_slice().into(), &context).unwrap().unwrap();
/// assert_eq!(invocation.source, EventSource::Sqs);
/// assert_eq!(invocation.items[0].identifier(), Some("m-1"));
///
/// let delivery = invocation.items[0].delivery().unwrap();
/// assert_eq!(delivery.origin().names()[0], "orders");
/// assert!(matches!(&delivery.event().data, Payload::Message(message) if message.id == "m-1"));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct EventInvocation {
    /// Who invokes.
    pub source: EventSource,
    /// The events, in the order in which they came.
    pub items: Vec<EventItem>,
    pub(super) form: Form,
}

/// What the answer looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Each item that is not done, by its identifier.
    EachItem,
    /// The first item that is not done: it and all after it come again.
    Checkpoint,
    /// A value, or the failure of the invocation.
    Value,
}

/// One event of an invocation.
#[derive(Debug)]
pub struct EventItem {
    pub(super) identifier: Option<String>,
    /// What a delivery would say that it must not overtake, where there is none.
    pub(super) sequence: Option<String>,
    pub(super) delivery: Result<Delivery, Error>,
}

impl EventItem {
    /// What the answer calls it, where that names items: SQS's message id, the sequence number
    /// of a stream's record.
    pub fn identifier(&self) -> Option<&str> {
        self.identifier.as_deref()
    }

    /// The event.
    ///
    /// # Errors
    ///
    /// When it is malformed. It has failed then, and its siblings are handled all the same.
    pub fn delivery(&self) -> Result<&Delivery, &Error> {
        self.delivery.as_ref()
    }

    /// The event, out of its item.
    ///
    /// # Errors
    ///
    /// When it is malformed.
    pub fn into_delivery(self) -> Result<Delivery, Error> {
        self.delivery
    }

    /// An item of an answer that names none.
    pub(super) fn unnamed(delivery: Result<Delivery, Error>) -> Self {
        Self {
            identifier: None,
            sequence: None,
            delivery,
        }
    }
}

impl EventInvocation {
    /// An invocation with one event, for whose value somebody may wait.
    pub(super) fn single(source: EventSource, delivery: Delivery) -> Self {
        Self {
            source,
            items: vec![EventItem::unnamed(Ok(delivery))],
            form: Form::Value,
        }
    }

    /// What is to be delivered, and what makes the answer of the outcomes.
    ///
    /// Malformed events are not delivered, nor are those that have to stay behind them.
    pub fn into_deliveries(self) -> (Vec<Delivery>, EventAnswer) {
        EventAnswer::of(self)
    }
}
