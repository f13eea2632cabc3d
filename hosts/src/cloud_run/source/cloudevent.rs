//! CloudEvents in HTTP, in the three modes of
//! <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md>.

use std::collections::BTreeMap;

use bytes::Bytes;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::push::Push;
use crate::{Error, base64};

/// What a header value may not hold as it is (section 3.1.3.2): everything outside U+0021–U+007E,
/// and these.
const ENCODED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'%');

#[derive(Debug, Default)]
pub(super) struct CloudEvent {
    pub(super) id: String,
    pub(super) source: String,
    pub(super) event_type: String,
    pub(super) subject: Option<String>,
    pub(super) time: Option<String>,
    pub(super) dataschema: Option<String>,
    pub(super) extensions: BTreeMap<String, String>,
    pub(super) data: Option<Data>,
}

#[derive(Debug)]
pub(super) struct Data {
    pub(super) content_type: String,
    pub(super) bytes: Bytes,
}

impl Data {
    pub(super) fn json(value: &Value) -> Self {
        Self {
            content_type: "application/json".to_owned(),
            bytes: value.to_string().into(),
        }
    }
}

impl CloudEvent {
    /// The attributes as headers, the data as the body.
    pub(super) fn binary(self) -> Result<Push, Error> {
        let data = self.data.as_ref();
        let mut push = Push::new(data.map(|data| data.bytes.clone()).unwrap_or_default());
        if let Some(data) = data {
            push = push.header("content-type", &data.content_type)?;
        }
        for (name, value) in self.attributes() {
            let value = utf8_percent_encode(value, ENCODED).to_string();
            push = push.header(&format!("ce-{name}"), &value)?;
        }
        Ok(push)
    }

    /// All of it in one JSON object.
    pub(super) fn structured(&self) -> Push {
        const CONTENT_TYPE: &str = "application/cloudevents+json; charset=utf-8";
        Push::json(CONTENT_TYPE, &self.to_json())
    }

    /// <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md>: JSON
    /// stands as it is, text as a string, and all else in base64.
    fn to_json(&self) -> Value {
        let attributes = self.attributes().into_iter();
        let mut object: Map<String, Value> = attributes
            .map(|(name, value)| (name.to_owned(), json!(value)))
            .collect();
        if let Some(data) = &self.data {
            object.insert("datacontenttype".to_owned(), json!(data.content_type));
            let (name, value) = member(data);
            object.insert(name.to_owned(), value);
        }
        Value::Object(object)
    }

    fn attributes(&self) -> Vec<(&str, &str)> {
        let mut attributes = vec![
            ("specversion", "1.0"),
            ("id", &self.id),
            ("source", &self.source),
            ("type", &self.event_type),
        ];
        let optional = [
            ("subject", &self.subject),
            ("time", &self.time),
            ("dataschema", &self.dataschema),
        ];
        let optional = optional.into_iter();
        attributes.extend(optional.filter_map(|(name, value)| Some((name, value.as_deref()?))));
        let extensions = self.extensions.iter();
        attributes.extend(extensions.map(|(name, value)| (name.as_str(), value.as_str())));
        attributes
    }
}

fn member(data: &Data) -> (&'static str, Value) {
    let in_base64 = || ("data_base64", json!(base64::encode(&data.bytes)));
    if is_json(&data.content_type) {
        let value = serde_json::from_slice(&data.bytes);
        return value.map_or_else(|_| in_base64(), |value| ("data", value));
    }
    let text = std::str::from_utf8(&data.bytes).ok();
    let text = text.filter(|_| data.content_type.starts_with("text/"));
    text.map_or_else(in_base64, |text| ("data", json!(text)))
}

fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let media_type = media_type.to_ascii_lowercase();
    media_type.ends_with("/json") || media_type.ends_with("+json")
}

/// Several events in one JSON array.
pub(super) fn batch(events: &[CloudEvent]) -> Push {
    const CONTENT_TYPE: &str = "application/cloudevents-batch+json; charset=utf-8";
    let events = events.iter().map(CloudEvent::to_json).collect();
    Push::json(CONTENT_TYPE, &Value::Array(events))
}

#[cfg(test)]
mod tests {
    use percent_encoding::percent_decode;
    use proptest::prelude::*;

    use super::*;

    fn event(content_type: &str, bytes: &'static [u8]) -> CloudEvent {
        CloudEvent {
            id: "1".to_owned(),
            source: "/s".to_owned(),
            event_type: "t".to_owned(),
            subject: Some("a \"b\" 100% €\n".to_owned()),
            data: Some(Data {
                content_type: content_type.to_owned(),
                bytes: Bytes::from_static(bytes),
            }),
            ..CloudEvent::default()
        }
    }

    #[test]
    fn header_values_are_percent_encoded() {
        let push = event("text/plain", b"x").binary().unwrap();
        assert_eq!(
            push.headers["ce-subject"],
            "a%20%22b%22%20100%25%20%E2%82%AC%0A"
        );
        assert_eq!(push.headers["ce-specversion"], "1.0");
        assert_eq!(push.headers["content-type"], "text/plain");
        assert!(!push.headers.contains_key("ce-datacontenttype"));
        assert!(!push.headers.contains_key("ce-time"));
    }

    proptest! {
        #[test]
        fn any_value_survives_as_a_header(value in any::<String>()) {
            let mut event = event("text/plain", b"x");
            event.subject = Some(value.clone());
            let push = event.binary().unwrap();
            let header = push.headers["ce-subject"].as_bytes();
            prop_assert!(header.iter().all(|byte| (0x21..=0x7e).contains(byte) && *byte != b'"'));
            prop_assert_eq!(percent_decode(header).decode_utf8().unwrap(), value);
        }
    }

    #[test]
    fn an_extension_without_a_proper_name_is_an_error() {
        let mut event = event("text/plain", b"x");
        event.extensions.insert("a b".to_owned(), "1".to_owned());
        assert!(event.binary().is_err());
    }

    #[test]
    fn json_text_and_bytes_each_have_their_place_in_json() {
        let of = |content_type, bytes| event(content_type, bytes).to_json();
        let json = of("application/vnd.x+json; v=1", b"{\"a\":1}");
        assert_eq!(json["data"], json!({"a": 1}));
        assert_eq!(json["datacontenttype"], "application/vnd.x+json; v=1");
        assert_eq!(json["subject"], "a \"b\" 100% €\n");
        assert_eq!(of("text/plain", b"hi")["data"], "hi");
        assert_eq!(of("application/json", b"{")["data_base64"], "ew==");
        let bytes = of("text/plain", b"\xff");
        assert_eq!(bytes["data_base64"], "/w==");
        assert!(bytes.get("data").is_none());
    }

    #[test]
    fn a_batch_is_an_array() {
        let push = batch(&[event("text/plain", b"1"), event("text/plain", b"2")]);
        let content_type = push.headers["content-type"].to_str().unwrap();
        assert!(content_type.starts_with("application/cloudevents-batch+json"));
        let body: Value = serde_json::from_slice(&push.body).unwrap();
        assert_eq!(
            (&body[0]["data"], &body[1]["data"]),
            (&json!("1"), &json!("2"))
        );
    }
}
