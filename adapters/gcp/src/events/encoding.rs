//! How the data of an event are written.

use polyfn_core::Data;

/// Whether an event says that its data are protobuf, as Eventarc does of
/// [Firestore's](https://cloud.google.com/eventarc/docs/run/route-trigger-cloud-firestore); all
/// else is JSON.
pub(super) fn is_protobuf(data: &Data) -> bool {
    let content_type = data.content_type().unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim();
    ["application/protobuf", "application/x-protobuf"]
        .iter()
        .any(|known| essence.eq_ignore_ascii_case(known))
}
