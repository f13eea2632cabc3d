//! The types of background events: the tables of the [mapping].
//!
//! [mapping]: https://github.com/GoogleCloudPlatform/functions-framework-conformance/blob/main/docs/mapping.md

/// Each service with the types of its background events, and those of the CloudEvents that they
/// are. Of several that are the same CloudEvent, the first is what that is as a background event.
const SERVICES: [(&str, &[(&str, &str)]); 7] = [
    (
        "pubsub.googleapis.com",
        &[
            (
                "google.pubsub.topic.publish",
                "google.cloud.pubsub.topic.v1.messagePublished",
            ),
            (
                "providers/cloud.pubsub/eventTypes/topic.publish",
                "google.cloud.pubsub.topic.v1.messagePublished",
            ),
        ],
    ),
    (
        "storage.googleapis.com",
        &[
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
        ],
    ),
    (
        "firestore.googleapis.com",
        &[
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
        ],
    ),
    (
        "firebaseauth.googleapis.com",
        &[
            (
                "providers/firebase.auth/eventTypes/user.create",
                "google.firebase.auth.user.v1.created",
            ),
            (
                "providers/firebase.auth/eventTypes/user.delete",
                "google.firebase.auth.user.v1.deleted",
            ),
        ],
    ),
    (
        "firebaseremoteconfig.googleapis.com",
        &[(
            "providers/firebase.remoteConfig/remoteconfig.update",
            "google.firebase.remoteconfig.remoteConfig.v1.updated",
        )],
    ),
    (
        "firebaseanalytics.googleapis.com",
        &[(
            "providers/google.firebase.analytics/eventTypes/event.log",
            "google.firebase.analytics.log.v1.written",
        )],
    ),
    (
        "firebasedatabase.googleapis.com",
        &[
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
        ],
    ),
];

/// What an event of one kind is in either form.
pub(super) struct EventType {
    pub(super) service: &'static str,
    pub(super) background: &'static str,
    pub(super) cloud: &'static str,
}

impl EventType {
    /// By the type of the background event.
    pub(super) fn of_background(event_type: &str) -> Option<Self> {
        Self::all().find(|known| known.background == event_type)
    }

    /// By the type of the CloudEvent.
    pub(super) fn of_cloud_event(event_type: &str) -> Option<Self> {
        Self::all().find(|known| known.cloud == event_type)
    }

    fn all() -> impl Iterator<Item = Self> {
        SERVICES.into_iter().flat_map(|(service, types)| {
            types.iter().map(move |&(background, cloud)| Self {
                service,
                background,
                cloud,
            })
        })
    }
}

/// Whether it looks like a type of Google's, known or not.
pub(super) fn is_known_family(event_type: &str) -> bool {
    event_type.starts_with("providers/") || event_type.starts_with("google.")
}
