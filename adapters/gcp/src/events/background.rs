//! Background events, as Cloud Functions had them before CloudEvents, and what they are as such.
//!
//! The authority is the [mapping] of Google's conformance tests.
//!
//! [mapping]: https://github.com/GoogleCloudPlatform/functions-framework-conformance/blob/main/docs/mapping.md

use std::collections::BTreeMap;

use polyfn_core::cloudevents::CloudEvent;
use polyfn_core::{Attributes, Data, Error};
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};

use super::background_types::{event_type_of, is_known_family, service_of};
use super::malformed::{malformed, missing, read_json, read_time};

/// The members of a JSON object, as they are written.
pub(super) type Members<'a> = BTreeMap<String, &'a RawValue>;

/// The resource of an event: its name, or that and more.
#[derive(Deserialize)]
#[serde(untagged)]
enum Resource {
    Name(String),
    Described {
        service: Option<String>,
        name: String,
    },
}

/// Whether these are the members of a background event, be it a broken one.
pub(super) fn is_background(root: &Members<'_>) -> bool {
    if let Some(context) = context(root) {
        let names = ["eventType", "eventId"];
        return root.contains_key("data") && names.iter().any(|name| context.contains_key(*name));
    }
    let event_type = root.get("eventType");
    let event_type = event_type.and_then(|text| serde_json::from_str::<String>(text.get()).ok());
    event_type.is_some_and(|event_type| is_known_family(&event_type))
}

fn context<'a>(root: &Members<'a>) -> Option<Members<'a>> {
    serde_json::from_str(root.get("context")?.get()).ok()
}

/// The CloudEvent that a background event is.
pub(super) fn cloud_event(root: &Members<'_>) -> Result<CloudEvent, Error> {
    let context = context(root).unwrap_or_default();
    // "Where multiple sources are listed […], the first matching location is used."
    let member = |name: &str| match context.get(name) {
        Some(value) => Some((format!("context.{name}"), *value)),
        None => Some((name.to_owned(), *root.get(name)?)),
    };
    let text = |name: &str| -> Result<Option<String>, Error> {
        let member = member(name);
        let text = member.map(|(place, value)| read_json(&place, value.get().as_bytes()));
        Ok(text.transpose()?.flatten())
    };
    let event_type = text("eventType")?.ok_or_else(|| missing("eventType"))?;
    let cloud_type = event_type_of(&event_type)
        .ok_or_else(|| malformed("eventType", format_args!("{event_type:?} is not known")))?;
    let id = text("eventId")?.filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| missing("eventId"))?;
    let time = text("timestamp")?;
    let (place, resource) = member("resource").ok_or_else(|| missing("resource"))?;
    let (service, resource) = match read_json(&place, resource.get().as_bytes())? {
        Resource::Name(name) => (None, name),
        Resource::Described { service, name } => (service, name),
    };
    let service = match service.filter(|service| !service.is_empty()) {
        Some(service) => service,
        None => service_of(&event_type)
            .ok_or_else(|| missing("context.resource.service"))?
            .to_owned(),
    };
    let data = *root.get("data").ok_or_else(|| missing("data"))?;

    let mut event = Converted {
        source: format!("//{service}/{resource}"),
        subject: None,
        data: data.get().to_owned(),
    };
    match service.as_str() {
        "storage.googleapis.com" => event.of_storage(&resource)?,
        "pubsub.googleapis.com" => event.of_pubsub(&id, time.as_deref())?,
        "firestore.googleapis.com" => event.split_off_subject("documents/"),
        "firebasedatabase.googleapis.com" => {
            let domain = root.get("domain").ok_or_else(|| missing("domain"))?;
            let domain: String = read_json("domain", domain.get().as_bytes())?;
            event.of_realtime_database(&resource, &domain)?;
        }
        "firebaseanalytics.googleapis.com" => event.of_analytics(&resource)?,
        "firebaseauth.googleapis.com" => event.of_auth()?,
        _ => {}
    }

    let mut attributes = Attributes::new(id, event.source, cloud_type);
    attributes.subject = event.subject;
    let time = time.as_deref();
    attributes.time = time.map(|time| read_time("timestamp", time)).transpose()?;
    Ok(CloudEvent::new(attributes, Data::json(event.data)))
}

/// What the service decides about.
struct Converted {
    source: String,
    subject: Option<String>,
    data: String,
}

