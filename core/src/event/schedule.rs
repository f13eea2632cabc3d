//! Schedules.

use jiff::Timestamp;
use serde::Serialize;

use super::{EventData, EventKind, Payload};
use crate::Result;

/// A schedule is due.
///
/// ```
/// use polyfn_core::{Event, Result, Schedule};
///
/// async fn nightly(event: Event<Schedule>) -> Result<()> {
///     println!("due at {:?}", event.data.due);
///     Ok(())
/// }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Schedule {
    /// When it was due.
    pub due: Option<Timestamp>,
    /// When it was due before.
    pub last: Option<Timestamp>,
    /// When it will be due again.
    pub next: Option<Timestamp>,
    /// Whether the platform calls later than it should.
    pub is_late: Option<bool>,
    /// The rule or job that the platform has for it.
    pub job: Option<String>,
}

impl EventData for Schedule {
    fn comes_by(kind: EventKind) -> bool {
        kind == EventKind::Schedule
    }

    fn from_payload(payload: Payload) -> Result<Self> {
        match payload {
            Payload::Schedule(schedule) => Ok(schedule),
            other => Err(other.misfit("Schedule")),
        }
    }
}
