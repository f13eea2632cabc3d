//! Records of streams.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::{Data, EventData, EventKind, FromData, Message, Payload};
use crate::Result;

/// A record of a stream, its body read as `T` (see [`Data::read`]).
///
/// ```
/// use polyfn_core::{Event, Record, Result};
///
/// #[derive(serde::Deserialize)]
/// struct Reading { celsius: f64 }
///
/// async fn telemetry(event: Event<Record<Reading>>) -> Result<()> {
///     println!("{:?}: {} °C", event.data.partition_key, event.data.body.celsius);
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Record<T = Data> {
    /// What was written.
    pub body: T,
    /// What decides about the shard or partition.
    pub partition_key: Option<String>,
    /// The place within the shard or partition, in the platform's own form.
    pub sequence_number: Option<String>,
    /// The shard or partition.
    pub partition: Option<String>,
    /// When the stream took it.
    pub written: Option<Timestamp>,
    /// What was written beside it: properties, headers.
    pub attributes: BTreeMap<String, String>,
}

impl<T> Record<T> {
    /// A record of which no more is known.
    pub fn new(body: T) -> Self {
        Self {
            body,
            partition_key: None,
            sequence_number: None,
            partition: None,
            written: None,
            attributes: BTreeMap::new(),
        }
    }
}

impl Record {
    fn read<T: FromData>(self) -> Result<Record<T>> {
        Ok(Record {
            body: T::from_data(self.body)?,
            partition_key: self.partition_key,
            sequence_number: self.sequence_number,
            partition: self.partition,
            written: self.written,
            attributes: self.attributes,
        })
    }
}

/// Google's stream is Pub/Sub with ordering keys.
impl From<Message> for Record {
    fn from(message: Message) -> Self {
        Self {
            body: message.body,
            partition_key: message.group,
            sequence_number: Some(message.id),
            partition: None,
            written: message.sent,
            attributes: message.attributes,
        }
    }
}

impl<T: FromData> EventData for Record<T> {
    fn comes_by(kind: EventKind) -> bool {
        kind == EventKind::Stream
    }

    fn from_payload(payload: Payload) -> Result<Self> {
        match payload {
            Payload::Record(record) => record.read(),
            other => Err(other.misfit("Record")),
        }
    }
}
