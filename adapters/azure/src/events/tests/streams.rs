//! Records of Event Hubs and Kafka.

use polyfn_core::EventKind;

use super::*;

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
