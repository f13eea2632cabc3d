//! What triggers a function, as its `function.json` says.

use polyfn_core::EventKind;

use crate::app_settings::AppSettings;
use crate::function_json::Binding;

/// The trigger of a function that HTTP does not call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventTrigger {
    pub(super) service: Service,
    /// Which datum is the trigger's; `None` for the only one.
    pub(super) datum: Option<String>,
    /// Whether the data are base64.
    pub(super) is_binary: bool,
    /// Whether an invocation has many items.
    pub(super) is_many: bool,
    /// The folder, where one is known.
    pub(super) function: Option<String>,
}

/// A service that calls functions, and the names of what it calls for as far as they are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Service {
    StorageQueue {
        queue: Option<String>,
    },
    BusQueue {
        queue: Option<String>,
    },
    BusTopic {
        topic: Option<String>,
        subscription: Option<String>,
    },
    Timer,
    Blob {
        /// `container/{name}`.
        path: Option<String>,
    },
    EventGrid,
    EventHubs {
        hub: Option<String>,
    },
    Kafka {
        topic: Option<String>,
        /// Whether the extension reads the values by a schema, and gives the value alone.
        has_schema: bool,
    },
    CosmosDb {
        database: Option<String>,
        container: Option<String>,
    },
}

impl EventTrigger {
    /// Reads the binding of the function in `folder`; `None` where its type is not known here.
    pub(crate) fn new(folder: &str, binding: &Binding, settings: &AppSettings) -> Option<Self> {
        let name = |member: &str| binding.text(member).map(|text| settings.resolved(text));
        let is = |member: &str, value: &str| {
            let text = binding.text(member);
            text.is_some_and(|text| text.eq_ignore_ascii_case(value))
        };
        let service = match binding.kind().to_ascii_lowercase().as_str() {
            "queuetrigger" => Service::StorageQueue {
                queue: name("queueName"),
            },
            "servicebustrigger" => match name("topicName") {
                Some(topic) => Service::BusTopic {
                    topic: Some(topic),
                    subscription: name("subscriptionName"),
                },
                None => Service::BusQueue {
                    queue: name("queueName"),
                },
            },
            "timertrigger" => Service::Timer,
            "blobtrigger" => Service::Blob { path: name("path") },
            "eventgridtrigger" => Service::EventGrid,
            "eventhubtrigger" => Service::EventHubs {
                hub: name("eventHubName"),
            },
            "kafkatrigger" => Service::Kafka {
                topic: name("topic"),
                has_schema: binding.text("avroSchema").is_some_and(|s| !s.is_empty()),
            },
            "cosmosdbtrigger" => Service::CosmosDb {
                database: name("databaseName"),
                container: name("containerName").or_else(|| name("collectionName")),
            },
            _ => return None,
        };
        Some(Self {
            is_many: match service {
                Service::CosmosDb { .. } => true,
                _ => is("cardinality", "many"),
            },
            service,
            datum: binding.text("name").map(str::to_owned),
            is_binary: is("dataType", "binary"),
            function: Some(folder.to_owned()),
        })
    }

    /// A trigger of which no more is known than its service.
    pub(super) fn unnamed(service: Service, is_many: bool) -> Self {
        Self {
            service,
            datum: None,
            is_binary: false,
            is_many,
            function: None,
        }
    }
}

impl Service {
    /// What it calls for; Event Grid's events tell themselves.
    pub(super) fn kind(&self) -> EventKind {
        match self {
            Self::StorageQueue { .. } | Self::BusQueue { .. } => EventKind::Queue,
            Self::BusTopic { .. } => EventKind::Topic,
            Self::Timer => EventKind::Schedule,
            Self::Blob { .. } => EventKind::ObjectCreated,
            Self::EventGrid => EventKind::Event,
            Self::EventHubs { .. } | Self::Kafka { .. } => EventKind::Stream,
            Self::CosmosDb { .. } => EventKind::DocumentChanged,
        }
    }
}

/// The types of trigger that are read here.
pub(crate) const SUPPORTED: &str = "blobTrigger, cosmosDBTrigger, eventGridTrigger, \
    eventHubTrigger, kafkaTrigger, queueTrigger, serviceBusTrigger, timerTrigger, warmupTrigger";
