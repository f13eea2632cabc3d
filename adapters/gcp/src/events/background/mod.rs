//! Background events, as Cloud Functions had them before CloudEvents, and what each is as the
//! other.
//!
//! The authority is the [mapping] of Google's conformance tests, and where that leaves the way
//! back open, the events that these tests expect.
//!
//! [mapping]: https://github.com/GoogleCloudPlatform/functions-framework-conformance/blob/main/docs/mapping.md

mod database;
mod from_cloud_event;
mod message;
mod request;
mod to_cloud_event;
mod types;
mod user;

use polyfn_core::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

pub(super) use self::request::{Members, is_background};

/// A background event: data, and the context beside them.
///
/// Functions that were written for such events go on by it, however an event comes: a
/// [`CloudEvent`] is converted, and a background event stays what was sent.
///
/// ```
/// use polyfn_core::{Event, Result};
/// use polyfn_gcp::BackgroundEvent;
/// use serde_json::value::RawValue;
///
/// async fn uploaded(event: Event<Box<RawValue>>) -> Result<()> {
///     let BackgroundEvent { data, context, .. } = BackgroundEvent::try_from(&event)?;
///     println!("{} of {}: {data}", context.event_type, context.resource.name());
///     Ok(())
/// }
/// ```
///
/// Both conversions are there for themselves, by the [mapping] of Google's conformance tests:
///
/// ```
/// use polyfn_core::cloudevents::{CloudEvent, from_json};
/// use polyfn_gcp::BackgroundEvent;
///
/// let event = from_json(&r#"{
///     "specversion": "1.0",
///     "id": "1",
///     "source": "//storage.googleapis.com/projects/_/buckets/uploads",
///     "type": "google.cloud.storage.object.v1.finalized",
///     "subject": "objects/cat.jpg",
///     "data": {"bucket": "uploads", "name": "cat.jpg"}
/// }"#.into()).unwrap();
/// let background = BackgroundEvent::try_from(&event).unwrap();
/// assert_eq!(background.context.event_type, "google.storage.object.finalize");
/// assert_eq!(background.context.resource.name(), "projects/_/buckets/uploads/objects/cat.jpg");
/// assert_eq!(CloudEvent::try_from(background).unwrap().attributes.subject, event.attributes.subject);
/// ```
///
/// | CloudEvents of | background events |
/// |---|---|
/// | Cloud Storage, Firestore | the resource ends with the subject |
/// | Pub/Sub | of type `google.pubsub.topic.publish`; the data are the message alone, without its id and time, which the context has |
/// | Firebase Realtime Database | the resource ends with the subject, and the location is the domain |
/// | Firebase Authentication | two times of a user have other names |
/// | Google Analytics for Firebase | the resource is the event's, without the app, which the data have |
/// | Firebase Remote Config | only the type differs |
///
/// What has no place in such an event is left out: extensions, and the subscription of a message.
/// As JSON it is what Google posts to a background function, so that it can be sent to one.
///
/// [`CloudEvent`]: polyfn_core::cloudevents::CloudEvent
/// [mapping]: https://github.com/GoogleCloudPlatform/functions-framework-conformance/blob/main/docs/mapping.md
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct BackgroundEvent {
    /// The data, as they are written.
    pub data: Box<RawValue>,
    /// What the event says of itself.
    pub context: BackgroundContext,
    /// The domain of the database, which Realtime Database alone tells: `firebaseio.com`, or
    /// one that begins with the location.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
}

/// What a background event says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct BackgroundContext {
    /// The event's name, of which there is no other.
    pub event_id: String,
    /// When it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Timestamp>,
    /// What happened, such as `google.storage.object.finalize`.
    pub event_type: String,
    /// What it happened to.
    pub resource: BackgroundResource,
}

/// What a background event happened to.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum BackgroundResource {
    /// Its name, as Firebase and Firestore tell it.
    Name(String),
    /// Its name and more, as Pub/Sub and Cloud Storage tell it.
    Described {
        /// The service that it belongs to, such as `storage.googleapis.com`.
        #[serde(skip_serializing_if = "Option::is_none")]
        service: Option<String>,
        /// Its name.
        name: String,
        /// What it is, such as `storage#object`.
        #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
        kind: Option<String>,
    },
}

impl BackgroundResource {
    /// The name, without the service.
    pub fn name(&self) -> &str {
        match self {
            Self::Name(name) | Self::Described { name, .. } => name,
        }
    }
}
