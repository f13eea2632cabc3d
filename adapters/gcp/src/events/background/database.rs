//! References of Firebase Realtime Database: a CloudEvent tells the location of the database, and
//! a background event its domain.

use polyfn_core::Error;

use crate::events::malformed::{malformed, missing};

/// The domain that tells no location, and the location that it has.
const FIRST: (&str, &str) = ("firebaseio.com", "us-central1");

const OTHER_DOMAINS: &str = "firebasedatabase.app";

/// The resource of a CloudEvent's source, and its subject, of
/// `projects/_/instances/INSTANCE/refs/PATH`.
pub(super) fn to_cloud_event(resource: &str, domain: &str) -> Result<(String, String), Error> {
    let parts = resource.strip_prefix("projects/_/instances/");
    let parts = parts.and_then(|parts| parts.split_once('/'));
    let Some((instance, path)) = parts.filter(|(_, path)| path.starts_with("refs/")) else {
        let why = format!("{resource:?} is no reference");
        return Err(malformed("resource", why));
    };
    let location = match domain.split('.').next() {
        _ if domain == FIRST.0 => FIRST.1,
        Some(location) if !location.is_empty() => location,
        _ => return Err(missing("domain")),
    };
    let source = format!("projects/_/locations/{location}/instances/{instance}");
    Ok((source, path.to_owned()))
}

/// The resource of a background event, and its domain.
pub(super) fn to_background(source: &str, subject: &str) -> Result<(String, String), Error> {
    let parts = source.strip_prefix("projects/_/locations/");
    let parts = parts.and_then(|parts| parts.split_once("/instances/"));
    let Some((location, instance)) = parts else {
        let why = format!("{source:?} is no database with its location");
        return Err(malformed("source", why));
    };
    let domain = if location == FIRST.1 {
        FIRST.0.to_owned()
    } else {
        format!("{location}.{OTHER_DOMAINS}")
    };
    Ok((format!("projects/_/instances/{instance}/{subject}"), domain))
}
