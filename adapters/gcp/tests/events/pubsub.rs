//! Messages of Pub/Sub.

use polyfn_core::cloudevents::Mode;
use polyfn_core::{Data, EventKind, Message, Payload};
use polyfn_gcp::Form;
use serde_json::{Value, json};

use crate::golden::{Golden, names, time};

#[test]
fn a_message_is_the_same_in_every_mode() {
    let mut message = Message::new("message-id", Data::new("two cups of tea"));
    message
        .attributes
        .insert("attr1".to_owned(), "window seat".to_owned());
    message.group = Some("ordering-key".to_owned());
    message.sent = Some(time("2026-02-15T04:16:14.509Z"));
    for (name, mode) in [
        ("pubsub-eventarc", Mode::Binary),
        ("pubsub-structured", Mode::Structured),
    ] {
        let golden = Golden::read(name);
        let delivery = golden.delivery();
        assert_eq!(golden.decoded().form, Form::CloudEvent(mode));
        let event = delivery.event();
        assert_eq!(event.data, Payload::Message(message.clone()), "{name}");
        assert_eq!(event.id(), "3103425958877813");
        assert_eq!(event.context().attempt(), None, "{name}");
        assert_eq!(
            names(&delivery),
            [
                "my-topic",
                "projects/test-project/topics/my-topic",
                "my-subscription",
                "projects/test-project/subscriptions/my-subscription",
            ]
        );
        assert_eq!(
            delivery.origin().kinds(),
            [
                EventKind::Queue,
                EventKind::Topic,
                EventKind::Stream,
                EventKind::Schedule
            ]
        );
        assert!(
            delivery
                .sequence()
                .is_some_and(|s| s.ends_with("ordering-key"))
        );
    }
}

#[test]
fn a_push_is_a_message_with_its_attempt() {
    let golden = Golden::read("pubsub-push");
    let delivery = golden.delivery();
    assert_eq!(golden.decoded().form, Form::PubsubPush);
    let text = "Hello Cloud Pub/Sub! Here is my message!";
    let mut message = Message::new("2070443601311540", Data::new(text));
    message
        .attributes
        .insert("key".to_owned(), "value".to_owned());
    message.group = Some("key".to_owned());
    message.sent = Some(time("2021-02-26T19:13:55.749Z"));
    let event = delivery.event();
    assert_eq!(event.data, Payload::Message(message));
    assert_eq!(event.context().attempt(), Some(5));
    assert_eq!(event.id(), "2070443601311540");
    assert_eq!(
        event.event_type(),
        "google.cloud.pubsub.topic.v1.messagePublished"
    );
    assert_eq!(
        event.source(),
        "//pubsub.googleapis.com/projects/myproject/subscriptions/mysubscription"
    );
    assert_eq!(
        names(&delivery),
        [
            "mysubscription",
            "projects/myproject/subscriptions/mysubscription"
        ]
    );
    assert_eq!(delivery.raw().bytes(), &golden.body);
}

#[test]
fn a_push_in_the_other_spelling_is_the_same() {
    let delivery = Golden::read("pubsub-push-snake-case").delivery();
    let Payload::Message(message) = &delivery.event().data else {
        panic!("{:?}", delivery.event().data);
    };
    assert_eq!(message.id, "7");
    assert_eq!(message.group.as_deref(), Some("key"));
    assert_eq!(message.sent, Some(time("2021-02-26T19:13:55.749Z")));
    assert_eq!(message.body, Data::new("Hello"));
}

#[test]
fn a_message_may_have_attributes_alone() {
    let delivery = Golden::read("pubsub-push-attributes-only").delivery();
    let Payload::Message(message) = &delivery.event().data else {
        panic!("{:?}", delivery.event().data);
    };
    assert!(message.body.is_empty());
    assert_eq!(message.attributes["scheduled"], "true");
    assert_eq!((&message.group, delivery.sequence()), (&None, None));
}

#[test]
fn a_push_without_wrapper_has_its_metadata_in_headers() {
    let golden = Golden::read("pubsub-unwrapped");
    let delivery = golden.delivery();
    assert_eq!(golden.decoded().form, Form::UnwrappedPubsubPush);
    let Payload::Message(message) = &delivery.event().data else {
        panic!("{:?}", delivery.event().data);
    };
    assert_eq!(message.id, "2070443601311540");
    assert_eq!(message.group.as_deref(), Some("key"));
    assert_eq!(message.sent, Some(time("2021-02-26T19:13:55.749Z")));
    assert_eq!(message.body.bytes(), &golden.body);
    let attributes: Vec<_> = message.attributes.iter().collect();
    assert_eq!(
        attributes,
        [
            (&"content-type".to_owned(), &"application/json".to_owned()),
            (&"key".to_owned(), &"value".to_owned())
        ],
        "what the front says is no attribute"
    );
    let raw: Value = delivery.raw().read().unwrap();
    assert_eq!(
        raw,
        json!({
            "message": {
                "messageId": "2070443601311540",
                "data": "eyJzdGF0dXMiOiAiSGVsbG8gdGhlcmUifQ==",
                "attributes": {"content-type": "application/json", "key": "value"},
                "publishTime": "2021-02-26T19:13:55.749Z",
                "orderingKey": "key",
            },
            "subscription": "projects/myproject/subscriptions/mysubscription",
        }),
        "the data are those of the event's type"
    );
}

#[test]
fn a_push_without_wrapper_has_its_key_under_either_name_and_no_credentials() {
    let mut golden = Golden::read("pubsub-unwrapped");
    golden.headers.remove("x-goog-pubsub-ordering-key");
    for (name, value) in [
        ("x-goog-ordering-key", "window"),
        ("authorization", "Bearer secret"),
        ("x-serverless-authorization", "Bearer secret"),
    ] {
        golden.headers.insert(name, value.parse().unwrap());
    }
    let delivery = golden.delivery();
    let Payload::Message(message) = &delivery.event().data else {
        panic!("it is a message");
    };
    assert_eq!(message.group.as_deref(), Some("window"));
    let told = format!("{:?}", message.attributes);
    assert!(
        !told.contains("secret") && !told.contains("window"),
        "{told}"
    );
}

#[test]
fn the_same_key_in_another_subscription_is_another_sequence() {
    let sequence = |subscription: &str| {
        let message = json!({"messageId": "1", "orderingKey": "key"});
        let golden = Golden {
            headers: http::HeaderMap::new(),
            body: json!({"message": message, "subscription": subscription})
                .to_string()
                .into(),
        };
        golden.delivery().sequence().map(str::to_owned)
    };
    assert_eq!(sequence("a"), sequence("a"));
    assert_ne!(sequence("a"), sequence("b"));
}
