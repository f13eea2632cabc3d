//! S3's own notifications.
//!
//! The form is that of
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>, the
//! attributes are those of
//! <https://github.com/cloudevents/spec/blob/main/cloudevents/adapters/aws-s3.md>.

use polyfn_core::{Attributes, Delivery, Event, EventKind, Origin, Payload};
use serde::Deserialize;

use super::arriving::Arriving;
use super::flaw::{Flaw, read};
use super::object::{Act, Object};
use super::{moment, object_key};
use crate::text::Text;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Record<'a> {
    #[serde(borrow)]
    event_source: Text<'a>,
    aws_region: Option<Text<'a>>,
    event_time: Option<Text<'a>>,
    event_name: Text<'a>,
    response_elements: Option<ResponseElements<'a>>,
    s3: Told<'a>,
}

#[derive(Debug, Deserialize)]
struct ResponseElements<'a> {
    #[serde(borrow, rename = "x-amz-request-id")]
    request_id: Option<Text<'a>>,
    #[serde(rename = "x-amz-id-2")]
    id_2: Option<Text<'a>>,
}

#[derive(Debug, Deserialize)]
struct Told<'a> {
    #[serde(borrow)]
    bucket: Bucket<'a>,
    object: ToldObject<'a>,
}

#[derive(Debug, Deserialize)]
struct Bucket<'a> {
    #[serde(borrow)]
    name: Text<'a>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ToldObject<'a> {
    #[serde(borrow)]
    key: Text<'a>,
    size: Option<u64>,
    e_tag: Option<Text<'a>>,
    version_id: Option<Text<'a>>,
    sequencer: Option<Text<'a>>,
}

pub(super) fn delivery(json: &str, arriving: Arriving<'_>) -> Result<Delivery, Flaw> {
    let record: Record<'_> = read(json)?;
    let key = object_key::decoded(&record.s3.object.key)?;
    let attributes = attributes(&record, &key, arriving)?;
    let Some(act) = act(&record.event_name) else {
        let payload = Payload::Custom(arriving.data(json));
        let event = Event::new(attributes, payload, arriving.context.clone());
        return Ok(Delivery::new(event, Origin::new([EventKind::Event])));
    };
    let ToldObject {
        size,
        e_tag,
        version_id,
        ..
    } = record.s3.object;
    let object = Object {
        bucket: record.s3.bucket.name.to_string(),
        key,
        size,
        etag: e_tag.map(|tag| tag.to_string()),
        version: version_id.map(|version| version.to_string()),
    };
    Ok(object.delivery(act, attributes, arriving.data(json), arriving))
}

/// What the event says was done. That an object's life is over counts as a deletion here as it
/// does in EventBridge's form.
fn act(event_name: &str) -> Option<Act> {
    let name = event_name.strip_prefix("s3:").unwrap_or(event_name);
    match name.split_once(':')?.0 {
        "ObjectCreated" => Some(Act::Created),
        "ObjectRemoved" | "LifecycleExpiration" => Some(Act::Deleted),
        _ => None,
    }
}

fn attributes(record: &Record<'_>, key: &str, arriving: Arriving<'_>) -> Result<Attributes, Flaw> {
    let told = record.response_elements.as_ref();
    let told = told.map(|it| (it.request_id.as_deref(), it.id_2.as_deref()));
    let id = match told {
        Some((Some(request_id), Some(id_2))) => format!("{request_id}.{id_2}"),
        // Stores that only speak like S3 may leave them out.
        Some((Some(request_id), None)) => request_id.to_owned(),
        _ => format!("{}.{key}", arriving.context.invocation_id()),
    };
    let source = format!(
        "{}.{}.{}",
        &*record.event_source,
        record.aws_region.as_deref().unwrap_or_default(),
        &*record.s3.bucket.name
    );
    let event_type = format!("com.amazonaws.s3.{}", &*record.event_name);
    let mut attributes = Attributes::new(id, source, event_type);
    attributes.subject = Some(key.to_owned());
    attributes.datacontenttype = Some("application/json".to_owned());
    let time = record.event_time.as_deref();
    attributes.time = time
        .map(|time| moment::rfc_3339("eventTime", time))
        .transpose()?;
    if let Some(sequencer) = record.s3.object.sequencer.as_deref() {
        // The CloudEvents extension for this: a larger one of the same key is later.
        let sequence = ("sequence".to_owned(), sequencer.into());
        attributes.extensions.extend([sequence]);
    }
    Ok(attributes)
}
