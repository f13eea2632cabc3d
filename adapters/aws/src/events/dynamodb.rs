//! Changes from the streams of DynamoDB tables.
//!
//! The form is that of
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html>.

use polyfn_core::{
    Attributes, ChangeKind, Data, Delivery, DocumentChange, Event, EventKind, Origin, Payload,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::arriving::Arriving;
use super::attribute_value::Item;
use super::flaw::{Flaw, read};
use super::primary_key::PrimaryKey;
use super::records::{Identity, Named, SHARD};
use super::{arn, moment};
use crate::text::Text;

#[derive(Debug, Deserialize)]
struct Record<'a> {
    #[serde(borrow, rename = "eventID")]
    event_id: Text<'a>,
    #[serde(rename = "eventName")]
    event_name: Text<'a>,
    dynamodb: Told<'a>,
    #[serde(rename = "eventSourceARN")]
    stream_arn: Text<'a>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Told<'a> {
    #[serde(borrow)]
    keys: &'a RawValue,
    old_image: Option<&'a RawValue>,
    new_image: Option<&'a RawValue>,
    sequence_number: Text<'a>,
    approximate_creation_date_time: Option<f64>,
}

pub(super) fn delivery(json: &str, arriving: Arriving<'_>) -> Result<Named, Flaw> {
    let record: Record<'_> = read(json)?;
    let told = record.dynamodb;
    let kind = match &*record.event_name {
        "INSERT" => ChangeKind::Created,
        "MODIFY" => ChangeKind::Updated,
        "REMOVE" => ChangeKind::Deleted,
        other => return Err(Flaw::new("eventName", format!("{other:?} is not known"))),
    };
    let Some((table, table_arn)) = arn::resource(&record.stream_arn, "table") else {
        let why = format!("{:?} names no table", &*record.stream_arn);
        return Err(Flaw::new("eventSourceARN", why));
    };
    let key: PrimaryKey<'_> = read(told.keys.get()).map_err(|flaw| flaw.within("dynamodb.Keys"))?;
    let id = key.joined();
    let time = told.approximate_creation_date_time;
    let time = time
        .map(|time| moment::epoch_seconds("dynamodb.ApproximateCreationDateTime", time))
        .transpose()?;

    let event_type = format!("com.amazonaws.dynamodb.{}", &*record.event_name);
    let mut attributes = Attributes::new(&*record.event_id, &*record.stream_arn, event_type);
    attributes.subject = Some(id.clone());
    attributes.time = time;
    attributes.datacontenttype = Some("application/json".to_owned());
    let mut change = DocumentChange::new(table, id);
    change.kind = Some(kind);
    change.old = image("dynamodb.OldImage", told.old_image)?;
    change.new = image("dynamodb.NewImage", told.new_image)?;
    change.changed = time;

    let payload = Payload::DocumentChange(change);
    let event = Event::new(attributes, payload, arriving.context.clone());
    let origin = Origin::new([EventKind::DocumentChanged])
        .named(table)
        .named(table_arn)
        .named(&*record.stream_arn);
    Ok(Named {
        identifier: told.sequence_number.to_string(),
        delivery: Delivery::new(event, origin)
            .with_raw(arriving.data(json))
            .in_sequence(SHARD),
    })
}

fn image(place: &str, image: Option<&RawValue>) -> Result<Option<Data>, Flaw> {
    let Some(image) = image else {
        return Ok(None);
    };
    let item: Item = read(image.get()).map_err(|flaw| flaw.within(place))?;
    Ok(Some(Data::json(item.into_json())))
}

/// What a record is called, however malformed the rest of it is.
pub(super) fn identity(json: &str) -> Result<Identity, Flaw> {
    #[derive(Deserialize)]
    struct Called<'a> {
        #[serde(borrow)]
        dynamodb: Numbered<'a>,
    }

    #[derive(Deserialize)]
    struct Numbered<'a> {
        #[serde(borrow, rename = "SequenceNumber")]
        sequence_number: Text<'a>,
    }

    let called: Called<'_> = read(json)?;
    Ok(Identity {
        identifier: called.dynamodb.sequence_number.to_string(),
        sequence: Some(SHARD.to_owned()),
    })
}
