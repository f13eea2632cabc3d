//! A happening as the service holds it, the same on each attempt to deliver it.

use crate::azure::date_time::DateTime;
use crate::azure::host_headers::new_invocation_id;
use crate::event::{Change, Happening, Message, Object, Record};

/// A happening with what the service adds to it.
#[derive(Debug, Clone)]
pub(in crate::azure) struct Arrival<'a> {
    pub(super) happening: &'a Happening,
    pub(super) id: String,
    /// Its number among those that arrived.
    pub(super) sequence_number: i64,
    pub(super) time: DateTime,
}

impl<'a> Arrival<'a> {
    pub(in crate::azure) fn new(happening: &'a Happening, number: i64) -> Self {
        let (id, time, sequence_number) = match happening {
            Happening::Message(message) => (message.id.as_ref(), message.sent.as_ref(), None),
            Happening::Custom(custom) => (custom.id.as_ref(), custom.time.as_ref(), None),
            Happening::ObjectCreated(object) | Happening::ObjectDeleted(object) => {
                (None, object.time.as_ref(), None)
            }
            Happening::Schedule(tick) => (None, tick.due.as_ref(), None),
            Happening::Record(record) => {
                let number = record.sequence_number.as_ref();
                (None, record.written.as_ref(), number)
            }
            Happening::DocumentChange(change) => (None, change.time.as_ref(), None),
        };
        let time = time.and_then(|time| DateTime::parse(time));
        Self {
            happening,
            id: id.cloned().unwrap_or_else(new_invocation_id),
            sequence_number: sequence_number
                .and_then(|number| number.parse().ok())
                .unwrap_or(number),
            time: time.unwrap_or_else(DateTime::now),
        }
    }

    /// The session of a message.
    pub(in crate::azure) fn session(&self) -> Option<&'a str> {
        self.message()?.group.as_deref()
    }

    pub(super) fn message(&self) -> Option<&'a Message> {
        match self.happening {
            Happening::Message(message) => Some(message),
            _ => None,
        }
    }

    pub(super) fn object(&self) -> Option<&'a Object> {
        match self.happening {
            Happening::ObjectCreated(object) | Happening::ObjectDeleted(object) => Some(object),
            _ => None,
        }
    }

    pub(super) fn record(&self) -> Option<&'a Record> {
        match self.happening {
            Happening::Record(record) => Some(record),
            _ => None,
        }
    }

    pub(super) fn change(&self) -> Option<&'a Change> {
        match self.happening {
            Happening::DocumentChange(change) => Some(change),
            _ => None,
        }
    }
}
