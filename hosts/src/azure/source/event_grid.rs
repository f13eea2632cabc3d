//! Event Grid: the event itself, as an object, and its `data` once more in `Metadata`
//! (`EventGridTriggerAttributeBindingProvider.cs` of
//! Microsoft.Azure.WebJobs.Extensions.EventGrid).
//!
//! <https://learn.microsoft.com/azure/event-grid/event-schema-blob-storage> and
//! <https://learn.microsoft.com/azure/event-grid/cloud-event-schema>. The Event Grid schema has no
//! place for CloudEvents' extensions, for a content type and for data that is not JSON: the first
//! two are lost, and bytes become base64 text.

use serde_json::{Map, Value, json};

use super::{Arrival, Delivery, blob};
use crate::azure::binding_data::BindingData;
use crate::azure::host_headers::new_invocation_id;
use crate::base64;
use crate::event::{Custom, Happening, Object};

/// The resource of an account that is called `account`.
const TOPIC: &str = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/group/providers/Microsoft.Storage/storageAccounts/account";

pub(super) fn cloud_event(item: &Arrival<'_>) -> Option<Delivery> {
    let mut event = Map::new();
    if let Happening::Custom(custom) = item.happening {
        let extensions = custom.extensions.iter();
        event.extend(extensions.map(|(name, value)| (name.clone(), value.as_str().into())));
        set(&mut event, "source", custom.source.as_str());
        set(&mut event, "type", custom.event_type.as_str());
        set(&mut event, "subject", custom.subject.as_deref());
        set(&mut event, "dataschema", custom.dataschema.as_deref());
        set(&mut event, "datacontenttype", content_type(custom));
        match data(custom) {
            Ok(data) => set(&mut event, "data", data),
            Err(bytes) => set(&mut event, "data_base64", bytes),
        }
    } else {
        let blob = Blob::of(item)?;
        set(&mut event, "source", TOPIC);
        set(&mut event, "type", blob.event_type);
        set(&mut event, "subject", blob.subject);
        set(&mut event, "data", blob.data);
    }
    set(&mut event, "id", item.id.as_str());
    set(&mut event, "time", format!("{}Z", item.time.exact()));
    set(&mut event, "specversion", "1.0");
    Some(delivery(event))
}

pub(super) fn event_grid_event(item: &Arrival<'_>) -> Option<Delivery> {
    let mut event = Map::new();
    if let Happening::Custom(custom) = item.happening {
        set(&mut event, "topic", custom.source.as_str());
        set(&mut event, "eventType", custom.event_type.as_str());
        set(
            &mut event,
            "subject",
            custom.subject.clone().unwrap_or_default(),
        );
        set(&mut event, "data", data(custom).unwrap_or_else(Value::from));
        set(
            &mut event,
            "dataVersion",
            custom.dataschema.as_deref().unwrap_or("1.0"),
        );
    } else {
        let blob = Blob::of(item)?;
        set(&mut event, "topic", TOPIC);
        set(&mut event, "eventType", blob.event_type);
        set(&mut event, "subject", blob.subject);
        set(&mut event, "data", blob.data);
        set(&mut event, "dataVersion", "");
    }
    set(&mut event, "id", item.id.as_str());
    set(&mut event, "eventTime", format!("{}Z", item.time.exact()));
    set(&mut event, "metadataVersion", "1");
    Some(delivery(event))
}

/// What both schemas say of a blob.
struct Blob {
    event_type: &'static str,
    subject: String,
    data: Value,
}

impl Blob {
    fn of(item: &Arrival<'_>) -> Option<Self> {
        let object = item.object()?;
        let is_created = matches!(item.happening, Happening::ObjectCreated(_));
        Some(Self {
            event_type: if is_created {
                "Microsoft.Storage.BlobCreated"
            } else {
                "Microsoft.Storage.BlobDeleted"
            },
            subject: format!(
                "/blobServices/default/containers/{}/blobs/{}",
                object.bucket, object.key
            ),
            data: blob_data(item, object, is_created),
        })
    }
}

/// A deleted blob has neither a size nor an entity tag.
fn blob_data(item: &Arrival<'_>, object: &Object, is_created: bool) -> Value {
    let mut data = json!({
        "api": if is_created { "PutBlob" } else { "DeleteBlob" },
        "clientRequestId": new_invocation_id(),
        "requestId": new_invocation_id(),
        "contentType": blob::content_type(object),
        "blobType": "BlockBlob",
        "url": blob::url(object),
        "sequencer": format!("{:048X}", item.sequence_number),
        "storageDiagnostics": {"batchId": new_invocation_id()},
    });
    if is_created {
        data["contentLength"] = object.size.into();
        data["eTag"] = object.etag.as_str().into();
    }
    if let Some(version) = &object.version {
        data["versionId"] = version.as_str().into();
    }
    data
}

fn set(event: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    let value = value.into();
    // An attribute that is absent is not there, rather than null.
    if !value.is_null() || name == "data" {
        event.insert(name.to_owned(), value);
    }
}

