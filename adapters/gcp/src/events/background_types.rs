//! The types of background events: the tables of the [mapping].
//!
//! [mapping]: https://github.com/GoogleCloudPlatform/functions-framework-conformance/blob/main/docs/mapping.md

/// What a type begins with, and the service that has such events. The last is not in the mapping,
/// which has a type of that service.
const SERVICES: [(&str, &str); 7] = [
    ("providers/cloud.firestore/", "firestore.googleapis.com"),
    (
        "providers/google.firebase.analytics/",
        "firebaseanalytics.googleapis.com",
    ),
    ("providers/firebase.auth/", "firebaseauth.googleapis.com"),
    (
        "providers/google.firebase.database/",
        "firebasedatabase.googleapis.com",
    ),
    ("providers/cloud.pubsub/", "pubsub.googleapis.com"),
    ("providers/cloud.storage/", "storage.googleapis.com"),
    (
        "providers/firebase.remoteConfig/",
        "firebaseremoteconfig.googleapis.com",
    ),
];

/// The types of background events, and those of the CloudEvents that they are.
const TYPES: [(&str, &str); 18] = [
    (
        "google.pubsub.topic.publish",
        "google.cloud.pubsub.topic.v1.messagePublished",
    ),
    (
        "providers/cloud.pubsub/eventTypes/topic.publish",
        "google.cloud.pubsub.topic.v1.messagePublished",
    ),
    (
        "google.storage.object.finalize",
        "google.cloud.storage.object.v1.finalized",
    ),
    (
        "google.storage.object.delete",
        "google.cloud.storage.object.v1.deleted",
    ),
    (
        "google.storage.object.archive",
        "google.cloud.storage.object.v1.archived",
    ),
    (
        "google.storage.object.metadataUpdate",
        "google.cloud.storage.object.v1.metadataUpdated",
    ),
    (
        "providers/cloud.firestore/eventTypes/document.write",
        "google.cloud.firestore.document.v1.written",
    ),
    (
        "providers/cloud.firestore/eventTypes/document.create",
        "google.cloud.firestore.document.v1.created",
    ),
    (
        "providers/cloud.firestore/eventTypes/document.update",
        "google.cloud.firestore.document.v1.updated",
    ),
    (
        "providers/cloud.firestore/eventTypes/document.delete",
        "google.cloud.firestore.document.v1.deleted",
    ),
    (
        "providers/firebase.auth/eventTypes/user.create",
        "google.firebase.auth.user.v1.created",
    ),
    (
        "providers/firebase.auth/eventTypes/user.delete",
        "google.firebase.auth.user.v1.deleted",
    ),
    (
        "providers/firebase.remoteConfig/remoteconfig.update",
        "google.firebase.remoteconfig.remoteConfig.v1.updated",
    ),
    (
        "providers/google.firebase.analytics/eventTypes/event.log",
        "google.firebase.analytics.log.v1.written",
    ),
    (
        "providers/google.firebase.database/eventTypes/ref.create",
        "google.firebase.database.ref.v1.created",
    ),
    (
        "providers/google.firebase.database/eventTypes/ref.write",
        "google.firebase.database.ref.v1.written",
    ),
    (
        "providers/google.firebase.database/eventTypes/ref.update",
        "google.firebase.database.ref.v1.updated",
    ),
    (
        "providers/google.firebase.database/eventTypes/ref.delete",
        "google.firebase.database.ref.v1.deleted",
    ),
];

/// The service, where the event itself does not say it.
pub(super) fn service_of(event_type: &str) -> Option<&'static str> {
    let mut services = SERVICES.iter();
    let (_, service) = services.find(|(beginning, _)| event_type.starts_with(beginning))?;
    Some(service)
}

/// The type of the CloudEvent.
pub(super) fn event_type_of(event_type: &str) -> Option<&'static str> {
    let (_, cloud_type) = TYPES.iter().find(|(known, _)| *known == event_type)?;
    Some(cloud_type)
}

/// Whether it looks like a type of Google's, known or not.
pub(super) fn is_known_family(event_type: &str) -> bool {
    event_type.starts_with("providers/") || event_type.starts_with("google.")
}
