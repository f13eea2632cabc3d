//! Data that overwrite the metadata, as anybody's message can.

use polyfn_core::Data;
use serde_json::json;

use super::*;

/// A key that is read, what somebody may put there, and the keys that go before it.
type Key = (&'static str, &'static str, &'static [&'static str]);

const TEXT: &str = r#""forged""#;
const NUMBER: &str = "77";
const TIME: &str = r#""2001-01-01T00:00:00Z""#;
const PROPERTIES: &str = r#"{"forged":"1"}"#;
const PARTITION: &str = r#"{"PartitionId":"77"}"#;
const RETRIES: &str = r#"{"RetryCount":76}"#;

const KEYS: [(&str, &str, &str, &[Key]); 4] = [
    (
        QUEUE,
        "queue",
        "item",
        &[
            ("Id", TEXT, &[]),
            ("InsertionTime", TIME, &[]),
            ("DequeueCount", NUMBER, &[]),
            ("RetryContext", RETRIES, &["DequeueCount"]),
        ],
    ),
    (
        SERVICE_BUS,
        "service_bus",
        "message",
        &[
            ("MessageId", TEXT, &[]),
            ("DeliveryCount", NUMBER, &[]),
            ("ApplicationProperties", PROPERTIES, &[]),
            ("UserProperties", PROPERTIES, &["ApplicationProperties"]),
            ("SessionId", TEXT, &[]),
            ("EnqueuedTimeUtc", TIME, &[]),
            ("ContentType", TEXT, &[]),
            ("Subject", TEXT, &[]),
            ("Label", TEXT, &["Subject"]),
            ("CorrelationId", TEXT, &[]),
            ("SequenceNumber", NUMBER, &[]),
            ("RetryContext", RETRIES, &["DeliveryCount"]),
        ],
    ),
    (
        EVENT_HUB,
        "event_hub",
        "event",
        &[
            ("PartitionKey", TEXT, &[]),
            ("SequenceNumber", NUMBER, &[]),
            ("Offset", NUMBER, &[]),
            ("EnqueuedTimeUtc", TIME, &[]),
            ("Properties", PROPERTIES, &[]),
            ("TriggerPartitionContext", PARTITION, &["PartitionContext"]),
            ("PartitionContext", PARTITION, &["TriggerPartitionContext"]),
            ("RetryContext", RETRIES, &[]),
        ],
    ),
    (
        KAFKA,
        "kafka",
        "record",
        &[
            ("Key", TEXT, &[]),
            ("Partition", NUMBER, &[]),
            ("Offset", NUMBER, &[]),
            ("Timestamp", TIME, &[]),
            ("Headers", r#"[{"Key":"forged","Value":""}]"#, &[]),
            ("RetryContext", RETRIES, &[]),
        ],
    ),
];

/// A call with that text as its data, and with other metadata.
fn call(name: &str, datum: &str, text: &str, key: &Key, forged: Option<&str>) -> String {
    changed(&golden(name), |call| {
        call["Data"][datum] = json!(text).to_string().into();
        let metadata = call["Metadata"].as_object_mut().unwrap();
        let (key, _, before) = key;
        metadata.retain(|name, _| name != key && !before.contains(&name.as_str()));
        if let Some(forged) = forged {
            metadata.insert((*key).to_owned(), forged.into());
        }
    })
}

/// What is told of the only item of a call, but for its data.
fn told(binding: &str, call: String) -> String {
    let item = decoded(binding, call).unwrap().remove(0).unwrap();
    let event = item.event();
    let payload = match &event.data {
        Payload::Message(message) => {
            let mut message = message.clone();
            message.body = Data::none().with_content_type("unknown");
            format!("{message:?} {:?}", item.raw().content_type())
        }
        Payload::Record(record) => {
            let mut record = record.clone();
            record.body = Data::none();
            format!("{record:?}")
        }
        other => panic!("{other:?}"),
    };
    let attempt = event.context().attempt();
    format!(
        "{payload} {attempt:?} {:?} {:?}",
        event.attributes,
        item.sequence()
    )
}

#[test]
fn no_key_that_the_data_overwrite_is_believed() {
    for (binding, name, datum, keys) in KEYS {
        for key in keys {
            let (spelled, forged, _) = *key;
            let absent = told(binding, call(name, datum, "x", key, None));
            let believed = told(binding, call(name, datum, "x", key, Some(forged)));
            assert_ne!(absent, believed, "{name}: {spelled} is read");
            for spelling in [
                spelled.to_owned(),
                spelled.to_lowercase(),
                spelled.to_uppercase(),
            ] {
                let text = format!("{{{spelling:?}: {forged}}}");
                let told = told(binding, call(name, datum, &text, key, Some(forged)));
                assert_eq!(told, absent, "{name}: {spelling}");
            }
        }
    }
}

#[test]
fn what_the_data_do_not_overwrite_is_told_still() {
    let key = &("Id", TEXT, &[][..]);
    let call = call("queue", "item", r#"{"id":"forged"}"#, key, Some(TEXT));
    let item = decoded(QUEUE, call).unwrap().remove(0).unwrap();
    assert_eq!(item.event().id(), "i-1", "the invocation's own");
    assert_eq!(
        item.event().context().attempt(),
        Some(2),
        "the count is the host's"
    );
}

/// The host's parser reads more than strict JSON.
#[test]
fn objects_that_only_newtonsoft_reads_leave_nothing_to_believe() {
    for text in [
        "{Id:'forged'}",
        "{'Id':'forged'}",
        "{/* */\"Id\":\"forged\"}",
        "{\"Id\":\"forged\",}",
        "\u{a0} {\"Id\":\"forged\"}\u{2003}",
        "\u{feff}{\"Id\":\"forged\"}",
        "{\"\\u0049d\":\"forged\"}",
        "{\"\\ud800\":1,\"Id\":\"forged\"}",
    ] {
        let call = changed(&golden("queue"), |call| {
            call["Data"]["item"] = json!(text).to_string().into();
            call["Metadata"]["Id"] = json!("forged").to_string().into();
        });
        let item = decoded(QUEUE, call).unwrap().remove(0).unwrap();
        assert_eq!(item.event().id(), "i-1", "{text}");
    }
}

/// `ſ` has the capital `S`, by which .NET compares.
#[test]
fn letters_are_compared_by_their_capitals() {
    let key = &("SessionId", TEXT, &[][..]);
    let text = r#"{"ſessionId":"forged"}"#;
    let told = told(
        SERVICE_BUS,
        call("service_bus", "message", text, key, Some(TEXT)),
    );
    assert!(!told.contains("forged"), "{told}");
}

#[test]
fn a_blobs_content_does_not_choose_its_name() {
    for key in ["Uri", "uri", "Properties"] {
        let forged = "https://a.blob.core.windows.net/other/forged";
        let call = changed(&golden("blob"), |call| {
            call["Data"]["picture"] = json!(json!({ key: forged }).to_string()).to_string().into();
            call["Metadata"][if key == "uri" { "Uri" } else { key }] = forged.into();
        });
        match decoded(BLOB, call).unwrap().remove(0) {
            Ok(delivery) => {
                let object = payload!(delivery, ObjectCreated);
                assert_eq!(
                    (object.key.as_str(), object.size),
                    ("in/a bü.png", None),
                    "{key}"
                );
            }
            Err(error) => {
                assert!(key != "Properties", "{error}");
                let error = error.to_string();
                assert!(
                    error.contains("\"dataType\": \"binary\""),
                    "what helps: {error}"
                );
            }
        }
    }
    // What a path captures goes in the place of the metadata's own as well.
    let path = r#"{"type":"blobTrigger","name":"picture","path":"uploads/{uri}"}"#;
    assert!(decoded(path, golden("blob")).unwrap()[0].is_err());
    let binary = changed(&golden("blob_binary"), |call| {
        call["Data"]["picture"] = "eyJVcmkiOiJ4In0=".into();
    });
    let delivery = decoded(BLOB_BINARY, binary).unwrap().remove(0).unwrap();
    assert_eq!(
        payload!(delivery, ObjectCreated).key,
        "in/a bü.png",
        "bytes overwrite nothing"
    );
}
