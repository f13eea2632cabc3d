//! Events written by hand: a function's payload as JSON, or the bytes of a message.

use polyfn_core::{
    ChangeKind, Data, DocumentChange, Error, EventKind, EventTrigger, Message, ObjectCreated,
    ObjectDeleted, Payload, Record, Result, Schedule, Timestamp,
};
use serde::Deserialize;
use serde_json::value::RawValue;

/// What a function that `trigger` calls is told, from data that somebody wrote for it.
///
/// # Errors
///
/// 400 or 422 when the data are no such payload.
pub(crate) fn payload(trigger: &EventTrigger, id: &str, data: Data) -> Result<Payload> {
    Ok(match trigger.kind() {
        EventKind::ObjectCreated => Payload::ObjectCreated(data.read::<Object>()?.created(trigger)),
        EventKind::ObjectDeleted => Payload::ObjectDeleted(data.read::<Object>()?.deleted(trigger)),
        EventKind::Queue | EventKind::Topic => Payload::Message(Message::new(id, data)),
        EventKind::Stream => Payload::Record(Record::new(data)),
        EventKind::Schedule => Payload::Schedule(schedule(&data)?),
        EventKind::DocumentChanged => Payload::DocumentChange(change(trigger, id, &data)?),
        EventKind::Event => Payload::Custom(data),
        other => {
            return Err(Error::internal(format!(
                "events of the kind {other} can't be written by hand yet"
            )));
        }
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Object {
    bucket: Option<String>,
    key: String,
    size: Option<u64>,
    etag: Option<String>,
    content_type: Option<String>,
    version: Option<String>,
}

macro_rules! object {
    ($($method:ident => $ty:ident),*) => {$(
        fn $method(self, trigger: &EventTrigger) -> $ty {
            let bucket = self.bucket.unwrap_or_else(|| trigger.name().to_owned());
            let mut object = $ty::new(bucket, self.key);
            object.size = self.size;
            object.etag = self.etag;
            object.content_type = self.content_type;
            object.version = self.version;
            object
        }
    )*};
}

impl Object {
    object!(created => ObjectCreated, deleted => ObjectDeleted);
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Due {
    due: Option<Timestamp>,
    last: Option<Timestamp>,
    next: Option<Timestamp>,
    is_late: Option<bool>,
    job: Option<String>,
}

fn schedule(data: &Data) -> Result<Schedule> {
    let written: Option<Due> = data.read()?;
    let written = written.unwrap_or_default();
    let mut schedule = Schedule::default();
    schedule.due = written.due.or_else(|| Some(Timestamp::now()));
    schedule.last = written.last;
    schedule.next = written.next;
    schedule.is_late = written.is_late;
    schedule.job = written.job;
    Ok(schedule)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change<'a> {
    collection: Option<String>,
    id: Option<String>,
    #[serde(borrow)]
    old: Option<&'a RawValue>,
    #[serde(borrow)]
    new: Option<&'a RawValue>,
    changed: Option<Timestamp>,
}

fn change(trigger: &EventTrigger, id: &str, data: &Data) -> Result<DocumentChange> {
    let written: Change<'_> = serde_json::from_slice(data.bytes()).map_err(|error| {
        Error::bad_request(format!(
            "the change of a document is written {{\"collection\",\"id\",\"old\",\"new\",\
             \"changed\"}}: {error}"
        ))
    })?;
    let collection = written
        .collection
        .unwrap_or_else(|| trigger.name().to_owned());
    let mut change = DocumentChange::new(collection, written.id.unwrap_or_else(|| id.to_owned()));
    change.kind = match (written.old, written.new) {
        (None, Some(_)) => Some(ChangeKind::Created),
        (Some(_), Some(_)) => Some(ChangeKind::Updated),
        (Some(_), None) => Some(ChangeKind::Deleted),
        (None, None) => None,
    };
    let image = |raw: &RawValue| Data::json(raw.get().to_owned());
    change.old = written.old.map(image);
    change.new = written.new.map(image);
    change.changed = written.changed;
    Ok(change)
}
