use polyfn_core::{EventKind, cloudevents};

use super::*;
use crate::AzureInvocation;

fn time(text: &str) -> Option<polyfn_core::Timestamp> {
    Some(text.parse().unwrap())
}

fn pairs(pairs: &[(&str, &str)]) -> std::collections::BTreeMap<String, String> {
    let pairs = pairs.iter();
    pairs
        .map(|(name, value)| (String::from(*name), String::from(*value)))
        .collect()
}

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
fn a_timer() {
    for name in ["timer", "timer_single"] {
        let delivery = only(TIMER, name);
        let schedule = payload!(delivery, Schedule);
        assert_eq!(
            schedule.due,
            time("2026-11-23T15:00:00Z"),
            "{name}: what was next before"
        );
        assert_eq!(schedule.last, time("2026-11-22T15:00:00.0012Z"), "{name}");
        assert_eq!(schedule.next, None, "{name}: nobody tells");
        assert_eq!(schedule.is_late, Some(false), "{name}");
        assert_eq!(schedule.job.as_deref(), Some("folder"), "{name}");
        assert_eq!(delivery.event().id(), "2026-11-23T15:00:00Z", "{name}");
        assert_eq!(delivery.origin().kinds(), [EventKind::Schedule]);
        assert_eq!(delivery.origin().names(), ["folder"]);
    }
    let late = payload!(only(TIMER, "timer_past_due"), Schedule);
    assert_eq!(late.due, time("2026-11-23T03:00:00Z"));
    assert_eq!(late.is_late, Some(true));
    let starting = payload!(only(TIMER, "timer_run_on_startup"), Schedule);
    assert_eq!(
        (starting.due, starting.last),
        (None, None),
        "nothing is due, nor ever was"
    );
    assert_eq!(starting.next, time("2026-11-24T03:00:00Z"));
    let unmonitored = only(TIMER, "timer_unmonitored");
    let schedule = payload!(unmonitored, Schedule);
    assert_eq!(
        (schedule.due, schedule.last, schedule.next),
        (None, None, None)
    );
    assert_eq!(
        unmonitored.event().time(),
        time("2026-11-23T15:00:01.1234567Z")
    );
    assert_eq!(unmonitored.event().id(), "i-1");
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
fn a_blob() {
    for (binding, name, etag) in [
        (BLOB, "blob", None),
        (BLOB_BINARY, "blob_binary", None),
        (BLOB, "blob_single", Some("0x8D4BCC2E4835CD0")),
    ] {
        let delivery = only(binding, name);
        let object = payload!(delivery, ObjectCreated);
        assert_eq!(object.bucket, "uploads", "{name}");
        assert_eq!(object.key, "in/a bü.png", "{name}: decoded");
        assert_eq!(object.size, Some(3), "{name}");
        assert_eq!(object.etag.as_deref(), etag, "{name}");
        assert_eq!(object.content_type.as_deref(), Some("image/png"), "{name}");
        assert_eq!(object.version, None, "{name}");
        assert_eq!(delivery.origin().kinds(), [EventKind::ObjectCreated]);
        assert_eq!(delivery.origin().names(), ["uploads"]);
        assert_eq!(
            delivery.event().event_type(),
            "Microsoft.Storage.BlobCreated"
        );
        assert_eq!(
            delivery.event().time(),
            time("2026-11-23T15:00:00Z"),
            "{name}"
        );
    }
    assert_eq!(
        only(BLOB_BINARY, "blob_binary").raw().bytes(),
        &b"\x00\xff\x10"[..]
    );
}

#[test]
fn which_blob_an_address_names() {
    for (uri, expected) in [
        ("https://a.blob.core.windows.net/c/k", Some(("c", "k"))),
        (
            "https://a.blob.core.windows.net/c/a/b%2Fc%25",
            Some(("c", "a/b/c%")),
        ),
        (
            "https://a.blob.core.windows.net/c/k?snapshot=1",
            Some(("c", "k")),
        ),
        ("https://a.blob.core.windows.net/k", Some(("$root", "k"))),
        (
            "https://a.blob.core.windows.net/$root/k",
            Some(("$root", "k")),
        ),
        ("http://azurite:10000/a/c/k/l", Some(("c", "k/l"))),
        ("http://[::1]:10000/a/c/k", Some(("c", "k"))),
        ("http://a.blob.localhost:10000/c/k", Some(("c", "k"))),
        ("https://a.blob.core.windows.net/c/", None),
        ("https://a.blob.core.windows.net", None),
        ("c/k", None),
        ("https://a.blob.core.windows.net/c/%ff", None),
    ] {
        let call = changed(&golden("blob"), |call| call["Metadata"]["Uri"] = uri.into());
        let item = decoded(BLOB, call).unwrap().remove(0);
        match (item, expected) {
            (Ok(delivery), Some(expected)) => {
                let object = payload!(delivery, ObjectCreated);
                assert_eq!(
                    (object.bucket.as_str(), object.key.as_str()),
                    expected,
                    "{uri}"
                );
            }
            (Err(error), None) => assert!(error.to_string().contains("Uri"), "{error}"),
            (item, _) => panic!("{uri}: {item:?}"),
        }
    }
}

#[test]
fn blobs_by_event_grid() {
    let delivery = only(EVENT_GRID, "event_grid_blob_created");
    let object = payload!(delivery, ObjectCreated);
    assert_eq!(
        (object.bucket.as_str(), object.key.as_str()),
        ("uploads", "in/a bü/blobs/x.png")
    );
    assert_eq!(object.size, Some(3));
    assert_eq!(
        object.etag.as_deref(),
        Some("0x8D4BCC2E4835CD0"),
        "without quotes"
    );
    assert_eq!(object.content_type.as_deref(), Some("image/png"));
    assert_eq!(delivery.origin().kinds(), [EventKind::ObjectCreated]);
    assert_eq!(delivery.origin().names(), ["uploads"]);
    assert_eq!(delivery.event().id(), "e-1");
    assert_eq!(
        delivery.event().time(),
        time("2026-11-23T15:00:00.1234567Z")
    );
    let raw: Value = delivery.raw().read().unwrap();
    assert_eq!(
        raw["api"], "PutBlob",
        "for those that ask for the event by its type"
    );

    let deleted = only(EVENT_GRID, "event_grid_blob_deleted");
    let object = payload!(deleted, ObjectDeleted);
    assert_eq!(
        (object.bucket.as_str(), object.key.as_str()),
        ("uploads", "in/a bü/blobs/x.png")
    );
    assert_eq!((object.size, object.etag), (None, None));
    assert_eq!(deleted.origin().kinds(), [EventKind::ObjectDeleted]);
}

#[test]
fn events_of_ones_own_by_event_grid() {
    let cloud_event = only(EVENT_GRID, "event_grid_cloud_event");
    let event = cloud_event.event();
    assert_eq!((event.id(), event.source()), ("e-3", "/shop"));
    assert_eq!(event.event_type(), "com.example.order.placed");
    assert_eq!(event.attributes.extension("tenant"), Some("eu"));
    let data = payload!(cloud_event, Custom);
    assert_eq!(data.read::<Value>().unwrap()["order"], 7);
    assert_eq!(cloud_event.origin().kinds(), [EventKind::Event]);
    for name in ["event_grid_event", "event_grid_event_encoded"] {
        let own_schema = only(EVENT_GRID, name);
        let event = own_schema.event();
        assert_eq!((event.id(), event.source()), ("e-4", "/shop"), "{name}");
        assert_eq!(event.event_type(), "com.example.order.placed", "{name}");
        assert_eq!(event.subject(), Some("orders/7"), "{name}");
        assert_eq!(event.time(), time("2026-11-23T15:00:00Z"), "{name}");
        assert_eq!(
            event.attributes.extension("dataversion"),
            Some("2"),
            "{name}"
        );
        let data = payload!(own_schema, Custom);
        assert_eq!(data.read::<Value>().unwrap()["order"], 7, "{name}");
        assert_eq!(data.content_type(), Some("application/json"), "{name}");
        let again = cloudevents::CloudEvent::new(event.attributes.clone(), data);
        let json = cloudevents::to_json(&again).into();
        assert!(
            cloudevents::from_json(&json).is_ok(),
            "{name}: it is a CloudEvent"
        );
    }
}

#[test]
fn what_an_event_of_event_grid_needs() {
    for (member, said) in [
        ("id", Some("`id`")),
        ("eventType", Some("`eventType`")),
        ("topic", None),
        ("data", None),
        ("eventTime", None),
    ] {
        let call = changed(&golden("event_grid_event"), |call| {
            call["Data"]["event"]
                .as_object_mut()
                .unwrap()
                .remove(member);
        });
        let item = decoded(EVENT_GRID, call).unwrap().remove(0);
        match (item, said) {
            (Ok(delivery), None) => assert!(!delivery.event().source().is_empty(), "{member}"),
            (Err(error), Some(said)) => assert!(error.to_string().contains(said), "{error}"),
            (item, _) => panic!("without {member}: {item:?}"),
        }
    }
    let call = changed(&golden("event_grid_cloud_event"), |call| {
        call["Data"]["event"]["id"] = "".into();
    });
    let error = decoded(EVENT_GRID, call).unwrap().remove(0).unwrap_err();
    assert!(error.to_string().contains("`id`"), "{error}");
}

#[test]
fn an_event_hubs_event() {
    for name in ["event_hub", "event_hub_single"] {
        let delivery = only(EVENT_HUB, name);
        let record = payload!(delivery, Record);
        assert_eq!(record.body.bytes(), r#"{"celsius":21.50}"#, "{name}");
        assert_eq!(record.partition_key.as_deref(), Some("device-7"), "{name}");
        assert_eq!(record.sequence_number.as_deref(), Some("42"), "{name}");
        assert_eq!(record.partition.as_deref(), Some("3"), "{name}");
        assert_eq!(record.written, time("2026-11-23T15:00:00Z"), "{name}");
        assert_eq!(
            record.attributes,
            pairs(&[("unit", "C"), ("scale", "1")]),
            "{name}"
        );
        assert_eq!(delivery.sequence(), Some("3"), "{name}");
        let event = delivery.event();
        assert_eq!(
            (event.id(), event.source()),
            ("3/42", "/eventhubs/telemetry"),
            "{name}"
        );
        assert_eq!(
            event.attributes.extension("offset"),
            Some("4294967296"),
            "{name}"
        );
        assert_eq!(delivery.origin().kinds(), [EventKind::Stream]);
        assert_eq!(delivery.origin().names(), ["telemetry"]);
    }
    let binary = payload!(only(EVENT_HUB_BINARY, "event_hub_binary"), Record);
    assert_eq!(binary.body.bytes(), &b"\x00\xff"[..]);
}

#[test]
fn a_batch_of_event_hubs_events() {
    let items = all(EVENT_HUB_MANY_BINARY, "event_hub_many");
    let records: Vec<_> = items.iter().map(|item| payload!(item, Record)).collect();
    assert_eq!(records[0].body.bytes(), &b"\x00\xff"[..]);
    assert_eq!(records[0].partition_key.as_deref(), Some("device-7"));
    assert_eq!(records[1].partition_key, None);
    assert_eq!(records[1].sequence_number.as_deref(), Some("4"));
    assert_eq!(records[0].written, time("2026-11-23T15:00:00.5Z"));
    assert_eq!(records[0].attributes, pairs(&[("unit", "C")]));
    assert!(
        items.iter().all(|item| item.sequence() == Some("3")),
        "of one partition"
    );
    let text = all(EVENT_HUB_MANY, "event_hub_many_text");
    assert_eq!(payload!(text[0], Record).body.bytes(), r#"{"celsius":1}"#);
    assert_eq!(payload!(text[1], Record).body.bytes(), "x");
}

#[test]
fn a_kafka_record_comes_whole_or_by_its_value() {
    for (binding, name) in [
        (KAFKA, "kafka"),
        (KAFKA, "kafka_single"),
        (KAFKA_BINARY, "kafka_binary"),
    ] {
        let delivery = only(binding, name);
        let record = payload!(delivery, Record);
        assert_eq!(record.body.bytes(), r#"{"celsius":21.50}"#, "{name}");
        assert_eq!(record.partition_key.as_deref(), Some("device-7"), "{name}");
        assert_eq!(record.sequence_number.as_deref(), Some("42"), "{name}");
        assert_eq!(record.partition.as_deref(), Some("1"), "{name}");
        assert!(record.written.is_some(), "{name}");
        assert_eq!(
            record.attributes,
            pairs(&[("a", "1"), ("raw", "/w==")]),
            "{name}"
        );
        assert_eq!(delivery.sequence(), Some("1"), "{name}");
        assert_eq!(delivery.event().id(), "1/42", "{name}");
        assert_eq!(delivery.event().source(), "/kafka/telemetry", "{name}");
        assert_eq!(delivery.origin().names(), ["telemetry"]);
    }
    let by_schema = r#"{"type":"kafkaTrigger","name":"record","topic":"t","avroSchema":"{}"}"#;
    let record = payload!(only(by_schema, "kafka"), Record);
    assert!(
        record.body.bytes().starts_with(b"{\"Key\""),
        "by a schema it is the value"
    );
}

#[test]
fn a_batch_of_kafka_records() {
    let whole = all(KAFKA_MANY, "kafka_many");
    let values = all(KAFKA_MANY_BINARY, "kafka_many_binary");
    let records: Vec<_> = whole.iter().map(|item| payload!(item, Record)).collect();
    assert_eq!(records[0].body.bytes(), "x");
    assert!(records[1].body.is_empty(), "a value that is null");
    assert_eq!(payload!(values[0], Record).body.bytes(), &b"\x00\xff"[..]);
    for items in [whole, values] {
        let records: Vec<_> = items.iter().map(|item| payload!(item, Record)).collect();
        let keys = records.iter().map(|record| record.partition_key.as_deref());
        assert!(keys.eq([Some("device-7"), None]));
        let ids = items.iter().map(|item| item.event().id());
        assert!(ids.eq(["1/42", "1/43"]));
        assert_eq!(records[0].attributes, pairs(&[("a", "1"), ("raw", "/w==")]));
    }
}

#[test]
fn changed_documents() {
    for name in ["cosmos_db", "cosmos_db_single"] {
        let items = all(COSMOS_DB, name);
        assert_eq!(items.len(), 2, "{name}");
        let change = payload!(items[0], DocumentChange);
        assert_eq!(
            (change.collection.as_str(), change.id.as_str()),
            ("users", "7"),
            "{name}"
        );
        assert_eq!(
            (change.kind, &change.old),
            (None, &None),
            "{name}: nobody tells"
        );
        let document = String::from_utf8(change.new.unwrap().bytes().to_vec()).unwrap();
        let digits = r#""big":12345678901234567890,"price":1.10"#;
        assert!(document.contains(digits), "{name}: every digit: {document}");
        assert_eq!(change.changed, time("2026-11-23T15:00:00Z"), "{name}");
        let event = items[0].event();
        assert_eq!(event.id(), "7@tag-1", "{name}");
        assert_eq!(event.source(), "/databases/shop/containers/users", "{name}");
        assert_eq!(items[1].event().id(), "8@1795446001", "{name}");
        assert_eq!(items[0].origin().kinds(), [EventKind::DocumentChanged]);
        assert_eq!(items[0].origin().names(), ["users"]);
    }
}

#[test]
fn a_malformed_item_fails_alone() {
    let call =
        r#"{"Data":{"documents":"\"[{\\\"id\\\":\\\"1\\\"},7,{\\\"x\\\":1}]\""},"Metadata":{}}"#;
    let items = decoded(COSMOS_DB, call).unwrap();
    let results: Vec<_> = items.iter().map(Result::is_ok).collect();
    assert_eq!(results, [true, false, false]);
    let call = r#"{"Data":{"messages":"[\"AP8=\",\"no base64\"]"},"Metadata":{}}"#;
    let items = decoded(SERVICE_BUS_MANY_BINARY, call).unwrap();
    let results: Vec<_> = items.iter().map(Result::is_ok).collect();
    assert_eq!(results, [true, false]);
    let error = items[1].as_ref().unwrap_err();
    assert!(error.to_string().contains("dataType is binary"), "{error}");
}

#[test]
fn what_is_no_call_and_what_has_no_data_is_told() {
    for (call, said) in [
        ("", "not the JSON of an invocation"),
        ("[]", "not the JSON of an invocation"),
        (r#"{"data":{}}"#, "not the JSON of an invocation"),
        (
            r#"{"Data":{"a":1,"b":2}}"#,
            "\"item\", and the call has: a, b",
        ),
    ] {
        let error = decoded(QUEUE, call).unwrap_err();
        assert!(error.to_string().contains(said), "{call}: {error}");
    }
    let error = decoded(COSMOS_DB, r#"{"Data":{"documents":"x"}}"#).unwrap_err();
    assert!(error.to_string().contains("no array"), "{error}");
}

#[test]
fn the_call_itself_is_there() {
    let delivery = only(QUEUE, "queue");
    let invocation = delivery.event().native::<AzureInvocation>().unwrap();
    assert_eq!(invocation.as_bytes(), &golden("queue"));
    let metadata: Value = invocation.metadata().unwrap();
    assert_eq!(metadata["PopReceipt"], "\"AgAAAAMAAAAAAAAA\"");
    let data: std::collections::BTreeMap<&str, Value> = invocation.data().unwrap();
    assert!(data.contains_key("item"));
    assert_eq!(invocation.data::<u8>().unwrap_err().status(), 500);
}

#[test]
fn retries_of_the_function_count_as_attempts() {
    for (binding, name, attempt) in [
        (EVENT_HUB, "event_hub", Some(3)),
        (EVENT_HUB_MANY, "event_hub_many_text", Some(3)),
        (QUEUE, "queue", Some(2)),
    ] {
        let call = changed(&golden(name), |call| {
            call["Metadata"]["RetryContext"] =
                serde_json::json!({"RetryCount": 2, "MaxRetryCount": 5, "Exception": null});
        });
        let item = decoded(binding, call).unwrap().remove(0).unwrap();
        assert_eq!(item.event().context().attempt(), attempt, "{name}");
    }
}

/// What a run on this machine reads, which has no `function.json`.
#[test]
fn calls_without_a_function_json() {
    for (kind, name, items) in [
        (EventKind::Queue, "queue", 1),
        (EventKind::Queue, "service_bus", 1),
        (EventKind::Topic, "service_bus_many", 2),
        (EventKind::Schedule, "timer", 1),
        (EventKind::ObjectCreated, "blob", 1),
        (EventKind::ObjectCreated, "event_grid_blob_created", 1),
        (EventKind::ObjectDeleted, "event_grid_blob_deleted", 1),
        (EventKind::Event, "event_grid_cloud_event", 1),
        (EventKind::Stream, "event_hub", 1),
        (EventKind::Stream, "event_hub_many_text", 2),
        (EventKind::Stream, "kafka_single", 1),
        (EventKind::Stream, "kafka_many", 2),
        (EventKind::DocumentChanged, "cosmos_db", 2),
    ] {
        let call = golden(name).into();
        let read = crate::deliveries(kind, &call, &context()).expect("it is a call");
        assert_eq!(read.len(), items, "{name}");
        for item in read {
            let delivery = item.unwrap();
            let kinds = delivery.origin().kinds();
            assert!(
                kinds == [kind] || kind == EventKind::Event,
                "{name}: {kinds:?}"
            );
            let is_object = matches!(kind, EventKind::ObjectCreated | EventKind::ObjectDeleted);
            assert!(
                is_object || delivery.origin().names().is_empty(),
                "{name}: no names"
            );
        }
    }
    for other in [
        "",
        "7",
        "{}",
        r#"{"Data":{"a":1}}"#,
        r#"{"Data":[],"Metadata":{}}"#,
        r#"{"Data":{},"Metadata":[]}"#,
    ] {
        let read = crate::deliveries(EventKind::Queue, &other.into(), &context());
        assert!(read.is_none(), "{other} is no call");
    }
    let two = r#"{"Data":{"a":1,"b":2},"Metadata":{}}"#.into();
    let read = crate::deliveries(EventKind::Queue, &two, &context()).unwrap();
    assert!(
        matches!(&read[..], [Err(_)]),
        "nobody tells which of two it is: {read:?}"
    );
}
