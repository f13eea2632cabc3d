//! Background events as they are posted: with the context in a member of its own, or at the root.

use std::collections::BTreeMap;

use polyfn_core::Error;
use serde_json::value::RawValue;

use super::types::is_known_family;
use super::{BackgroundContext, BackgroundEvent};
use crate::events::malformed::{missing, read_json, read_time};

/// The members of a JSON object, as they are written.
pub(in crate::events) type Members<'a> = BTreeMap<String, &'a RawValue>;

/// Whether these are the members of a background event, be it a broken one.
pub(in crate::events) fn is_background(root: &Members<'_>) -> bool {
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

impl BackgroundEvent {
    /// Reads what Google posts to a background function.
    ///
    /// ```
    /// use polyfn_gcp::BackgroundEvent;
    ///
    /// let event = BackgroundEvent::from_json(br#"{
    ///     "eventId": "1",
    ///     "eventType": "providers/firebase.auth/eventTypes/user.create",
    ///     "resource": "projects/shop",
    ///     "data": {"uid": "ada"}
    /// }"#).unwrap();
    /// assert_eq!(event.context.event_id, "1");
    /// assert_eq!(event.data.get(), r#"{"uid": "ada"}"#);
    /// ```
    ///
    /// # Errors
    ///
    /// 400 when it is no JSON, or no background event; the detail names what is missing or wrong.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        Self::posted(&read_json("", json)?)
    }

    /// That of which these are the members.
    pub(in crate::events) fn posted(root: &Members<'_>) -> Result<Self, Error> {
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
        let event_id = text("eventId")?.filter(|id| !id.is_empty());
        let event_id = event_id.ok_or_else(|| missing("eventId"))?;
        let timestamp = text("timestamp")?;
        let timestamp = timestamp.map(|time| read_time("timestamp", &time));
        let (place, resource) = member("resource").ok_or_else(|| missing("resource"))?;
        let resource = read_json(&place, resource.get().as_bytes())?;
        let domain = root.get("domain");
        let domain = domain.map(|domain| read_json("domain", domain.get().as_bytes()));
        let data = *root.get("data").ok_or_else(|| missing("data"))?;
        Ok(Self {
            data: data.to_owned(),
            context: BackgroundContext {
                event_id,
                timestamp: timestamp.transpose()?,
                event_type,
                resource,
            },
            domain: domain.transpose()?.flatten(),
        })
    }
}
