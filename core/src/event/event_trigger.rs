//! The triggers of functions that HTTP does not call.

use std::fmt;

/// The kinds of things that trigger a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventKind {
    /// An object was stored: [`object_created`].
    ObjectCreated,
    /// An object was deleted: [`object_deleted`].
    ObjectDeleted,
    /// A message in a queue: [`queue`].
    Queue,
    /// A message of a topic: [`topic`].
    Topic,
    /// A time has come: [`schedule`].
    Schedule,
    /// A record in a stream: [`stream`].
    Stream,
    /// A document was written or deleted: [`document_changed`].
    DocumentChanged,
    /// An event of its own type: [`event`].
    Event,
}

impl EventKind {
    /// The name of the function that makes such a trigger, which environment variables have as
    /// well.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ObjectCreated => "object_created",
            Self::ObjectDeleted => "object_deleted",
            Self::Queue => "queue",
            Self::Topic => "topic",
            Self::Schedule => "schedule",
            Self::Stream => "stream",
            Self::DocumentChanged => "document_changed",
            Self::Event => "event",
        }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What triggers a function that HTTP does not call: a kind of thing, and where it happens.
///
/// The name is a logical one: `object_created("uploads")`. Where the real bucket, queue or table
/// is called otherwise, an environment variable says so, here
/// `POLYFN_OBJECT_CREATED_UPLOADS=my-company-uploads-eu` (letters in upper case, all else but
/// digits as `_`).
///
/// ```
/// use polyfn_core::{EventTrigger, object_created, queue};
///
/// assert_eq!(queue("orders").to_string(), r#"queue("orders")"#);
/// let images: EventTrigger = object_created("uploads").prefix("in/").suffix(".png").into();
/// assert_eq!(images.name(), "uploads");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventTrigger {
    kind: EventKind,
    name: String,
    prefix: String,
    suffix: String,
}

impl EventTrigger {
    fn new(kind: EventKind, name: impl Into<String>) -> Self {
        Self {
            kind,
            name: name.into(),
            prefix: String::new(),
            suffix: String::new(),
        }
    }

    /// The kind of thing.
    pub fn kind(&self) -> EventKind {
        self.kind
    }

    /// The logical name of the bucket, queue, topic, stream or collection; the expression of a
    /// schedule; the type of an event.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the keys of objects begin with.
    pub fn key_prefix(&self) -> &str {
        &self.prefix
    }

    /// What the keys of objects end with.
    pub fn key_suffix(&self) -> &str {
        &self.suffix
    }

    /// Whether there can be an event for both triggers.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let one_starts = |a: &str, b: &str| a.starts_with(b) || b.starts_with(a);
        let one_ends = |a: &str, b: &str| a.ends_with(b) || b.ends_with(a);
        self.kind == other.kind
            && self.name == other.name
            && one_starts(&self.prefix, &other.prefix)
            && one_ends(&self.suffix, &other.suffix)
    }

    pub(super) fn takes_key(&self, key: &str) -> bool {
        key.starts_with(&self.prefix) && key.ends_with(&self.suffix)
    }
}

impl fmt::Display for EventTrigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({:?})", self.kind, self.name)?;
        if !self.prefix.is_empty() {
            write!(f, ".prefix({:?})", self.prefix)?;
        }
        if !self.suffix.is_empty() {
            write!(f, ".suffix({:?})", self.suffix)?;
        }
        Ok(())
    }
}

/// Objects of a bucket, all or some of them; made by [`object_created`] and [`object_deleted`].
///
/// Not every platform can select by key. Where one delivers other objects of the bucket as well,
/// they count as handled, and no function sees them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct ObjectTrigger(EventTrigger);

impl ObjectTrigger {
    /// Only objects whose keys begin so.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.0.prefix = prefix.into();
        self
    }

    /// Only objects whose keys end so.
    pub fn suffix(mut self, suffix: impl Into<String>) -> Self {
        self.0.suffix = suffix.into();
        self
    }
}

impl From<ObjectTrigger> for EventTrigger {
    fn from(trigger: ObjectTrigger) -> Self {
        trigger.0
    }
}

/// An object was stored in `bucket`, or replaced.
pub fn object_created(bucket: impl Into<String>) -> ObjectTrigger {
    ObjectTrigger(EventTrigger::new(EventKind::ObjectCreated, bucket))
}

/// An object was deleted from `bucket`.
pub fn object_deleted(bucket: impl Into<String>) -> ObjectTrigger {
    ObjectTrigger(EventTrigger::new(EventKind::ObjectDeleted, bucket))
}

macro_rules! triggers {
    ($($(#[$doc:meta])* $function:ident($name:ident) => $kind:ident;)*) => {$(
        $(#[$doc])*
        pub fn $function($name: impl Into<String>) -> EventTrigger {
            EventTrigger::new(EventKind::$kind, $name)
        }
    )*};
}

triggers! {
    /// A message in the queue `name`: SQS, Pub/Sub, Storage queues, Service Bus queues.
    queue(name) => Queue;
    /// A message of the topic `name`: SNS, Pub/Sub, Service Bus topics.
    topic(name) => Topic;
    /// A record in the stream `name`: Kinesis, Pub/Sub with ordering keys, Event Hubs, Kafka.
    stream(name) => Stream;
    /// A document in `collection` was written or deleted: DynamoDB, Firestore, Cosmos DB.
    document_changed(collection) => DocumentChanged;
    /// An event of that type: a CloudEvent's `type`, the `detail-type` of EventBridge, the
    /// `eventType` of Event Grid.
    ///
    /// What says of itself no type (a plain invocation, a task of a state machine) is for the
    /// one function that has such a trigger.
    event(event_type) => Event;
    /// A time has come: five fields of cron (minute, hour, day of month, month, day of week, in
    /// UTC; of the two for days one is `*`), or a rate such as `rate(5 minutes)`.
    ///
    /// The platform keeps the time. Its rule or job is told by its name, which is that of the
    /// function, or what `POLYFN_SCHEDULE_<FUNCTION>` says; a single schedule needs none.
    schedule(expression) => Schedule;
}
