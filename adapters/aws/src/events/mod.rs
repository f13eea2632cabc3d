//! Events that are no HTTP request: whose they are, what is in them, and what is answered.

mod answer;
mod arn;
mod arriving;
mod carried;
mod event_failure;
mod flaw;
mod invocation;
mod key;
mod moment;
mod object;
mod plain;
mod records;
mod s3;
mod said;
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
    Ok(None)
}

fn of_records(
    records: &Records<'_>,
    arriving: Arriving<'_>,
) -> Result<Option<EventInvocation>, Flaw> {
    let Some(source) = records.source() else {
        // Nothing in it, so nothing to say it of: whoever sends batches takes this answer.
        return Ok(records.is_empty().then(|| EventInvocation {
            source: EventSource::Invoke,
            items: Vec::new(),
            form: Form::EachItem,
        }));
    };
    let (source, form, items) = match source {
        Source::S3 => (
            EventSource::S3,
            Form::Value,
            records.each(arriving, s3::delivery),
        ),
        Source::Sqs => (
            EventSource::Sqs,
            Form::EachItem,
            records.batch(arriving, sqs::delivery, sqs::identity)?,
        ),
        _ => return Ok(None),
    };
    Ok(Some(EventInvocation {
        source,
        items,
        form,
    }))
}
