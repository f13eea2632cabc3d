//! Changes of documents in a database.

use jiff::Timestamp;
use serde::Serialize;

use super::{Data, EventData, EventKind, FromData, Payload};
use crate::Result;

/// A document was written or deleted; the images are read as `T`.
///
/// The databases' typed values arrive as plain JSON: a DynamoDB `{"N": "7"}` and a Firestore
/// `{"integerValue": "7"}` are `7`. Numbers keep every digit on the way to `T`. Sets are arrays,
/// bytes are base64, references and times are strings.
///
/// ```
/// use polyfn_core::{DocumentChange, Event, Result};
///
/// #[derive(serde::Deserialize)]
/// struct User { name: String }
///
/// async fn renamed(event: Event<DocumentChange<User>>) -> Result<()> {
///     let name = |user: &Option<User>| user.as_ref().map(|user| user.name.clone());
///     println!("{:?} is now {:?}", name(&event.data.old), name(&event.data.new));
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct DocumentChange<T = Data> {
    /// The table, collection or container.
    pub collection: String,
    /// Which document it is: Firestore's path below the database, Cosmos DB's `id`, and of
    /// DynamoDB the value of the partition key, then, after a slash, of the sort key.
    pub id: String,
    /// What was done, where the database tells.
    pub kind: Option<ChangeKind>,
    /// The document before, where there was one and the database tells.
    pub old: Option<T>,
    /// The document after, where there is one and the database tells.
    pub new: Option<T>,
    /// When it happened.
    pub changed: Option<Timestamp>,
}

/// What was done to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ChangeKind {
    /// It was not there before.
    Created,
    /// It was there before.
    Updated,
    /// It is there no more.
    Deleted,
}

impl<T> DocumentChange<T> {
    /// A change of which no more is known.
    pub fn new(collection: impl Into<String>, id: impl Into<String>) -> Self {
        Self {
            collection: collection.into(),
            id: id.into(),
            kind: None,
            old: None,
            new: None,
            changed: None,
        }
    }
}

impl DocumentChange {
    fn read<T: FromData>(self) -> Result<DocumentChange<T>> {
        let read = |image: Option<Data>| image.map(T::from_data).transpose();
        Ok(DocumentChange {
            old: read(self.old)?,
            new: read(self.new)?,
            collection: self.collection,
            id: self.id,
            kind: self.kind,
            changed: self.changed,
        })
    }
}

impl<T: FromData> EventData for DocumentChange<T> {
    fn comes_by(kind: EventKind) -> bool {
        kind == EventKind::DocumentChanged
    }

    fn from_payload(payload: Payload) -> Result<Self> {
        match payload {
            Payload::DocumentChange(change) => change.read(),
            other => Err(other.misfit("DocumentChange")),
        }
    }
}
