//! From a request of Google's to the events that it brings. Nothing here does I/O.

mod background;
mod cloud_event;
mod encoding;
mod firestore;
mod form;
mod google_event;
mod malformed;
mod notification;
mod number;
mod pubsub;
mod push;
mod scheduler;
mod storage;

use bytes::Bytes;
use http::HeaderMap;
use polyfn_core::cloudevents::{self, CloudEvent};
use polyfn_core::{Context, Delivery, Error, Result};

pub use self::background::{BackgroundContext, BackgroundEvent, BackgroundResource};
pub use self::form::Form;
pub(crate) use self::form::may_be_json;
pub use self::google_event::GoogleEvent;

/// The events that a request brings, and the form in which it does.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Decoded {
    /// How they are written.
    pub form: Form,
    /// The events: one, or in the batched mode of CloudEvents any number.
    pub deliveries: Vec<Delivery>,
}

/// Reads a request as events; `None` where it brings none. `context` is that of the request: each
/// event has it as well, with its own attempt where that is told, and the [`GoogleEvent`].
///
/// ```
/// use http::HeaderMap;
/// use polyfn_core::{Context, Target};
/// use polyfn_gcp::{Form, decode};
///
/// let context = Context::new(Target::Gcp, "1");
/// let push = br#"{
///     "message": {"messageId": "7", "data": "SGVsbG8="},
///     "subscription": "projects/p/subscriptions/orders"
/// }"#;
/// let decoded = decode(&HeaderMap::new(), &push[..].into(), &context).unwrap().unwrap();
/// assert_eq!(decoded.form, Form::PubsubPush);
/// assert_eq!(decoded.deliveries[0].event().id(), "7");
///
/// assert!(decode(&HeaderMap::new(), &"{}".into(), &context).unwrap().is_none());
/// ```
///
/// # Errors
///
/// 400 when it says that it brings an event and that is malformed; the detail names what is
/// wrong. A batch of which one event is malformed is refused as a whole.
pub fn decode(headers: &HeaderMap, body: &Bytes, context: &Context) -> Result<Option<Decoded>> {
    let said = Form::of(headers);
    let root = match said {
        Some(_) => None,
        None => serde_json::from_slice::<background::Members<'_>>(body).ok(),
    };
    let root = root.unwrap_or_default();
    let form = match said {
        Some(form) => form,
        None if is_push(&root) => Form::PubsubPush,
        None if background::is_background(&root) => Form::Background,
        None => return Ok(None),
    };
    let google = GoogleEvent::new(headers.clone(), body.clone());
    let context = context.clone().with_native(google);
    let deliveries = match form {
        Form::CloudEvent(_) => {
            let events = cloudevents::decode(headers, body)
                .map_err(|error| Error::bad_request(error.to_string()))?;
            let events = events.into_iter();
            events
                .map(|event| cloud_event::delivery(event, context.clone()))
                .collect::<Result<_>>()?
        }
        Form::PubsubPush => vec![push::wrapped(body, context)?],
        Form::UnwrappedPubsubPush => vec![push::unwrapped(headers, body, context)?],
        Form::Background => {
            let event = BackgroundEvent::posted(&root)?.try_into()?;
            vec![cloud_event::delivery(event, context)?]
        }
        Form::Scheduler => vec![scheduler::delivery(headers, body, context)?],
    };
    Ok(Some(Decoded { form, deliveries }))
}

fn is_push(root: &background::Members<'_>) -> bool {
    let message = root.get("message");
    message.is_some_and(|message| message.get().starts_with('{'))
        && root.contains_key("subscription")
}

/// Like [`decode`], of Google's own events alone: for runs on this machine, where a CloudEvent of
/// anybody else's is nobody's matter but the function's. `None` where it is nothing that Google
/// sends.
///
/// # Errors
///
/// Those of [`decode`], where it is an event of Google's and malformed.
pub fn decode_from_google(
    headers: &HeaderMap,
    body: &Bytes,
    context: &Context,
) -> Option<Result<Vec<Delivery>>> {
    if let Some(Form::CloudEvent(_)) = Form::of(headers) {
        let events = cloudevents::decode(headers, body).ok()?;
        let is_googles =
            |event: &CloudEvent| event.attributes.event_type.starts_with(TYPES_OF_GOOGLE);
        if !events.iter().any(is_googles) {
            return None;
        }
    }
    let decoded = decode(headers, body, context).transpose()?;
    Some(decoded.map(|decoded| decoded.deliveries))
}

const TYPES_OF_GOOGLE: &str = "google.";