fn content_type(custom: &Custom) -> &str {
    let of_content = custom.data.content_type();
    custom.content_type.as_deref().unwrap_or(of_content)
}

/// The data as JSON or text, or else in base64.
fn data(custom: &Custom) -> Result<Value, String> {
    let essence = content_type(custom).split(';').next().unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    let bytes = custom.data.bytes();
    if essence.ends_with("/json") || essence.ends_with("+json") {
        if let Ok(value) = serde_json::from_slice(&bytes) {
            return Ok(value);
        }
    }
    let is_text = essence != "application/octet-stream";
    match custom.data.text().filter(|_| is_text) {
        Some(text) => Ok(text.into()),
        None => Err(base64::encode(&bytes)),
    }
}

/// The type that the trigger asks for is always `JObject`, whatever the `dataType`.
fn delivery(event: Map<String, Value>) -> Delivery {
    let data = event.get("data").cloned().unwrap_or_default();
    Delivery {
        binding_data: BindingData::of_one(vec![("data", data.into())]),
        value: event.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wire(form: fn(&Arrival<'_>) -> Option<Delivery>, happening: Value) -> (Value, Value) {
        let happening = serde_json::from_value(happening).unwrap();
        let delivery = form(&Arrival::new(&happening, 7)).unwrap();
        (
            delivery.value.wire(),
            delivery.binding_data.metadata().into(),
        )
    }

    #[test]
    fn a_blob_in_both_schemas() {
        let object = json!({"kind": "object-created", "bucket": "in", "key": "a b", "size": 3, "etag": "0x8D", "time": "2026-11-23T15:00:00.25Z"});
        let (cloud, metadata) = wire(cloud_event, object.clone());
        assert_eq!(cloud["specversion"], "1.0");
        assert_eq!(cloud["type"], "Microsoft.Storage.BlobCreated");
        assert_eq!(cloud["time"], "2026-11-23T15:00:00.25Z");
        assert_eq!(
            cloud["data"]["url"],
            "https://account.blob.core.windows.net/in/a%20b"
        );
        assert_eq!(metadata["data"], cloud["data"]);
        let (grid, _) = wire(event_grid_event, object);
        assert_eq!(grid["eventType"], "Microsoft.Storage.BlobCreated");
        assert_eq!(
            grid["subject"],
            "/blobServices/default/containers/in/blobs/a b"
        );
        assert_eq!(
            (&grid["topic"], &grid["eventTime"]),
            (&cloud["source"], &cloud["time"])
        );
        assert_eq!(
            (&grid["data"]["eTag"], &grid["data"]["contentLength"]),
            (&json!("0x8D"), &json!(3))
        );
        assert_eq!(
            (&grid["dataVersion"], &grid["metadataVersion"]),
            (&json!(""), &json!("1"))
        );
    }

    #[test]
    fn a_deleted_blob_has_no_size() {
        let object = json!({"kind": "object-deleted", "bucket": "in", "key": "a", "size": 3});
        let (event, _) = wire(event_grid_event, object);
        assert_eq!(event["eventType"], "Microsoft.Storage.BlobDeleted");
        assert!(event["data"].get("contentLength").is_none(), "{event}");
    }

    #[test]
    fn an_event_of_ones_own() {
        let custom = json!({
            "kind": "custom", "type": "order.paid", "source": "/shop", "id": "1", "subject": "o/1",
            "extensions": {"tenant": "t"}, "data": {"json": {"n": 1}}, "time": "2026-11-23T15:00:00Z",
        });
        let (cloud, metadata) = wire(cloud_event, custom.clone());
        let expected = json!({
            "specversion": "1.0", "type": "order.paid", "source": "/shop", "id": "1", "subject": "o/1",
            "tenant": "t", "time": "2026-11-23T15:00:00Z", "datacontenttype": "application/json",
            "data": {"n": 1},
        });
        assert_eq!(cloud, expected);
        assert_eq!(metadata, json!({"data": {"n": 1}}));
        let (grid, _) = wire(event_grid_event, custom);
        let expected = json!({
            "topic": "/shop", "eventType": "order.paid", "id": "1", "subject": "o/1",
            "eventTime": "2026-11-23T15:00:00Z", "data": {"n": 1}, "dataVersion": "1.0",
            "metadataVersion": "1",
        });
        assert_eq!(grid, expected, "extensions have no place in it");
    }

    #[test]
    fn data_that_is_no_json() {
        let bytes = json!({"kind": "custom", "data": {"base64": "AP8="}});
        assert_eq!(wire(cloud_event, bytes.clone()).0["data_base64"], "AP8=");
        assert_eq!(wire(event_grid_event, bytes).0["data"], "AP8=");
        let text = json!({"kind": "custom", "data": {"text": "<a/>"}, "content_type": "text/xml"});
        let (event, metadata) = wire(cloud_event, text);
        assert_eq!(
            (&event["data"], &metadata["data"]),
            (&json!("<a/>"), &json!("\"<a/>\""))
        );
    }
}
