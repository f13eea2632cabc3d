//! What holds for the calls of every trigger.

use polyfn_core::EventKind;

use super::*;
use crate::AzureInvocation;

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
