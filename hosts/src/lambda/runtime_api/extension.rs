//! The Extensions API, for extensions that run within the function's own process.
//!
//! The rules are those of <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>
//! and, where the page is silent (statuses, error types, the moment at which registration closes),
//! those of AWS's Runtime Interface Emulator: everything that is refused is a 403, an internal
//! extension cannot ask for `SHUTDOWN`, registration closes with the runtime's first `next`, and
//! the Init phase lasts until each extension has asked for its next event as well. On Managed
//! Instances an internal extension can ask for no events at all.
//!
//! Not modelled: extensions that are processes of their own (so `SHUTDOWN` is never sent),
//! `…/init/error` and `…/exit/error`, and the Telemetry API.

use http::HeaderMap;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::oneshot;

use super::answers::Refusal;
use super::header;
use crate::lambda::request::new_request_id;

/// "You can register up to ten extensions for a function."
const LIMIT: usize = 10;

/// What a function's extensions may ask to be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::lambda) enum Subscriptions {
    /// `INVOKE`.
    Invocations,
    /// On Managed Instances.
    Nothing,
}

#[derive(Debug, Default)]
pub(super) struct Extensions {
    registered: Vec<Extension>,
    is_closed: bool,
}

#[derive(Debug)]
struct Extension {
    id: String,
    name: String,
    wants_invocations: bool,
    state: State,
}

#[derive(Debug)]
enum State {
    /// It has not asked for its next event yet.
    Busy,
    Waiting(oneshot::Sender<Value>),
}

#[derive(Debug, Deserialize)]
struct Registration {
    #[serde(default)]
    events: Vec<String>,
}

impl Extensions {
    /// Registers the extension that the headers name, and returns its identifier.
    pub(super) fn register(
        &mut self,
        headers: &HeaderMap,
        body: &[u8],
        subscriptions: Subscriptions,
    ) -> Result<String, Refusal> {
        let name = header(headers, "lambda-extension-name").filter(|name| !name.is_empty());
        let name = name
            .ok_or_else(|| forbidden("Extension.InvalidExtensionName", "Empty extension name"))?;
        let registration: Registration = serde_json::from_slice(body)
            .map_err(|error| forbidden("InvalidRequestFormat", error.to_string()))?;
        for event in &registration.events {
            if event != "INVOKE" || subscriptions == Subscriptions::Nothing {
                let message = format!("{event}: event not supported for internal extensions");
                return Err(forbidden("Extension.InvalidEventType", message));
            }
        }
        if self.is_closed {
            let message = "Extension registration closed already";
            return Err(forbidden("Extension.RegistrationClosed", message));
        }
        if self.registered.iter().any(|other| other.name == name) {
            let message = "Extension with this name already registered";
            return Err(forbidden("Extension.InvalidExtensionState", message));
        }
        if self.registered.len() >= LIMIT {
            let message = format!("Extension limit ({LIMIT}) reached");
            return Err(forbidden("Extension.TooManyExtensions", message));
        }
        let id = new_request_id();
        self.registered.push(Extension {
            id: id.clone(),
            name,
            wants_invocations: !registration.events.is_empty(),
            state: State::Busy,
        });
        Ok(id)
    }

    /// Where the next event of the extension that the headers identify will come.
    pub(super) fn next(
        &mut self,
        headers: &HeaderMap,
    ) -> Result<oneshot::Receiver<Value>, Refusal> {
        let id = header(headers, "lambda-extension-identifier").ok_or_else(|| {
            let message = "Missing Lambda-Extension-Identifier header";
            forbidden("Extension.MissingExtensionIdentifier", message)
        })?;
        let mut registered = self.registered.iter_mut();
        let extension = registered.find(|extension| extension.id == id);
        let extension = extension.ok_or_else(|| {
            let message = format!("Unknown extension {id}");
            forbidden("Extension.UnknownExtensionIdentifier", message)
        })?;
        if matches!(&extension.state, State::Waiting(earlier) if !earlier.is_closed()) {
            let message = format!("{} waits for an event already", extension.name);
            return Err(forbidden("Extension.InvalidExtensionState", message));
        }
        let (sender, event) = oneshot::channel();
        extension.state = State::Waiting(sender);
        Ok(event)
    }

    /// No more can register.
    pub(super) fn close(&mut self) {
        self.is_closed = true;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.registered.is_empty()
    }

    /// Whether each has done what the last event was about, or the Init phase.
    pub(super) fn are_ready(&self) -> bool {
        let mut registered = self.registered.iter();
        registered.all(|extension| matches!(extension.state, State::Waiting(_)))
    }

