//! To and from the events of the [`cloudevents`](::cloudevents) crate.
//!
//! By way of the JSON format, which both sides have: what it means is written down, where the
//! types of that crate leave some of it open.

use cloudevents::{Event, EventBuilder, EventBuilderV10};

use super::{CloudEvent, CloudEventError, from_json, to_json};

/// Fails where an attribute is missing, an extension's name is not allowed, or the `dataschema`
/// is no absolute URL, which is all that the crate has for it. A number of the data that `f64`
/// can't hold loses digits: the crate keeps JSON as a `serde_json::Value`.
///
/// ```
/// use cloudevents::AttributesReader;
/// use polyfn_core::cloudevents::CloudEvent;
/// use polyfn_core::{Attributes, Data};
///
/// let attributes = Attributes::new("1", "/shop", "com.example.order.placed");
/// let event = CloudEvent::new(attributes, Data::json(r#"{"order":7}"#));
/// let theirs = cloudevents::Event::try_from(event.clone()).unwrap();
/// assert_eq!(theirs.ty(), "com.example.order.placed");
/// assert_eq!(CloudEvent::try_from(theirs).unwrap(), event);
/// ```
impl TryFrom<CloudEvent> for Event {
    type Error = CloudEventError;

    fn try_from(event: CloudEvent) -> Result<Self, CloudEventError> {
        serde_json::from_slice(&to_json(&event)?)
            .map_err(|error| CloudEventError::malformed(error.to_string()))
    }
}

/// Takes events of the versions 1.0 and 0.3. Fails where an attribute is empty, or an extension
/// is an integer of more than 32 bits or has a name that is not allowed.
impl TryFrom<Event> for CloudEvent {
    type Error = CloudEventError;

    fn try_from(event: Event) -> Result<Self, CloudEventError> {
        let malformed = |error: &dyn ToString| CloudEventError::malformed(error.to_string());
        let event = EventBuilderV10::from(event)
            .build()
            .map_err(|error| malformed(&error))?;
        let json = serde_json::to_vec(&event).map_err(|error| malformed(&error))?;
        from_json(&json.into())
    }
}
