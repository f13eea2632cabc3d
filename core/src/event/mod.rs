//! Events: what they are, which function takes them, and what comes of them.

mod attributes;
mod batch;
mod checks;
mod choice;
mod contained;
mod data;
mod data_deserializer;
mod delivery;
mod dispatch;
mod document_change;
mod dyn_event_handler;
mod event_data;
mod event_input;
mod event_trigger;
mod format;
mod from_data;
mod message;
mod object;
mod outcome;
mod payload;
mod record;
mod schedule;
mod schedule_expression;
mod sequences;
mod single;
mod slots;

pub use attributes::{Attributes, Extension};
pub use batch::{Batch, BatchFailures};
pub(crate) use checks::mistriggered;
pub use data::Data;
pub use delivery::{Delivery, Origin};
pub(crate) use dispatch::EventDispatch;
pub use document_change::{ChangeKind, DocumentChange};
pub(crate) use dyn_event_handler::DynEventHandler;
pub use event_data::EventData;
pub use event_input::EventInput;
pub use event_trigger::{
    EventKind, EventTrigger, ObjectTrigger, document_changed, event, object_created,
    object_deleted, queue, schedule, stream, topic,
};
pub use from_data::FromData;
pub use message::Message;
pub use object::{ObjectCreated, ObjectDeleted};
pub use outcome::{IntoOutcome, Outcome};
pub use payload::Payload;
pub use record::Record;
pub use schedule::Schedule;
pub use single::Event;
