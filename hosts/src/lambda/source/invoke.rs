//! A plain Invoke: any JSON, or a CloudEvent in structured mode.
//!
//! <https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md>: JSON data
//! stands in `data` as it is, text as a string, and bytes in `data_base64`.

use serde_json::{Map, Value};

use crate::base64;
use crate::event::{Content, Custom};
use crate::lambda::request::new_request_id;

/// The content as JSON, if it is some.
pub(super) fn json(content: &Content) -> Option<Value> {
    match content {
        Content::Json(value) => Some(value.clone()),
        other => serde_json::from_slice(&other.bytes()).ok(),
    }
}

pub(super) fn cloudevent(custom: &Custom) -> Value {
    let content_type = custom
        .content_type
        .as_deref()
        .unwrap_or_else(|| custom.data.content_type());
    let id = custom.id.clone().unwrap_or_else(new_request_id);
    let attributes = [
        ("specversion", Some("1.0".to_owned())),
        ("id", Some(id)),
        ("type", Some(custom.event_type.clone())),
        ("source", Some(custom.source.clone())),
        ("subject", custom.subject.clone()),
        ("time", custom.time.clone()),
        ("dataschema", custom.dataschema.clone()),
        ("datacontenttype", Some(content_type.to_owned())),
    ];
    let mut event = Map::new();
    for (name, value) in attributes {
        event.extend(value.map(|value| (name.to_owned(), value.into())));
    }
    let extensions = custom.extensions.iter();
    event.extend(extensions.map(|(name, value)| (name.clone(), value.as_str().into())));
    let data = if is_json(content_type) {
        json(&custom.data)
    } else {
        custom.data.text().map(Value::from)
    };
    let (name, data) = match data {
        Some(data) => ("data", data),
        None => ("data_base64", base64::encode(&custom.data.bytes()).into()),
    };
    event.insert(name.to_owned(), data);
    event.into()
}

/// "`*/json` or `*/*+json`"
fn is_json(content_type: &str) -> bool {
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    let subtype = media_type
        .split_once('/')
        .map_or("", |(_, subtype)| subtype);
    let subtype = subtype.to_ascii_lowercase();
    subtype == "json" || subtype.ends_with("+json")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn custom(data: Content, content_type: Option<&str>) -> Custom {
        Custom {
            event_type: "com.example.someevent".to_owned(),
            source: "/mycontext".to_owned(),
            id: Some("A234-1234-1234".to_owned()),
            time: Some("2018-04-05T17:31:00Z".to_owned()),
            extensions: [("comexampleextension1".to_owned(), "value".to_owned())].into(),
            data,
            content_type: content_type.map(str::to_owned),
            ..Custom::default()
        }
    }

    #[test]
    fn a_cloudevent_of_the_specification() {
        let event = cloudevent(&custom(
            Content::Text("<much wow=\"xml\"/>".to_owned()),
            Some("text/xml"),
        ));
        assert_eq!(
            event,
            json!({
                "specversion": "1.0",
                "type": "com.example.someevent",
                "source": "/mycontext",
                "id": "A234-1234-1234",
                "time": "2018-04-05T17:31:00Z",
                "comexampleextension1": "value",
                "datacontenttype": "text/xml",
                "data": "<much wow=\"xml\"/>",
            })
        );
    }

    #[test]
    fn data_in_its_three_forms() {
        let json = cloudevent(&custom(
            Content::Text("[1]".to_owned()),
            Some("Application/VND+JSON; a=b"),
        ));
        assert_eq!(json["data"], json!([1]));
        let bytes = cloudevent(&custom(Content::Base64("AP8=".to_owned()), None));
        assert_eq!(bytes["data_base64"], "AP8=");
        assert!(bytes.get("data").is_none(), "{bytes}");
        let broken = cloudevent(&custom(
            Content::Text("{".to_owned()),
            Some("application/json"),
        ));
        assert_eq!(broken["data_base64"], "ew==", "{broken}");
    }
}
