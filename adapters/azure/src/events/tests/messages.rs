//! Messages of Storage queues and Service Bus.

use polyfn_core::EventKind;

use super::*;

#[test]
fn a_storage_queues_message() {
    for name in ["queue", "queue_single"] {
        let delivery = only(QUEUE, name);
        let message = payload!(delivery, Message);
        assert_eq!(message.id, "8f1c0f2e-5b1b-4e8e-8a7a-0f2b9f0c6b11", "{name}");
        let digits = r#"{"order":7,"price":12345678901234567890.10}"#;
        assert_eq!(
            message.body.bytes(),
            digits,
            "{name}: every digit and no quote more"
        );
        assert_eq!(message.body.content_type(), None, "nobody said what it is");
        assert_eq!(message.sent, time("2026-11-23T15:00:00Z"), "{name}");
        let event = delivery.event();
        assert_eq!(event.context().attempt(), Some(2), "{name}");
        assert_eq!(event.id(), message.id, "{name}");
        assert_eq!(event.source(), "/queues/orders", "{name}");
        assert_eq!(event.time(), message.sent, "{name}");
        assert_eq!(delivery.origin().kinds(), [EventKind::Queue]);
        assert_eq!(delivery.origin().names(), ["orders"], "of an app setting");
        assert_eq!(delivery.raw(), &message.body);
    }
    let binary = only(QUEUE_BINARY, "queue_binary");
    assert_eq!(payload!(binary, Message).body.bytes(), &b"\x00\xff\x10"[..]);
}

#[test]
fn queue_text_is_what_was_sent() {
    for (wire, text) in [
        (r#""\"\"""#, ""),
        (r#""\"1\"""#, "1"),
        (r#""1""#, "1"),
        ("1", "1"),
        (r#""\"null\"""#, "null"),
        (r#""null""#, "null"),
        (r#""[\"a\"]""#, r#"["a"]"#),
        (r#"["a"]"#, r#"["a"]"#),
        (r#"{"a": 1.0}"#, r#"{"a": 1.0}"#),
        (r#""\"\\\"quoted\\\"\"""#, r#""quoted""#),
        (r#""\" {\\n} \"""#, " {\n} "),
        (r#""plain \"text\"""#, r#"plain "text""#),
    ] {
        let call = format!(r#"{{"Data":{{"item":{wire}}},"Metadata":{{}}}}"#);
        let mut items = decoded(QUEUE, call).unwrap();
        let message = payload!(items.remove(0).unwrap(), Message);
        assert_eq!(message.body.bytes(), text, "{wire}");
        assert_eq!(
            message.id, "i-1",
            "the invocation's id, where there is none"
        );
    }
}

#[test]
fn a_service_bus_message() {
    for name in ["service_bus", "service_bus_single"] {
        let delivery = only(SERVICE_BUS, name);
        let message = payload!(delivery, Message);
        assert_eq!(message.id, "m-1", "{name}");
        assert_eq!(message.body.bytes(), r#"{"order":7}"#, "{name}");
        assert_eq!(
            message.body.content_type(),
            Some("application/json"),
            "{name}"
        );
        let expected = pairs(&[("tenant", "eu"), ("weight", "1.5"), ("quoted", "\"x\"")]);
        assert_eq!(message.attributes, expected, "{name}");
        assert_eq!(message.group.as_deref(), Some("s-1"), "{name}");
        assert_eq!(message.sent, time("2026-11-23T15:00:00Z"), "{name}");
        assert_eq!(
            delivery.sequence(),
            Some("s-1"),
            "{name}: a session is in order"
        );
        let event = delivery.event();
        assert_eq!(event.context().attempt(), Some(3), "{name}");
        assert_eq!(event.subject(), Some("placed"), "{name}");
        assert_eq!(
            event.attributes.extension("correlationid"),
            Some("c-1"),
            "{name}"
        );
        let number = event.attributes.extension("sequencenumber");
        assert_eq!(number, Some("9007199254740993"), "{name}: every digit");
        assert_eq!(event.source(), "/queues/orders");
        assert_eq!(delivery.origin().kinds(), [EventKind::Queue]);
        assert_eq!(delivery.origin().names(), ["orders"]);
    }
}

#[test]
fn a_batch_of_service_bus_messages() {
    for name in ["service_bus_many", "service_bus_many_single"] {
        let items = all(SERVICE_BUS_MANY, name);
        let messages: Vec<_> = items.iter().map(|item| payload!(item, Message)).collect();
        let ids: Vec<_> = messages.iter().map(|message| message.id.as_str()).collect();
        assert_eq!(ids, ["m-1", "m-2"], "{name}");
        assert_eq!(messages[0].body.bytes(), "plain \"text\"", "{name}");
        assert_eq!(messages[0].body.content_type(), None, "{name}");
        assert_eq!(messages[1].body.bytes(), r#"{"order":8}"#, "{name}");
        assert_eq!(
            messages[1].body.content_type(),
            Some("application/json"),
            "{name}"
        );
        assert_eq!(messages[0].attributes, pairs(&[("tenant", "eu")]), "{name}");
        assert_eq!(messages[1].attributes, pairs(&[]), "{name}");
        assert_eq!(messages[0].sent, time("2026-11-23T15:00:00.5Z"), "{name}");
        let attempts = items.iter().map(|item| item.event().context().attempt());
        assert!(attempts.eq([Some(1), Some(2)]), "{name}: each has its own");
        assert_eq!(items[1].sequence(), Some("s-2"), "{name}");
        assert_eq!(items[0].origin().kinds(), [EventKind::Topic]);
        assert_eq!(items[0].origin().names(), ["orders", "shipping"]);
        let source = items[0].event().source();
        assert_eq!(source, "/topics/orders/subscriptions/shipping");
    }
    let items = all(SERVICE_BUS_MANY_BINARY, "service_bus_many_binary");
    assert_eq!(payload!(items[0], Message).body.bytes(), &b"\x00\xff"[..]);
}

#[test]
fn arrays_of_another_length_tell_nothing() {
    let call = changed(&golden("service_bus_many"), |call| {
        call["Metadata"]["MessageIdArray"] = r#"["m-1"]"#.into();
        call["Metadata"]["SessionIdArray"] = r#"["s-1","s-2","s-3"]"#.into();
        call["Metadata"]["DeliveryCountArray"] = "7".into();
    });
    let items = decoded(SERVICE_BUS_MANY, call).unwrap();
    let items: Vec<_> = items.into_iter().map(|item| item.unwrap()).collect();
    for (place, item) in items.iter().enumerate() {
        let message = payload!(item, Message);
        assert_eq!(
            message.id,
            format!("i-1/{place}"),
            "no id of another message"
        );
        assert_eq!(message.group, None);
        assert_eq!(item.event().context().attempt(), None);
    }
    assert!(
        payload!(items[0], Message).sent.is_some(),
        "the others still tell"
    );
}

#[test]
fn attempts_are_counted_from_one() {
    let attempt = |count: &str| {
        let call = changed(&golden("queue"), |call| {
            call["Metadata"]["DequeueCount"] = count.into();
        });
        let item = decoded(QUEUE, call).unwrap().remove(0).unwrap();
        item.event().context().attempt()
    };
    assert_eq!(attempt("3"), Some(3));
    assert_eq!(attempt("0"), None, "it is not known");
}
