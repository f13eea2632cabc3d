//! What the tests of events share: making deliveries, and telling what came of them.

use polyfn_core::{
    App, AppService, Attributes, Context, Data, Delivery, Event, EventKind, Message, ObjectCreated,
    Origin, Outcome, Payload, Target,
};

/// An event of the type `test`, with that id.
pub fn event(id: &str, payload: Payload) -> Event<Payload> {
    let attributes = Attributes::new(id, "/test", "test");
    Event::new(attributes, payload, invocation())
}

/// The context of what brings them.
pub fn invocation() -> Context {
    Context::new(Target::Local, "invocation-1")
}

/// A message of a queue; its body is its id as well.
pub fn message(queue: &str, body: &str) -> Delivery {
    let payload = Payload::Message(Message::new(body, Data::new(body.to_owned())));
    let origin = Origin::new([EventKind::Queue]).named(queue);
    Delivery::new(event(body, payload), origin)
}

/// A stored object.
pub fn object(bucket: &str, key: &str) -> Delivery {
    let payload = Payload::ObjectCreated(ObjectCreated::new(bucket, key));
    let origin = Origin::new([EventKind::ObjectCreated]).named(bucket);
    Delivery::new(event(key, payload), origin)
}

/// An event of its own type, with JSON.
pub fn custom(event_type: &str, json: &str) -> Delivery {
    let attributes = Attributes::new("custom", "/test", event_type);
    let payload = Payload::Custom(Data::json(json.to_owned()));
    let event = Event::new(attributes, payload, invocation());
    Delivery::new(event, Origin::new([EventKind::Event]))
}

/// The built app.
pub fn service(app: App) -> AppService {
    app.into_service().expect("the app is well-formed")
}

/// What came of the deliveries, where there is time enough.
pub async fn deliver(service: &AppService, deliveries: Vec<Delivery>) -> Vec<Outcome> {
    service
        .deliver(&invocation(), deliveries, std::future::pending())
        .await
}

/// What came of them in words: `done`, `done: value`, `failed 500: why`, `skipped`.
pub fn told(outcomes: &[Outcome]) -> Vec<String> {
    let told = outcomes.iter().map(|outcome| match outcome {
        Outcome::Done(None) => "done".to_owned(),
        Outcome::Done(Some(json)) => format!("done: {}", String::from_utf8_lossy(json)),
        Outcome::Failed(error) => format!("failed {error:?}"),
        Outcome::Skipped => "skipped".to_owned(),
    });
    told.collect()
}
