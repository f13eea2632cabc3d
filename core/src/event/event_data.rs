//! What the data of an event can be read as.

use super::{EventKind, FromData, Payload};
use crate::Result;

/// The data of an [`Event`](super::Event), made of what was delivered.
///
/// The payloads that every cloud has implement it ([`ObjectCreated`](super::ObjectCreated),
/// [`Message`](super::Message), …), and so does every type that serde can read
/// ([`FromData`]), for events of your own.
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the data of an event",
    label = "the data of an event can't be read as `{Self}`",
    note = "derive `serde::Deserialize` for the type of your own in it: for `Order` in `Event<Order>`, `Event<Message<Order>>`, `Event<Record<Order>>` or `Event<DocumentChange<Order>>`"
)]
pub trait EventData: Sized + Send + 'static {
    /// Whether triggers of that kind deliver such data. An app whose function has another
    /// trigger is not built.
    fn comes_by(kind: EventKind) -> bool;

    /// Reads what was delivered.
    ///
    /// # Errors
    ///
    /// When it does not fit; the event then fails, and the platform delivers it again.
    fn from_payload(payload: Payload) -> Result<Self>;
}

impl<T: FromData> EventData for T {
    fn comes_by(kind: EventKind) -> bool {
        kind == EventKind::Event
    }

    fn from_payload(payload: Payload) -> Result<Self> {
        match payload {
            Payload::Custom(data) => T::from_data(data),
            other => Err(other.misfit(std::any::type_name::<T>())),
        }
    }
}
