//! Events that are no HTTP request: whose they are, what is in them, and what is answered.

mod answer;
mod arn;
mod arriving;
mod attribute_value;
mod carried;
mod cloud_event;
mod dynamodb;
mod event_failure;
mod eventbridge;
mod flaw;
mod invocation;
mod kinesis;
mod moment;
mod object;
mod object_key;
mod plain;
mod primary_key;
mod records;
mod s3;
mod said;
mod scheduler;
mod sns;
mod sqs;

use bytes::Bytes;
use polyfn_core::Context;

use arriving::Arriving;
use invocation::Form;
use records::{Records, Source};
use said::Said;

pub use answer::EventAnswer;
pub use event_failure::EventFailure;
pub(crate) use flaw::Flaw;
pub use invocation::{EventInvocation, EventItem, EventSource};
pub(crate) use plain::plain;

/// The events of an invocation, by what it says of itself; `None` where it says nothing that is
/// known. `text` is the text of `event`.
pub(crate) fn known(
    event: &Bytes,
    text: &str,
    context: &Context,
) -> Result<Option<EventInvocation>, Flaw> {
    let arriving = Arriving {
        buffer: event,
        context,
    };
    let Some(said) = Said::of(text) else {
        return Ok(None);
    };
    if let Some(records) = said.records() {
        return of_records(&records, arriving);
    }
    let (source, delivery) = if said.is_bridged() {
        (
            EventSource::EventBridge,
            eventbridge::delivery(text, arriving)?,
        )
    } else if said.is_cloud_event() {
        (EventSource::CloudEvent, cloud_event::delivery(arriving)?)
    } else if said.names_a_schedule() {
        (EventSource::Scheduler, scheduler::delivery(text, arriving)?)
    } else {
        return Ok(None);
    };
    Ok(Some(EventInvocation::single(source, delivery)))
}

fn of_records(
    records: &Records<'_>,
    arriving: Arriving<'_>,
) -> Result<Option<EventInvocation>, Flaw> {
    let Some(source) = records.source() else {
        // Nothing in it, so nothing to say it of: whoever sends batches takes this answer.
        let empty = || EventInvocation {
            source: EventSource::Invoke,
            items: Vec::new(),
            form: Form::EachItem,
        };
        return Ok(records.is_empty().then(empty));
    };
    let (source, form, items) = match source {
        Source::S3 => {
            let items = records.each(arriving, s3::delivery);
            (EventSource::S3, Form::Value, items)
        }
        Source::Sns => {
            let items = records.each(arriving, sns::delivery);
            (EventSource::Sns, Form::Value, items)
        }
        Source::Sqs => {
            let items = records.batch(arriving, sqs::delivery, sqs::identity)?;
            (EventSource::Sqs, Form::EachItem, items)
        }
        Source::Kinesis => {
            let items = records.batch(arriving, kinesis::delivery, kinesis::identity)?;
            (EventSource::Kinesis, Form::Checkpoint, items)
        }
        Source::DynamoDb => {
            let items = records.batch(arriving, dynamodb::delivery, dynamodb::identity)?;
            (EventSource::DynamoDb, Form::Checkpoint, items)
        }
    };
    Ok(Some(EventInvocation {
        source,
        items,
        form,
    }))
}
