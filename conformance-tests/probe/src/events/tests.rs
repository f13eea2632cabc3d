use polyfn::{Attributes, Data, Delivery, EventKind, Origin, Outcome, Payload, Target};
use serde_json::{Value, json};

use super::*;

/// What comes of a message with that body.
async fn outcome(queue: &str, id: &str, body: Data) -> Outcome {
    let service = crate::app().await.unwrap().into_service().unwrap();
    let attributes = Attributes::new(id, "/queues", "test.message");
    let payload = Payload::Message(Message::new(id, body));
    let context = Context::new(Target::Local, "i");
    let event = Event::new(attributes, payload, context.clone());
    let delivery = Delivery::new(event, Origin::new([EventKind::Queue]).named(queue));
    let mut outcomes = service
        .deliver(&context, vec![delivery], std::future::pending())
        .await;
    outcomes.remove(0)
}

#[tokio::test]
async fn bodies_are_shown_as_what_they_are() {
    for (body, expected) in [
        (Data::new("order 7"), json!({"text": "order 7"})),
        (
            Data::json("{\"a\": 1}"),
            json!({"text": "{\"a\": 1}", "json": {"a": 1}}),
        ),
        (Data::new(vec![0, 255]), json!({"base64": "AP8="})),
        (Data::none(), json!({"text": ""})),
    ] {
        let shown: Shown = body.read().unwrap();
        assert_eq!(serde_json::to_value(&shown).unwrap(), expected, "{body:?}");
    }
}

#[tokio::test]
async fn data_ask_for_what_happens() {
    for queue in ["orders", "bulk"] {
        for (body, is_done, is_panic) in [
            ("{}", true, false),
            ("no JSON", true, false),
            (r#"{"fail": false}"#, true, false),
            (r#"{"fail": true}"#, false, false),
            (r#"{"panic": true}"#, false, true),
            (r#"{"discard": true}"#, true, false),
        ] {
            let outcome = outcome(queue, "1", Data::new(body)).await;
            assert_eq!(outcome.is_done(), is_done, "{queue} {body}");
            if let Outcome::Failed(error) = outcome {
                assert_eq!(error.is_panic(), is_panic, "{queue} {body}");
            }
        }
    }
}

#[tokio::test]
async fn an_event_may_fail_until_it_has_come_often_enough() {
    let body = || Data::new(r#"{"fail_times": 2}"#);
    for expected in [false, false, true, true] {
        assert_eq!(outcome("orders", "often", body()).await.is_done(), expected);
    }
    assert!(!outcome("orders", "another", body()).await.is_done());
}

#[tokio::test]
async fn an_order_has_to_be_one() {
    let order = r#"{"id": 7, "lines": [{"sku": "a", "count": 1}]}"#;
    assert!(outcome("typed", "1", Data::new(order)).await.is_done());
    let poison = order.replace("1}", "\"one\"}");
    let Outcome::Failed(error) = outcome("typed", "1", Data::new(poison)).await else {
        panic!("it is no order");
    };
    assert!(error.to_string().contains("lines[0].count"), "{error}");
}

#[test]
fn a_line_tells_all_of_an_event() {
    let mut attributes = Attributes::new("1", "/shop", "placed");
    attributes.subject = Some("7".to_owned());
    attributes.time = Some("2026-01-02T03:04:05Z".parse().unwrap());
    attributes
        .extensions
        .insert("tenant".to_owned(), "blue".into());
    let context = Context::new(Target::Local, "i").with_attempt(2);
    let event = Event::new(attributes, Shown::from(b"[1]".to_vec()), context);
    let line: Value = serde_json::from_str(&line::of(&event).unwrap()).unwrap();
    let expected = json!({
        "function": "", "id": "1", "source": "/shop", "type": "placed", "subject": "7",
        "time": "2026-01-02T03:04:05Z", "datacontenttype": null, "dataschema": null,
        "extensions": {"tenant": "blue"},
        "data": {"text": "[1]", "json": [1]},
        "context": {
            "attempt": 2, "target": "local", "function": "", "invocation_id": "i",
            "deadline_ms": null, "traceparent": null,
        },
    });
    assert_eq!(line, expected);
}
