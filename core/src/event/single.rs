//! An event.

use std::any::Any;

use super::{Attributes, Data};
use crate::Context;

/// An event, as a handler gets it: what it says of itself, its data, and the context of the
/// invocation.
///
/// ```
/// use polyfn_core::{App, Event, Result, event};
///
/// #[derive(serde::Deserialize)]
/// struct Placed { order: u64 }
///
/// async fn placed(event: Event<Placed>) -> Result<()> {
///     println!("order {} of {}", event.data.order, event.source());
///     Ok(())
/// }
///
/// let app = App::new().on("placed", event("com.example.order.placed"), placed);
/// # app.into_service().unwrap();
/// ```
#[derive(Debug, Clone)]
pub struct Event<T = Data> {
    /// What the event says of itself.
    pub attributes: Attributes,
    /// What it is about.
    pub data: T,
    pub(super) context: Context,
}

impl<T> Event<T> {
    /// An event with its data, in the context of an invocation.
    pub fn new(attributes: Attributes, data: T, context: Context) -> Self {
        Self {
            attributes,
            data,
            context,
        }
    }

    /// Names the event, the same in each delivery: what was done already can be known by it,
    /// together with the [`source`](Self::source).
    pub fn id(&self) -> &str {
        &self.attributes.id
    }

    /// Where it happened.
    pub fn source(&self) -> &str {
        &self.attributes.source
    }

    /// What kind of thing happened, in CloudEvents' sense.
    pub fn event_type(&self) -> &str {
        &self.attributes.event_type
    }

    /// What it happened to, within the source.
    pub fn subject(&self) -> Option<&str> {
        self.attributes.subject.as_deref()
    }

    /// When it happened.
    pub fn time(&self) -> Option<jiff::Timestamp> {
        self.attributes.time
    }

    /// The facts of this invocation. Its attempt is that of this event.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// The platform's own value of this type: see [`Context::native`].
    pub fn native<N: Any + Send + Sync>(&self) -> Option<&N> {
        self.context.native()
    }

    /// The same event about something else.
    pub(super) fn with_data<U>(self, data: U) -> Event<U> {
        Event {
            attributes: self.attributes,
            data,
            context: self.context,
        }
    }
}
