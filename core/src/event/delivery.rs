//! An event as a platform delivers it.

use super::{Data, Event, EventKind, Payload};
use crate::is_warmup;

/// An event as a platform delivers it, before its function is known: what adapters make.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// use polyfn_core::{
///     App, Attributes, Context, Data, Delivery, Event, EventKind, Message, Origin, Payload,
///     Result, Target, queue,
/// };
///
/// async fn ship(event: Event<Message<String>>) -> Result<()> {
///     assert_eq!(event.data.body, "order 7");
///     Ok(())
/// }
///
/// let service = App::new().on("ship", queue("orders"), ship).into_service().unwrap();
///
/// let attributes = Attributes::new("m-1", "queues/orders", "com.example.message");
/// let payload = Payload::Message(Message::new("m-1", Data::new("order 7")));
/// let event = Event::new(attributes, payload, Context::new(Target::Local, "1"));
/// let origin = Origin::new([EventKind::Queue]).named("orders");
/// let deliveries = vec![Delivery::new(event, origin)];
/// let context = Context::new(Target::Local, "1");
/// let outcomes = service.deliver(&context, deliveries, std::future::pending()).await;
/// assert!(outcomes[0].is_done());
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Delivery {
    pub(super) event: Event<Payload>,
    pub(super) origin: Origin,
    pub(super) raw: Data,
    pub(super) sequence: Option<String>,
    pub(super) carried: Option<Vec<Delivery>>,
}

impl Delivery {
    /// A delivered event that comes from `origin`. Its context has to be its own where the
    /// platform counts attempts for each item.
    pub fn new(event: Event<Payload>, origin: Origin) -> Self {
        let raw = match &event.data {
            Payload::Custom(data) => data.clone(),
            _ => Data::none(),
        };
        Self {
            event,
            origin,
            raw,
            sequence: None,
            carried: None,
        }
    }

    /// Adds the data as they were delivered, for functions that ask for events of this type by
    /// [`event`](super::event()).
    #[must_use]
    pub fn with_raw(mut self, data: Data) -> Self {
        self.raw = data;
        self
    }

    /// Says that it must not overtake others with the same `sequence`: a FIFO group, a shard.
    /// After the first that fails, the others of the sequence are skipped.
    #[must_use]
    pub fn in_sequence(mut self, sequence: impl Into<String>) -> Self {
        self.sequence = Some(sequence.into());
        self
    }

    /// Says that it is an envelope: a queue's message that holds notifications of a store. Where
    /// no function takes the envelope itself, those take what it carries. It is done when all of
    /// that is, and with nothing in it at once.
    #[must_use]
    pub fn carrying(mut self, carried: Vec<Delivery>) -> Self {
        self.carried = Some(carried);
        self
    }

    /// The event.
    pub fn event(&self) -> &Event<Payload> {
        &self.event
    }

    /// Where it comes from.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The data as they were delivered.
    pub fn raw(&self) -> &Data {
        &self.raw
    }

    /// What it must not overtake.
    pub fn sequence(&self) -> Option<&str> {
        self.sequence.as_deref()
    }

    /// Says so to whoever handles it.
    pub(crate) fn at_cold_start(&mut self) {
        self.event.context = self.event.context.clone().at_cold_start();
        let carried = self.carried.iter_mut().flatten();
        carried.for_each(Self::at_cold_start);
    }

    /// Whether it only asks the process to be [warm](crate::App::warmup).
    pub(crate) fn is_warmup(&self) -> bool {
        let payload = match &self.event.data {
            Payload::Message(message) => message.body.bytes(),
            _ => self.raw.bytes(),
        };
        let is_untyped = self.event.event_type().is_empty();
        let is_scheduled = self.origin.is_for(EventKind::Schedule)
            || is_untyped && self.origin.is_for(EventKind::Event);
        is_scheduled && is_warmup(payload)
    }

    /// What it carries, where it is an envelope.
    pub fn carried(&self) -> Option<&[Delivery]> {
        self.carried.as_deref()
    }
}

/// Where an event comes from: the kinds of triggers that it may be for, and the names of the
/// bucket, queue or table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    kinds: Vec<EventKind>,
    names: Vec<String>,
    short_name: Option<String>,
}

impl Origin {
    /// A place of which no name is known. It is for the one function that has such a trigger.
    pub fn new(kinds: impl Into<Vec<EventKind>>) -> Self {
        Self {
            kinds: kinds.into(),
            names: Vec::new(),
            short_name: None,
        }
    }

    /// Adds a name; a place may have several (a topic and its subscription, a short name and a
    /// long one).
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.names.push(name.into());
        self
    }

    /// Adds what is left of its name without what the platform demands of it (`orders` of the
    /// queue `orders.fifo`). It counts where no function has one of the names.
    #[must_use]
    pub fn shortened(mut self, name: impl Into<String>) -> Self {
        self.short_name = Some(name.into());
        self
    }

    /// The kinds of triggers that it may be for.
    pub fn kinds(&self) -> &[EventKind] {
        &self.kinds
    }

    /// The names.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The name without what the platform demands of it, where there is such a name.
    pub fn short_name(&self) -> Option<&str> {
        self.short_name.as_deref()
    }

    pub(super) fn is_for(&self, kind: EventKind) -> bool {
        self.kinds.contains(&kind)
    }
}
