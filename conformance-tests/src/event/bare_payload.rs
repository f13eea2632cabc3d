//! What a person would write to tell a function on this machine of something.

use polyfn_hosts::event::{
    Change, Custom, Document, DocumentValue, Happening, Message, Object, Record, Tick,
};
use serde_json::{Value, json};

/// The bare payload, and what it is.
pub(super) fn payload(happening: &Happening) -> (String, Vec<u8>) {
    let json = |value: Value| {
        (
            "application/json".to_owned(),
            value.to_string().into_bytes(),
        )
    };
    match happening {
        Happening::ObjectCreated(object) | Happening::ObjectDeleted(object) => {
            json(object_payload(object))
        }
        Happening::Message(Message { body, .. }) | Happening::Record(Record { body, .. }) => {
            (body.content_type().to_owned(), body.bytes().to_vec())
        }
        Happening::Schedule(tick) => json(schedule_payload(tick)),
        Happening::DocumentChange(change) => (
            "application/json".to_owned(),
            change_payload(change).into_bytes(),
        ),
        Happening::Custom(Custom {
            data, content_type, ..
        }) => (
            content_type
                .clone()
                .unwrap_or_else(|| data.content_type().to_owned()),
            data.bytes().to_vec(),
        ),
        _ => (String::new(), Vec::new()),
    }
}

fn object_payload(object: &Object) -> Value {
    json!({
        "bucket": object.bucket,
        "key": object.key,
        "size": object.size,
        "etag": object.etag,
        "content_type": object.content_type,
        "version": object.version,
    })
}

fn schedule_payload(tick: &Tick) -> Value {
    json!({
        "due": tick.due,
        "last": tick.last,
        "next": tick.next,
        "is_late": tick.late,
        "job": tick.job,
    })
}

fn change_payload(change: &Change) -> String {
    let image = |document: &Option<Document>| match document {
        Some(members) => object(members.iter().map(|(name, value)| (name, value.into()))),
        None => "null".to_owned(),
    };
    format!(
        r#"{{"collection":{},"id":{},"old":{},"new":{},"changed":{}}}"#,
        json!(change.collection),
        json!(change.id),
        image(&change.old),
        image(&change.new),
        json!(change.time),
    )
}

/// The plain JSON that a person would write.
fn plain(value: &DocumentValue) -> String {
    match value {
        DocumentValue::Null => "null".to_owned(),
        DocumentValue::Bool(truth) => truth.to_string(),
        DocumentValue::Number(digits) => digits.clone(),
        DocumentValue::Text(text)
        | DocumentValue::Bytes(text)
        | DocumentValue::Timestamp(text)
        | DocumentValue::Reference(text) => json!(text).to_string(),
        DocumentValue::Geo(latitude, longitude) => json!([latitude, longitude]).to_string(),
        DocumentValue::Set(items) | DocumentValue::List(items) => {
            let items: Vec<_> = items.iter().map(plain).collect();
            format!("[{}]", items.join(","))
        }
        DocumentValue::Map(members) => {
            object(members.iter().map(|(name, value)| (name, value.clone())))
        }
        _ => "null".to_owned(),
    }
}

fn object<'a>(members: impl Iterator<Item = (&'a String, DocumentValue)>) -> String {
    let members: Vec<_> = members
        .map(|(name, value)| format!("{}:{}", json!(name), plain(&value)))
        .collect();
    format!("{{{}}}", members.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_has_a_payload() {
        for (happening, content_type, expected) in [
            (
                json!({"kind": "object-deleted", "bucket": "b", "key": "k", "version": "3"}),
                "application/json",
                r#"{"bucket":"b","content_type":"","etag":"","key":"k","size":0,"version":"3"}"#,
            ),
            (
                json!({"kind": "message", "body": {"text": "a"}}),
                "text/plain; charset=utf-8",
                "a",
            ),
            (
                json!({"kind": "schedule", "job": "j", "late": true}),
                "application/json",
                r#"{"due":null,"is_late":true,"job":"j","last":null,"next":null}"#,
            ),
            (
                json!({"kind": "document-change", "collection": "c", "id": "1",
                    "old": {"at": {"$timestamp": "2026-01-02T03:04:05Z"}, "geo": {"$geo": [1.5, 2.0]}}}),
                "application/json",
                r#"{"collection":"c","id":"1","old":{"at":"2026-01-02T03:04:05Z","geo":[1.5,2.0]},"new":null,"changed":null}"#,
            ),
            (
                json!({"kind": "custom", "content_type": "application/xml", "data": {"text": "<a/>"}}),
                "application/xml",
                "<a/>",
            ),
        ] {
            let written = happening.to_string();
            let happening = serde_json::from_value(happening).unwrap();
            let (actual_type, bytes) = payload(&happening);
            assert_eq!(actual_type, content_type, "{written}");
            assert_eq!(String::from_utf8(bytes).unwrap(), expected, "{written}");
        }
    }
}