impl Converted {
    /// The subject begins with that word, after the four parts of the resource proper:
    /// `projects/_/buckets/BUCKET`, `projects/PROJECT/databases/DATABASE`.
    fn split_off_subject(&mut self, word: &str) {
        // Three more are before the resource: `//service/`.
        let Some((place, _)) = self.source.match_indices('/').nth(3 + 3) else {
            return;
        };
        let start = place + 1;
        let subject = self.source.get(start..);
        if subject.is_some_and(|subject| subject.starts_with(word)) {
            self.subject = Some(self.source.split_off(start));
            self.source.truncate(place);
        }
    }

    /// `projects/_/buckets/BUCKET/objects/KEY#GENERATION`, maybe without the generation.
    fn of_storage(&mut self, resource: &str) -> Result<(), Error> {
        #[derive(Deserialize)]
        struct Object {
            generation: Option<String>,
        }

        self.split_off_subject("objects/");
        let Some(subject) = &mut self.subject else {
            return Err(malformed(
                "resource",
                format_args!("{resource:?} is no object"),
            ));
        };
        // A key may have `#` and digits itself.
        let object: Option<Object> = serde_json::from_str(&self.data).ok();
        let key_end = match object.and_then(|object| object.generation) {
            Some(generation) => subject
                .strip_suffix(&generation)
                .and_then(|rest| rest.strip_suffix('#'))
                .map(str::len),
            None => subject
                .rsplit_once('#')
                .filter(|(_, tail)| tail.bytes().all(|byte| byte.is_ascii_digit()))
                .map(|(rest, _)| rest.len()),
        };
        subject.truncate(key_end.unwrap_or(subject.len()));
        Ok(())
    }

    /// The message is wrapped, as it is in a CloudEvent, and has the context's id and time.
    fn of_pubsub(&mut self, id: &str, time: Option<&str>) -> Result<(), Error> {
        let mut message: Members<'_> = read_json("data", self.data.as_bytes())?;
        let id = to_raw_value(id)?;
        let time = time.map(to_raw_value).transpose()?;
        message.insert("messageId".to_owned(), &id);
        if let Some(time) = &time {
            message.insert("publishTime".to_owned(), time);
        }
        self.data = serde_json::to_string(&BTreeMap::from([("message", message)]))?;
        Ok(())
    }

    /// `projects/_/instances/INSTANCE/refs/PATH`, to which the location is added.
    fn of_realtime_database(&mut self, resource: &str, domain: &str) -> Result<(), Error> {
        let parts = resource.strip_prefix("projects/_/instances/");
        let parts = parts.and_then(|parts| parts.split_once('/'));
        let Some((instance, path)) = parts.filter(|(_, path)| path.starts_with("refs/")) else {
            return Err(malformed(
                "resource",
                format_args!("{resource:?} is no reference"),
            ));
        };
        let location = match domain.split('.').next() {
            _ if domain == "firebaseio.com" => "us-central1",
            Some(location) if !location.is_empty() => location,
            _ => return Err(missing("domain")),
        };
        self.source = format!(
            "//firebasedatabase.googleapis.com/projects/_/locations/{location}/instances/{instance}"
        );
        self.subject = Some(path.to_owned());
        Ok(())
    }

    /// `projects/PROJECT/events/NAME`, to which the app is added.
    fn of_analytics(&mut self, resource: &str) -> Result<(), Error> {
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

        let logged: Logged = read_json("data", self.data.as_bytes())?;
        let Some((project, name)) = resource.split_once("/events/") else {
            return Err(malformed(
                "resource",
                format_args!("{resource:?} is no event"),
            ));
        };
        let app = logged.user_dim.app_info.app_id;
        self.source = format!("//firebaseanalytics.googleapis.com/{project}/apps/{app}");
        self.subject = Some(format!("events/{name}"));
        Ok(())
    }

    /// The user is the subject, and two times of it are called otherwise.
    fn of_auth(&mut self) -> Result<(), Error> {
        const RENAMED: [(&str, &str); 2] = [
            ("createdAt", "createTime"),
            ("lastSignedInAt", "lastSignInTime"),
        ];

        let mut user: Members<'_> = read_json("data", self.data.as_bytes())?;
        let uid = user.get("uid").ok_or_else(|| missing("data.uid"))?;
        let uid: String = read_json("data.uid", uid.get().as_bytes())?;
        self.subject = Some(format!("users/{uid}"));
        let Some(metadata) = user.get("metadata") else {
            return Ok(());
        };
        let mut metadata: Members<'_> = read_json("data.metadata", metadata.get().as_bytes())?;
        for (old, new) in RENAMED {
            if let Some(time) = metadata.remove(old) {
                metadata.insert(new.to_owned(), time);
            }
        }
        let metadata = to_raw_value(&metadata)?;
        user.insert("metadata".to_owned(), &metadata);
        self.data = serde_json::to_string(&user)?;
        Ok(())
    }
}
