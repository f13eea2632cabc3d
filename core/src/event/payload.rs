//! What an event is about, before a handler's type is known.

use super::{
    Data, DocumentChange, EventKind, Message, ObjectCreated, ObjectDeleted, Record, Schedule,
};
use crate::Error;

/// What an event is about: one of the kinds that every cloud has, or data of the user's own.
///
/// Adapters make it; a handler asks for the type within (see [`EventData`](super::EventData)).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Payload {
    /// An object was stored.
    ObjectCreated(ObjectCreated),
    /// An object was deleted.
    ObjectDeleted(ObjectDeleted),
    /// A message of a queue or topic.
    Message(Message),
    /// A schedule is due.
    Schedule(Schedule),
    /// A record of a stream.
    Record(Record),
    /// A document was written or deleted.
    DocumentChange(DocumentChange),
    /// Data of the user's own.
    Custom(Data),
}

impl Payload {
    /// The same for a trigger of that kind; `raw` are the data as they were delivered.
    ///
    /// What a platform has no own service for it does with messages: a Pub/Sub message may be a
    /// record of a stream, or what a schedule sends. And everything is an event of its type.
    pub(super) fn seen_as(self, kind: EventKind, raw: &Data) -> Self {
        match (self, kind) {
            (Self::Message(message), EventKind::Stream) => Self::Record(message.into()),
            (Self::Message(message), EventKind::Schedule) => Self::Schedule(Schedule {
                due: message.sent,
                ..Schedule::default()
            }),
            (Self::Custom(data), EventKind::Event) => Self::Custom(data),
            (_, EventKind::Event) => Self::Custom(raw.clone()),
            (same, _) => same,
        }
    }

    /// What a type says that was given another payload than its own.
    pub(super) fn misfit(&self, wanted: &str) -> Error {
        let got = match self {
            Self::ObjectCreated(_) => "a stored object",
            Self::ObjectDeleted(_) => "a deleted object",
            Self::Message(_) => "a message",
            Self::Schedule(_) => "a schedule",
            Self::Record(_) => "a record of a stream",
            Self::DocumentChange(_) => "a changed document",
            Self::Custom(_) => "an event of its own",
        };
        Error::internal(format!("a {wanted} was expected, and {got} was delivered"))
    }
}
