//! A happening with all that stays the same however often it is delivered.

use std::time::Duration;

use crate::event::Happening;
use crate::timestamp::{civil, since_epoch};

#[derive(Debug)]
pub(in crate::cloud_run) struct Occasion<'a> {
    pub(in crate::cloud_run) happening: &'a Happening,
    /// The id of the message or the event.
    pub(super) id: String,
    /// When it happened, in RFC 3339.
    pub(super) time: String,
}

impl<'a> Occasion<'a> {
    /// What the happening does not tell is made up: a number as Pub/Sub gives it, the present time.
    pub(in crate::cloud_run) fn of(happening: &'a Happening) -> Self {
        let (id, time) = match happening {
            Happening::ObjectCreated(object) | Happening::ObjectDeleted(object) => {
                (None, &object.time)
            }
            Happening::Message(message) => (message.id.clone(), &message.sent),
            Happening::Schedule(tick) => (None, &tick.due),
            Happening::Record(record) => (record.sequence_number.clone(), &record.written),
            Happening::DocumentChange(change) => (None, &change.time),
            Happening::Custom(custom) => (custom.id.clone(), &custom.time),
        };
        let made_up = || fastrand::u64(1_000_000_000_000_000..10_000_000_000_000_000).to_string();
        Self {
            happening,
            id: id.unwrap_or_else(made_up),
            time: time.clone().unwrap_or_else(|| rfc_3339(since_epoch())),
        }
    }
}

/// `2026-01-02T03:04:05.678Z`.
fn rfc_3339(since_epoch: Duration) -> String {
    let seconds = since_epoch.as_secs();
    let (year, month, day) = civil(seconds / 86_400);
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    let millisecond = since_epoch.subsec_millis();
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Message, Object};

    #[test]
    fn what_a_happening_tells_is_kept_and_the_rest_made_up() {
        let told = Happening::Message(Message {
            id: Some("7".to_owned()),
            sent: Some("2026-01-02T03:04:05Z".to_owned()),
            ..Message::default()
        });
        let occasion = Occasion::of(&told);
        assert_eq!(
            (occasion.id.as_str(), occasion.time.as_str()),
            ("7", "2026-01-02T03:04:05Z")
        );
        let untold = Happening::ObjectCreated(Object::default());
        let occasion = Occasion::of(&untold);
        assert!(occasion.id.parse::<u64>().is_ok(), "{occasion:?}");
        assert!(occasion.time.starts_with("20"), "{occasion:?}");
    }

    #[test]
    fn times_are_rfc_3339() {
        let time = rfc_3339(Duration::from_millis(1_584_039_838_390));
        assert_eq!(time, "2020-03-12T19:03:58.390Z");
    }
}
