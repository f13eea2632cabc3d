//! Messages by which a bucket of Cloud Storage tells of its objects.
//!
//! The attributes are those of [Pub/Sub notifications][attributes].
//!
//! [attributes]: https://cloud.google.com/storage/docs/pubsub-notifications#attributes

use polyfn_core::{
    Attributes, Context, Data, Delivery, Error, Event, EventKind, Message, Origin, Payload,
};

use super::malformed::read_time;
use super::storage::{Act, SOURCE_PREFIX, StorageObject, TYPE_PREFIX};

/// The event of the object, if a message is such a notification. It says of itself what Eventarc
/// says of the same.
pub(super) fn carried(message: &Message, context: &Context) -> Result<Option<Delivery>, Error> {
    // In a push without wrapper they are headers, which are in lower case.
    let attribute = |name: &str| {
        let attributes = message.attributes.iter();
        let mut named = attributes.filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.as_str())
    };
    let notification = (
        attribute("eventType"),
        attribute("bucketId"),
        attribute("objectId"),
    );
    let (Some(event_type), Some(bucket), Some(key)) = notification else {
        return Ok(None);
    };
    let event = match event_type {
        "OBJECT_FINALIZE" => "finalized",
        "OBJECT_DELETE" => "deleted",
        "OBJECT_ARCHIVE" => "archived",
        "OBJECT_METADATA_UPDATE" => "metadataUpdated",
        _ => return Ok(None),
    };

    let mut attributes = Attributes::new(
        &message.id,
        format!("{SOURCE_PREFIX}{bucket}"),
        format!("{TYPE_PREFIX}{event}"),
    );
    attributes.subject = Some(format!("objects/{key}"));
    let time = attribute("eventTime");
    attributes.time = match time {
        Some(time) => Some(read_time("message.attributes.eventTime", time)?),
        None => message.sent,
    };

    // With `payloadFormat` NONE there are no data.
    let raw = match attribute("payloadFormat") {
        Some("JSON_API_V1") => Data::json(message.body.bytes().clone()),
        _ => Data::none(),
    };
    attributes.datacontenttype = raw.content_type().map(str::to_owned);
    let Some(act) = Act::of(event) else {
        let event = Event::new(attributes, Payload::Custom(raw), context.clone());
        return Ok(Some(Delivery::new(event, Origin::new([EventKind::Event]))));
    };
    let mut object = StorageObject::read(&raw)?;
    bucket.clone_into(&mut object.bucket);
    key.clone_into(&mut object.name);
    let generation = attribute("objectGeneration").and_then(|number| number.parse().ok());
    object.generation = object.generation.or(generation);
    Ok(Some(object.delivery(act, attributes, raw, context.clone())))
}
