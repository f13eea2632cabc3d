//! Something that happened.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::content::Content;
use super::document::Document;

/// Something that happened, of which a function is told.
///
/// ```
/// use polyfn_hosts::event::Happening;
///
/// let stored: Happening = serde_json::from_str(
///     r#"{"kind": "object-created", "bucket": "uploads", "key": "a b.png", "size": 12}"#,
/// ).unwrap();
/// assert!(matches!(stored, Happening::ObjectCreated(object) if object.key == "a b.png"));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Happening {
    /// An object was stored.
    ObjectCreated(Object),
    /// An object was deleted.
    ObjectDeleted(Object),
    /// A message was sent to a queue, or published to a topic.
    Message(Message),
    /// A schedule is due.
    Schedule(Tick),
    /// A record was written to a stream.
    Record(Record),
    /// A document was written or deleted.
    DocumentChange(Change),
    /// Something that an application of the user's said.
    Custom(Custom),
}

/// An object in a bucket (a container, in Azure's words).
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Object {
    /// The bucket.
    pub bucket: String,
    /// The key, as it is: nothing in it is encoded.
    pub key: String,
    /// How many bytes it has.
    pub size: u64,
    /// The entity tag, without quotes.
    pub etag: String,
    /// The content type.
    pub content_type: String,
    /// The version (or generation), where the bucket keeps some.
    pub version: Option<String>,
    /// When it happened, in RFC 3339.
    pub time: Option<String>,
    /// The object itself, for the sources that deliver it (Azure's blob trigger).
    pub content: Content,
}

/// A message.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Message {
    /// The queue or the topic.
    pub channel: String,
    /// The id; made up when absent.
    pub id: Option<String>,
    /// What was sent.
    pub body: Content,
    /// What was sent beside it.
    pub attributes: BTreeMap<String, String>,
    /// The message group, ordering key or session.
    pub group: Option<String>,
    /// When it was sent, in RFC 3339.
    pub sent: Option<String>,
}

/// A moment of a schedule.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Tick {
    /// The name of the rule, the job or the function.
    pub job: String,
    /// When it was due, in RFC 3339.
    pub due: Option<String>,
    /// Whether it comes late.
    pub late: bool,
    /// When it was due before, in RFC 3339.
    pub last: Option<String>,
    /// When it will be due again, in RFC 3339.
    pub next: Option<String>,
}

/// A record of a stream.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Record {
    /// The stream (event hub, Kafka topic).
    pub stream: String,
    /// What decides about its shard or partition.
    pub partition_key: Option<String>,
    /// The place within the shard; made up when absent.
    pub sequence_number: Option<String>,
    /// What was written.
    pub body: Content,
    /// What was written beside it.
    pub attributes: BTreeMap<String, String>,
    /// When it was written, in RFC 3339.
    pub written: Option<String>,
}

/// A change of a document: created without `old`, deleted without `new`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Change {
    /// The table, the collection or the container.
    pub collection: String,
    /// The document's id (the value of DynamoDB's partition key `id`).
    pub id: String,
    /// The document before; values are those of [`DocumentValue`](super::DocumentValue).
    pub old: Option<Document>,
    /// The document after.
    pub new: Option<Document>,
    /// When it happened, in RFC 3339.
    pub time: Option<String>,
}

/// An event of an application's own.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Custom {
    /// CloudEvents' `type`; `detail-type` of EventBridge.
    #[serde(rename = "type")]
    pub event_type: String,
    /// CloudEvents' `source`.
    pub source: String,
    /// CloudEvents' `id`; made up when absent.
    pub id: Option<String>,
    /// CloudEvents' `subject`.
    pub subject: Option<String>,
    /// CloudEvents' `time`.
    pub time: Option<String>,
    /// CloudEvents' `dataschema`.
    pub dataschema: Option<String>,
    /// CloudEvents' extensions.
    pub extensions: BTreeMap<String, String>,
    /// The data.
    pub data: Content,
    /// The content type of the data; that of the [`Content`] when absent.
    pub content_type: Option<String>,
}
