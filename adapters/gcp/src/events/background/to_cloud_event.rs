//! The CloudEvent that a background event is.

use polyfn_core::cloudevents::CloudEvent;
use polyfn_core::{Attributes, Data, Error};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::types::EventType;
use super::{BackgroundContext, BackgroundEvent, BackgroundResource, database, message, user};
use crate::events::malformed::{malformed, missing, read_json};

/// The CloudEvent that a background event is.
///
/// # Errors
///
/// 400 when its type is not known, or its resource, its domain or its data do not fit that; the
/// detail names what is missing or wrong.
impl TryFrom<BackgroundEvent> for CloudEvent {
    type Error = Error;

    fn try_from(event: BackgroundEvent) -> Result<Self, Error> {
        let BackgroundEvent {
            mut data,
            context,
            domain,
        } = event;
        let BackgroundContext {
            event_id,
            timestamp,
            event_type,
            resource,
        } = context;
        let known = EventType::of_background(&event_type)
            .ok_or_else(|| malformed("eventType", format_args!("{event_type:?} is not known")))?;
        let (service, mut name) = match resource {
            BackgroundResource::Name(name) => (None, name),
            BackgroundResource::Described { service, name, .. } => (service, name),
        };
        let service = service.filter(|service| !service.is_empty());
        let service = service.as_deref().unwrap_or(known.service);
        let mut subject = None;
        match service {
            "storage.googleapis.com" => {
                let object = split_off(&mut name, "objects/");
                let mut object = object
                    .ok_or_else(|| malformed("resource", format_args!("{name:?} is no object")))?;
                object.truncate(without_generation(&object, &data).len());
                subject = Some(object);
            }
            "pubsub.googleapis.com" => data = message::wrapped(&data, &event_id, timestamp)?,
            "firestore.googleapis.com" => subject = split_off(&mut name, "documents/"),
            "firebasedatabase.googleapis.com" => {
                let domain = domain.ok_or_else(|| missing("domain"))?;
                let (database, reference) = database::to_cloud_event(&name, &domain)?;
                name = database;
                subject = Some(reference);
            }
            "firebaseanalytics.googleapis.com" => {
                let Some((project, logged)) = name.split_once("/events/") else {
                    let why = format!("{name:?} is no event");
                    return Err(malformed("resource", why));
                };
                subject = Some(format!("events/{logged}"));
                name = format!("{project}/apps/{}", app_id(&data)?);
            }
            "firebaseauth.googleapis.com" => {
                subject = Some(user::subject(&data)?);
                data = user::to_cloud_event(data)?;
            }
            _ => {}
        }

        let source = format!("//{service}/{name}");
        let mut attributes = Attributes::new(event_id, source, known.cloud);
        attributes.subject = subject;
        attributes.time = timestamp;
        let data = String::from(Box::<str>::from(data));
        Ok(Self::new(attributes, Data::json(data)))
    }
}

/// Takes the subject off the resource. It begins with that word, after the four parts of the
/// resource proper: `projects/_/buckets/BUCKET`, `projects/PROJECT/databases/DATABASE`.
fn split_off(resource: &mut String, word: &str) -> Option<String> {
    let (place, _) = resource.match_indices('/').nth(3)?;
    let subject = resource.get(place + 1..)?;
    if !subject.starts_with(word) {
        return None;
    }
    let subject = subject.to_owned();
    resource.truncate(place);
    Some(subject)
}

/// `objects/KEY#GENERATION`, maybe without the generation.
fn without_generation<'a>(object: &'a str, data: &RawValue) -> &'a str {
    #[derive(Deserialize)]
    struct Object {
        generation: Option<String>,
    }

    // A key may have `#` and digits itself.
    let told: Option<Object> = serde_json::from_str(data.get()).ok();
    let key = match told.and_then(|told| told.generation) {
        Some(generation) => object
            .strip_suffix(&generation)
            .and_then(|rest| rest.strip_suffix('#')),
        None => object
            .rsplit_once('#')
            .filter(|(_, tail)| tail.bytes().all(|byte| byte.is_ascii_digit()))
            .map(|(rest, _)| rest),
    };
    key.unwrap_or(object)
}

/// The app that logged an event.
fn app_id(data: &RawValue) -> Result<String, Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Logged {
        user_dim: User,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct User {
        app_info: App,
    }
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct App {
        app_id: String,
    }

    let logged: Logged = read_json("data", data.get().as_bytes())?;
    Ok(logged.user_dim.app_info.app_id)
}
