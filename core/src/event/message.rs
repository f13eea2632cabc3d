//! Messages of queues and topics.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use super::{Data, EventData, EventKind, FromData, Payload};
use crate::Result;

/// A message of a queue or a topic, its body read as `T` (see [`Data::read`]).
///
/// ```
/// use polyfn_core::{Event, Message, Result};
///
/// #[derive(serde::Deserialize)]
/// struct Order { id: u64 }
///
/// /// One message; where the platform delivers batches, each message fails or succeeds alone.
/// async fn ship(event: Event<Message<Order>>) -> Result<()> {
///     println!("order {} in message {}", event.data.body.id, event.data.id);
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Message<T = Data> {
    /// The message's id, the same in each delivery.
    pub id: String,
    /// What was sent.
    pub body: T,
    /// What was sent beside it: attributes, application properties. A value that is no text is
    /// its JSON, bytes are in base64.
    pub attributes: BTreeMap<String, String>,
    /// What is delivered in order: the message group, ordering key or session.
    pub group: Option<String>,
    /// When it was sent.
    pub sent: Option<Timestamp>,
}

impl<T> Message<T> {
    /// A message of which no more is known.
    pub fn new(id: impl Into<String>, body: T) -> Self {
        Self {
            id: id.into(),
            body,
            attributes: BTreeMap::new(),
            group: None,
            sent: None,
        }
    }
}

impl Message {
    fn read<T: FromData>(self) -> Result<Message<T>> {
        Ok(Message {
            body: T::from_data(self.body)?,
            id: self.id,
            attributes: self.attributes,
            group: self.group,
            sent: self.sent,
        })
    }
}

impl<T: FromData> EventData for Message<T> {
    fn comes_by(kind: EventKind) -> bool {
        matches!(kind, EventKind::Queue | EventKind::Topic)
    }

    fn from_payload(payload: Payload) -> Result<Self> {
        match payload {
            Payload::Message(message) => message.read(),
            other => Err(other.misfit("Message")),
        }
    }
}
