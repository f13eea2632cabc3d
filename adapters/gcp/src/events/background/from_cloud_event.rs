//! The background event that a CloudEvent is.

use polyfn_core::cloudevents::CloudEvent;
use polyfn_core::{Attributes, Data, Error, Event};
use serde_json::value::RawValue;

use super::types::EventType;
use super::{
    BackgroundContext, BackgroundEvent, BackgroundResource, database, is_background, message, user,
};
use crate::events::encoding::is_protobuf;
use crate::events::malformed::{malformed, missing, read_json};
use crate::events::{Form, GoogleEvent};

/// The background event that a CloudEvent is.
///
/// # Errors
///
/// 400 when there is no background event of its type, its source or its subject do not fit the
/// type, or the data are no JSON; the detail names what is missing or wrong.
impl TryFrom<&CloudEvent> for BackgroundEvent {
    type Error = Error;

    fn try_from(event: &CloudEvent) -> Result<Self, Error> {
        converted(&event.attributes, json(&event.data)?)
    }
}

/// What a background function gets of an event: what was sent, if that was a background event
/// already, else what the event is as one.
///
/// # Errors
///
/// Those of a [`CloudEvent`]'s conversion.
impl TryFrom<&Event<Box<RawValue>>> for BackgroundEvent {
    type Error = Error;

    fn try_from(event: &Event<Box<RawValue>>) -> Result<Self, Error> {
        let google = event.native::<GoogleEvent>();
        // Whatever has a form by its headers may have any body.
        if let Some(google) = google.filter(|google| Form::of(&google.headers).is_none()) {
            let root = serde_json::from_slice(&google.body).unwrap_or_default();
            if is_background(&root) {
                return Self::posted(&root);
            }
        }
        converted(&event.attributes, event.data.clone())
    }
}

fn json(data: &Data) -> Result<Box<RawValue>, Error> {
    if data.is_empty() {
        return Err(missing("data"));
    }
    if is_protobuf(data) {
        return Err(malformed(
            "data",
            "background events have JSON, no protobuf",
        ));
    }
    read_json("data", data.bytes())
}

fn converted(attributes: &Attributes, mut data: Box<RawValue>) -> Result<BackgroundEvent, Error> {
    let Attributes {
        id,
        source,
        event_type,
        subject,
        time,
        ..
    } = attributes;
    let known = EventType::of_cloud_event(event_type).ok_or_else(|| {
        malformed(
            "type",
            format_args!("there is no background event of {event_type:?}"),
        )
    })?;
    let name = source.strip_prefix("//");
    let name = name.and_then(|name| name.strip_prefix(known.service)?.strip_prefix('/'));
    let name = name.ok_or_else(|| {
        let why = format!("{source:?} is nothing of {}", known.service);
        malformed("source", why)
    })?;
    let subject = |word: &str| {
        let subject = subject.as_deref().ok_or_else(|| missing("subject"))?;
        if subject.starts_with(word) {
            return Ok(subject);
        }
        let why = format!("{subject:?} does not begin with {word:?}");
        Err(malformed("subject", why))
    };
    let described = |name: String, kind: &str| BackgroundResource::Described {
        service: Some(known.service.to_owned()),
        name,
        kind: Some(kind.to_owned()),
    };
    let mut timestamp = *time;
    let mut domain = None;
    let resource = match known.service {
        "storage.googleapis.com" => {
            described(format!("{name}/{}", subject("objects/")?), "storage#object")
        }
        "pubsub.googleapis.com" => {
            (data, timestamp) = message::unwrapped(&data, timestamp)?;
            described(name.to_owned(), message::KIND)
        }
        "firestore.googleapis.com" => {
            BackgroundResource::Name(format!("{name}/{}", subject("documents/")?))
        }
        "firebasedatabase.googleapis.com" => {
            let (reference, told) = database::to_background(name, subject("refs/")?)?;
            domain = Some(told);
            BackgroundResource::Name(reference)
        }
        "firebaseanalytics.googleapis.com" => {
            let project = name.split_once("/apps/");
            let (project, _) = project.ok_or_else(|| {
                malformed("source", format_args!("{name:?} is no app of a project"))
            })?;
            BackgroundResource::Name(format!("{project}/{}", subject("events/")?))
        }
        "firebaseauth.googleapis.com" => {
            data = user::to_background(data)?;
            BackgroundResource::Name(name.to_owned())
        }
        _ => BackgroundResource::Name(name.to_owned()),
    };
    Ok(BackgroundEvent {
        data,
        context: BackgroundContext {
            event_id: id.clone(),
            timestamp,
            event_type: known.background.to_owned(),
            resource,
        },
        domain,
    })
}
