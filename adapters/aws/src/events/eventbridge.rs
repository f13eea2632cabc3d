//! Events of EventBridge: an application's own, schedules, S3's.
//!
//! The envelope is that of
//! <https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html>, S3's detail
//! that of <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html>.
//!
//! Where its target has no input, EventBridge Scheduler "delivers a default notification"
//! (<https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html>). AWS does not
//! show it: it is the envelope of a rule's schedule with the source `aws.scheduler`, the ARN of
//! the schedule, and the text `{}` for its detail.

use polyfn_core::{
    Attributes, Data, Delivery, Event, EventKind, Origin, Payload, Schedule, Timestamp,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::arriving::Arriving;
use super::flaw::{Flaw, read};
use super::object::{Act, Object};
use super::{arn, moment};
use crate::text::Text;

#[derive(Debug, Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    id: Option<Text<'a>>,
    #[serde(rename = "detail-type")]
    detail_type: Text<'a>,
    source: Text<'a>,
    account: Option<Text<'a>>,
    time: Option<Text<'a>>,
    region: Option<Text<'a>>,
    resources: Option<Vec<Text<'a>>>,
    detail: Option<&'a RawValue>,
}

pub(super) fn delivery(json: &str, arriving: Arriving<'_>) -> Result<Delivery, Flaw> {
    let envelope: Envelope<'_> = read(json)?;
    let attributes = attributes(&envelope, arriving)?;
    match (&*envelope.source, &*envelope.detail_type) {
        ("aws.s3", "Object Created") => object(Act::Created, &envelope, attributes, arriving),
        ("aws.s3", "Object Deleted") => object(Act::Deleted, &envelope, attributes, arriving),
        ("aws.events" | "aws.scheduler", "Scheduled Event") => {
            let due = attributes.time;
            let resource = envelope.resources.as_ref().and_then(|all| all.first());
            let resource = resource.map(|arn| &**arn);
            let delivery = schedule(attributes, due, resource, arriving);
            Ok(delivery.with_raw(detail(&envelope, arriving)))
        }
        _ => {
            let payload = Payload::Custom(detail(&envelope, arriving));
            let event = Event::new(attributes, payload, arriving.context.clone());
            Ok(Delivery::new(event, Origin::new([EventKind::Event])))
        }
    }
}

fn detail(envelope: &Envelope<'_>, arriving: Arriving<'_>) -> Data {
    let detail = envelope.detail;
    detail.map_or_else(Data::none, |detail| arriving.data(detail.get()))
}

fn attributes(envelope: &Envelope<'_>, arriving: Arriving<'_>) -> Result<Attributes, Flaw> {
    let id = envelope.id.as_deref();
    let mut attributes = Attributes::new(
        id.unwrap_or(arriving.context.invocation_id()),
        &*envelope.source,
        &*envelope.detail_type,
    );
    let time = envelope.time.as_deref();
    attributes.time = time
        .map(|time| moment::rfc_3339("time", time))
        .transpose()?;
    let resource = envelope.resources.as_ref().and_then(|all| all.first());
    attributes.subject = resource.map(|resource| resource.to_string());
    let detail = envelope.detail;
    attributes.datacontenttype = detail.map(|_| "application/json".to_owned());
    for (name, value) in [("account", &envelope.account), ("region", &envelope.region)] {
        let value = value.as_deref().map(|text| (name.to_owned(), text.into()));
        attributes.extensions.extend(value);
    }
    Ok(attributes)
}

/// A schedule that is due, of the rule or the schedule with that ARN.
pub(super) fn schedule(
    attributes: Attributes,
    due: Option<Timestamp>,
    schedule_arn: Option<&str>,
    arriving: Arriving<'_>,
) -> Delivery {
    let mut schedule = Schedule::default();
    schedule.due = due;
    let mut origin = Origin::new([EventKind::Schedule]);
    if let Some(schedule_arn) = schedule_arn {
        let job = arn::last_segment(schedule_arn);
        schedule.job = Some(job.to_owned());
        origin = origin.named(job).named(schedule_arn);
    }
    let payload = Payload::Schedule(schedule);
    let event = Event::new(attributes, payload, arriving.context.clone());
    Delivery::new(event, origin)
}

#[derive(Debug, Deserialize)]
struct ObjectDetail<'a> {
    #[serde(borrow)]
    bucket: Bucket<'a>,
    object: Told<'a>,
}

#[derive(Debug, Deserialize)]
struct Bucket<'a> {
    #[serde(borrow)]
    name: Text<'a>,
}

#[derive(Debug, Deserialize)]
struct Told<'a> {
    /// Not encoded, other than in S3's own notifications.
    #[serde(borrow)]
    key: Text<'a>,
    size: Option<u64>,
    etag: Option<Text<'a>>,
    #[serde(rename = "version-id")]
    version_id: Option<Text<'a>>,
    sequencer: Option<Text<'a>>,
}

fn object(
    act: Act,
    envelope: &Envelope<'_>,
    mut attributes: Attributes,
    arriving: Arriving<'_>,
) -> Result<Delivery, Flaw> {
    let json = envelope.detail.map_or("{}", RawValue::get);
    let ObjectDetail { bucket, object } = read(json).map_err(|flaw: Flaw| flaw.within("detail"))?;
    // The subject is the same as in a notification of S3's own.
    attributes.subject = Some(object.key.to_string());
    let sequencer = object.sequencer.as_deref();
    let sequence = sequencer.map(|sequencer| ("sequence".to_owned(), sequencer.into()));
    attributes.extensions.extend(sequence);
    let object = Object {
        bucket: bucket.name.to_string(),
        key: object.key.to_string(),
        size: object.size,
        etag: object.etag.as_deref().map(str::to_owned),
        version: object.version_id.as_deref().map(str::to_owned),
    };
    Ok(object.delivery(act, attributes, detail(envelope, arriving), arriving))
}
