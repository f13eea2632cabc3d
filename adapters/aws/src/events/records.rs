//! The records of an event that has many.

use polyfn_core::{Delivery, Error};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::EventItem;
use super::arriving::Arriving;
use super::flaw::Flaw;
use crate::LambdaRecord;
use crate::text::Text;

/// `{"Records": […]}`
pub(super) struct Records<'a>(Vec<&'a RawValue>);

/// Whose records they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    S3,
    Sqs,
    Sns,
    Kinesis,
    DynamoDb,
}

/// The sequence of a stream's records: those of an invocation are all of one shard.
pub(super) const SHARD: &str = "shard";

/// A record that could be read, and how the answer names it.
pub(super) struct Named {
    pub(super) identifier: String,
    pub(super) delivery: Delivery,
}

/// How the answer names a record that can't be read, and what the record must not overtake.
pub(super) struct Identity {
    pub(super) identifier: String,
    pub(super) sequence: Option<String>,
}

impl<'a> Records<'a> {
    /// `None` where it is no array.
    pub(super) fn of(json: &'a RawValue) -> Option<Self> {
        serde_json::from_str(json.get()).ok().map(Self)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What the first one says; the others are of the same source.
    pub(super) fn source(&self) -> Option<Source> {
        #[derive(Deserialize)]
        struct First<'a> {
            #[serde(borrow, rename = "eventSource")]
            event_source: Option<Text<'a>>,
            /// SNS writes it so.
            #[serde(rename = "EventSource")]
            capital: Option<Text<'a>>,
        }

        let first = self.0.first()?.get();
        let first: First<'_> = first
            .starts_with('{')
            .then(|| serde_json::from_str(first).ok())??;
        match (first.event_source.as_deref(), first.capital.as_deref()) {
            (Some("aws:s3"), _) => Some(Source::S3),
            (Some("aws:sqs"), _) => Some(Source::Sqs),
            (Some("aws:kinesis"), _) => Some(Source::Kinesis),
            (Some("aws:dynamodb"), _) => Some(Source::DynamoDb),
            (None, Some("aws:sns")) => Some(Source::Sns),
            _ => None,
        }
    }

    /// The records as items that the answer does not name.
    pub(super) fn each(
        &self,
        arriving: Arriving<'_>,
        read: impl Fn(&'a str, Arriving<'_>) -> Result<Delivery, Flaw>,
    ) -> Vec<EventItem> {
        let records = self.0.iter().enumerate();
        let items = records.map(|(place, record)| {
            let delivery = in_own_context(record, place, arriving, &read);
            EventItem::unnamed(delivery.map_err(Error::from))
        });
        items.collect()
    }

    /// The same, where a flaw of one is a flaw of all.
    pub(super) fn all(
        &self,
        arriving: Arriving<'_>,
        read: impl Fn(&'a str, Arriving<'_>) -> Result<Delivery, Flaw>,
    ) -> Result<Vec<Delivery>, Flaw> {
        let records = self.0.iter().enumerate();
        records
            .map(|(place, record)| {
                read(record.get(), arriving).map_err(|flaw| flaw.within(&at(place)))
            })
            .collect()
    }

    /// The records as items that the answer names; `identify` names those that can't be read.
    ///
    /// One that can't be named makes the whole event malformed: its failure could not be told.
    pub(super) fn batch(
        &self,
        arriving: Arriving<'_>,
        read: impl Fn(&'a str, Arriving<'_>) -> Result<Named, Flaw>,
        identify: impl Fn(&'a str) -> Result<Identity, Flaw>,
    ) -> Result<Vec<EventItem>, Flaw> {
        let item = |(place, record): (usize, &&'a RawValue)| {
            let (identifier, sequence, delivery) =
                match in_own_context(record, place, arriving, &read) {
                    Ok(named) => (named.identifier, None, Ok(named.delivery)),
                    Err(flaw) => {
                        let identity = identify(record.get());
                        let identity = identity.map_err(|flaw| flaw.within(&at(place)))?;
                        (identity.identifier, identity.sequence, Err(flaw.into()))
                    }
                };
            Ok(EventItem {
                identifier: Some(identifier),
                sequence,
                delivery,
            })
        };
        self.0.iter().enumerate().map(item).collect()
    }
}

/// Reads a record in a context of its own, which has the record itself.
fn in_own_context<'a, T>(
    record: &'a RawValue,
    place: usize,
    arriving: Arriving<'_>,
    read: impl Fn(&'a str, Arriving<'_>) -> Result<T, Flaw>,
) -> Result<T, Flaw> {
    let native = LambdaRecord::new(arriving.share(record.get()));
    let context = arriving.context.clone().with_native(native);
    read(record.get(), arriving.in_context(&context)).map_err(|flaw| flaw.within(&at(place)))
}

fn at(place: usize) -> String {
    format!("Records[{place}]")
}