    /// Tells those that want to know of an invocation. One that hangs up meanwhile misses it.
    pub(super) fn tell(&mut self, headers: &HeaderMap) {
        let told = self.registered.iter_mut();
        for extension in told.filter(|extension| extension.wants_invocations) {
            let earlier = std::mem::replace(&mut extension.state, State::Busy);
            if let State::Waiting(sender) = earlier {
                let _ = sender.send(invocation(headers));
            }
        }
    }
}

/// The event, of what `next` tells the runtime in headers.
fn invocation(headers: &HeaderMap) -> Value {
    let told = |name: &str| header(headers, &format!("lambda-runtime-{name}"));
    let deadline: Option<u64> = told("deadline-ms").and_then(|text| text.parse().ok());
    json!({
        "eventType": "INVOKE",
        "deadlineMs": deadline,
        "requestId": told("aws-request-id"),
        "invokedFunctionArn": told("invoked-function-arn"),
        "tracing": {"type": "X-Amzn-Trace-Id", "value": told("trace-id")},
    })
}

fn forbidden(error_type: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::forbidden(error_type, message)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        let value = HeaderValue::from_str(value).unwrap();
        [(http::HeaderName::from_static(name), value)]
            .into_iter()
            .collect()
    }

    fn register(extensions: &mut Extensions, name: &str, body: &str) -> Result<String, String> {
        let headers = headers("lambda-extension-name", name);
        let registered = extensions.register(&headers, body.as_bytes(), Subscriptions::Invocations);
        registered.map_err(|refusal| refusal.error_type.to_owned())
    }

    #[test]
    fn who_registers_must_ask_before_it_is_ready() {
        let mut extensions = Extensions::default();
        assert!(extensions.are_ready());
        let id = register(&mut extensions, "a", r#"{"events": []}"#).unwrap();
        assert!(!extensions.are_ready() && !extensions.is_empty());
        let identified = headers("lambda-extension-identifier", &id);
        let event = extensions.next(&identified).unwrap();
        assert!(extensions.are_ready());
        let refused = extensions.next(&identified).unwrap_err();
        assert_eq!(refused.error_type, "Extension.InvalidExtensionState");
        // It was not subscribed.
        extensions.tell(&HeaderMap::new());
        assert!(extensions.are_ready() && !event.is_terminated());
    }

    #[test]
    fn a_subscriber_hears_of_an_invocation() {
        let mut extensions = Extensions::default();
        let id = register(&mut extensions, "a", r#"{"events": ["INVOKE"]}"#).unwrap();
        let mut event = extensions
            .next(&headers("lambda-extension-identifier", &id))
            .unwrap();
        extensions.tell(&headers("lambda-runtime-deadline-ms", "1234"));
        assert!(!extensions.are_ready());
        let event = event.try_recv().unwrap();
        assert_eq!(event["eventType"], "INVOKE");
        assert_eq!(event["deadlineMs"], 1234);
    }

    #[test]
    fn refusals() {
        let mut extensions = Extensions::default();
        for (name, body, error_type) in [
            ("", "{}", "Extension.InvalidExtensionName"),
            ("a", "{", "InvalidRequestFormat"),
            (
                "a",
                r#"{"events": ["SHUTDOWN"]}"#,
                "Extension.InvalidEventType",
            ),
            ("a", r#"{"events": ["NAP"]}"#, "Extension.InvalidEventType"),
        ] {
            let refused = register(&mut extensions, name, body).unwrap_err();
            assert_eq!(refused, error_type, "{name:?} {body}");
        }
        register(&mut extensions, "a", "{}").unwrap();
        let refused = register(&mut extensions, "a", "{}").unwrap_err();
        assert_eq!(refused, "Extension.InvalidExtensionState");
        for number in 1..LIMIT {
            register(&mut extensions, &number.to_string(), "{}").unwrap();
        }
        let refused = register(&mut extensions, "b", "{}").unwrap_err();
        assert_eq!(refused, "Extension.TooManyExtensions");
        extensions.close();
        let refused = register(&mut extensions, "b", "{}").unwrap_err();
        assert_eq!(refused, "Extension.RegistrationClosed");
        let unknown = headers("lambda-extension-identifier", "nobody");
        let refused = extensions.next(&unknown).unwrap_err();
        assert_eq!(refused.error_type, "Extension.UnknownExtensionIdentifier");
    }

    #[test]
    fn managed_instances_tell_nothing() {
        let named = headers("lambda-extension-name", "a");
        let refused = Extensions::default()
            .register(&named, br#"{"events": ["INVOKE"]}"#, Subscriptions::Nothing)
            .unwrap_err();
        assert_eq!(refused.error_type, "Extension.InvalidEventType");
    }
}
