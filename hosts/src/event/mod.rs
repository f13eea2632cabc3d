//! What happens in a cloud, before a platform tells a function of it.
//!
//! A [`Happening`] is neutral: an object was stored, a message was sent. Each host puts it into
//! the wire form of one of its sources (`lambda::Source`, `cloud_run::Source`, `azure::Source`),
//! delivers it, delivers it again as that source does, and tells in a [`DeliveryReport`] what
//! became of it. All of them read from JSON or TOML, so that a test is data.

mod content;
mod document;
mod happening;
mod poll;
mod report;

pub use content::Content;
pub use document::{Document, DocumentValue};
pub use happening::{Change, Custom, Happening, Message, Object, Record, Tick};
pub use poll::Poll;
pub use report::{DeliveryOptions, DeliveryReport, Fate, ItemReport};
