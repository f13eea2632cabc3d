//! Records of Kinesis data streams.
//!
//! The form is that of <https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html>.

use base64_simd::STANDARD;
use polyfn_core::{
    Attributes, Data, Delivery, Event, EventKind, Origin, Payload, Record as Written,
};
use serde::Deserialize;

use super::arriving::Arriving;
use super::flaw::{Flaw, read};
use super::records::{Identity, Named, SHARD};
use super::{arn, moment};
use crate::text::Text;

#[derive(Debug, Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    kinesis: Told<'a>,
    #[serde(rename = "eventID")]
    event_id: Text<'a>,
    #[serde(rename = "eventSourceARN")]
    stream_arn: Text<'a>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Told<'a> {
    #[serde(borrow)]
    data: Text<'a>,
    partition_key: Option<Text<'a>>,
    sequence_number: Text<'a>,
    approximate_arrival_timestamp: Option<f64>,
}

/// What the Kinesis Producer Library begins a record with that holds several
/// (<https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md>).
const AGGREGATED: [u8; 4] = [0xF3, 0x89, 0x9A, 0xC2];

pub(super) fn delivery(json: &str, arriving: Arriving<'_>) -> Result<Named, Flaw> {
    let record: Record<'_> = read(json)?;
    let told = record.kinesis;
    let data = STANDARD
        .decode_to_vec(told.data.as_bytes())
        .map_err(|_| Flaw::new("kinesis.data", "it is not valid base64"))?;
    if data.starts_with(&AGGREGATED) {
        let why = "it holds several records of the Kinesis Producer Library, which is not \
                   supported: turn its aggregation off";
        return Err(Flaw::new("kinesis.data", why));
    }
    let time = told.approximate_arrival_timestamp;
    let time = time
        .map(|time| moment::epoch_seconds("kinesis.approximateArrivalTimestamp", time))
        .transpose()?;

    let Some((stream, stream_arn)) = arn::resource(&record.stream_arn, "stream") else {
        let why = format!("{:?} names no stream", &*record.stream_arn);
        return Err(Flaw::new("eventSourceARN", why));
    };
    let mut attributes = Attributes::new(
        &*record.event_id,
        stream_arn,
        "com.amazonaws.kinesis.record",
    );
    attributes.time = time;
    let data = Data::new(data);
    let mut written = Written::new(data.clone());
    written.partition_key = told.partition_key.as_deref().map(str::to_owned);
    written.sequence_number = Some(told.sequence_number.to_string());
    written.partition = shard(&record.event_id).map(str::to_owned);
    written.written = time;

    let event = Event::new(
        attributes,
        Payload::Record(written),
        arriving.context.clone(),
    );
    let origin = Origin::new([EventKind::Stream])
        .named(stream)
        .named(stream_arn);
    Ok(Named {
        identifier: told.sequence_number.to_string(),
        delivery: Delivery::new(event, origin)
            .with_raw(data)
            .in_sequence(SHARD),
    })
}

/// The shard of `shardId-000000000006:49590338271490256608559692538361571095921575989136588898`.
fn shard(event_id: &str) -> Option<&str> {
    event_id.split_once(':').map(|(shard, _)| shard)
}

/// What a record is called, however malformed the rest of it is.
pub(super) fn identity(json: &str) -> Result<Identity, Flaw> {
    #[derive(Deserialize)]
    struct Called<'a> {
        #[serde(borrow)]
        kinesis: Numbered<'a>,
    }

    #[derive(Deserialize)]
    struct Numbered<'a> {
        #[serde(borrow, rename = "sequenceNumber")]
        sequence_number: Text<'a>,
    }

    let called: Called<'_> = read(json)?;
    Ok(Identity {
        identifier: called.kinesis.sequence_number.to_string(),
        sequence: Some(SHARD.to_owned()),
    })
}
