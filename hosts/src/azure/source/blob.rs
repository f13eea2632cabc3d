//! Blob Storage: the blob itself, and what the container knows of it
//! (`Triggers/BlobTriggerBinding.cs` of Microsoft.Azure.WebJobs.Extensions.Storage.Blobs,
//! `BlobProperties.cs` of Azure.Storage.Blobs).
//!
//! Newtonsoft destroys the entity tag: `Azure.ETag` has no public properties, and so it arrives as
//! `{}`. Nothing tells how often the blob was delivered: the queue between is the host's own. After
//! the last attempt the blob's name goes to the queue `webjobs-blobtrigger-poison`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::{Arrival, Delivery, blob_path, payload};
use crate::azure::binding_data::BindingData;
use crate::azure::date_time::DateTime;
use crate::azure::function_json::Binding;
use crate::azure::net_value::NetValue;
use crate::event::Object;

/// `Uri.EscapeDataString`, of each segment of a name.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'/')
    .remove(b'_')
    .remove(b'~');

pub(super) fn delivery(binding: &Binding, item: &Arrival<'_>) -> Option<Delivery> {
    let object = item.object()?;
    stored(binding, item.time, object, &url(object))
}

/// The delivery of a blob at that address.
pub(in crate::azure) fn stored(
    binding: &Binding,
    modified: DateTime,
    object: &Object,
    url: &str,
) -> Option<Delivery> {
    let bytes = object.content.bytes();
    let path = binding.resource().unwrap_or_default();
    let mut binding_data = BindingData::of_one(vec![
        (
            "BlobTrigger",
            format!("{}/{}", object.bucket, object.key).as_str().into(),
        ),
        ("Uri", url.into()),
        (
            "Properties",
            properties(modified, object, bytes.len()).into(),
        ),
        ("Metadata", Map::new().into()),
    ]);
    for (name, captured) in blob_path::captures(path, &object.bucket, &object.key)? {
        binding_data.insert(name, captured.as_str());
    }
    let value = match payload(binding, bytes) {
        // `StreamReader` takes the mark away.
        NetValue::Json(Value::String(text)) => text.trim_start_matches('\u{feff}').into(),
        bytes => bytes,
    };
    Some(Delivery {
        value,
        binding_data,
    })
}

/// The blob's address, in an account that is called `account`.
pub(super) fn url(object: &Object) -> String {
    let name = utf8_percent_encode(&object.key, ESCAPED);
    format!(
        "https://account.blob.core.windows.net/{}/{name}",
        object.bucket
    )
}

/// `BlobProperties`.
fn properties(modified: DateTime, object: &Object, read: usize) -> Map<String, Value> {
    let modified = NetValue::DateTimeOffset(modified).json();
    let mut properties = of_any_blob();
    properties.extend(
        [
            ("LastModified", modified.clone()),
            ("CreatedOn", modified),
            ("ContentLength", content_length(object, read).into()),
            ("ContentType", content_type(object).into()),
            ("ETag", Map::new().into()),
            ("VersionId", object.version.clone().into()),
            ("IsLatestVersion", object.version.is_some().into()),
        ]
        .map(|(name, value)| (name.to_owned(), value)),
    );
    properties
}

fn content_length(object: &Object, read: usize) -> u64 {
    match object.size {
        0 => read as u64,
        known => known,
    }
}

/// What is the same for every new block blob. Enumerations are numbers: `BlobType.Block`,
/// `LeaseState.Available`, `LeaseStatus.Unlocked`.
fn of_any_blob() -> Map<String, Value> {
    const NEVER: &str = "0001-01-01T00:00:00+00:00";
    const NULL: [&str; 18] = [
        "ObjectReplicationDestinationPolicyId",
        "ObjectReplicationSourceProperties",
        "CopyStatusDescription",
        "CopyId",
        "CopyProgress",
        "CopySource",
        "BlobCopyStatus",
        "DestinationSnapshot",
        "ContentHash",
        "ContentEncoding",
        "ContentDisposition",
        "ContentLanguage",
        "CacheControl",
        "EncryptionKeySha256",
        "EncryptionScope",
        "ArchiveStatus",
        "RehydratePriority",
        "SmartAccessTier",
    ];
    let known = json!({
        "Metadata": {},
        "BlobType": 0,
        "CopyCompletedOn": NEVER,
        "CopyStatus": 0,
        "IsIncrementalCopy": false,
        "LeaseDuration": 0,
        "LeaseState": 0,
        "LeaseStatus": 1,
        "BlobSequenceNumber": 0,
        "AcceptRanges": "bytes",
        "BlobCommittedBlockCount": 0,
        "IsServerEncrypted": true,
        "AccessTier": "Hot",
        "AccessTierInferred": true,
        "AccessTierChangedOn": NEVER,
        "TagCount": 0,
        "ExpiresOn": NEVER,
        "IsSealed": false,
        "LastAccessed": NEVER,
        "ImmutabilityPolicy": {"ExpiresOn": null, "PolicyMode": null},
        "HasLegalHold": false,
    });
    let nulls = NULL.map(|name| (name.to_owned(), Value::Null));
    let known = known.as_object().cloned().unwrap_or_default();
    nulls.into_iter().chain(known).collect()
}

/// A blob's own default where the sender gave none.
pub(super) fn content_type(object: &Object) -> &str {
    match object.content_type.as_str() {
        "" => "application/octet-stream",
        known => known,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delivered(data_type: &str, content: Value) -> Delivery {
        let binding = json!({"type": "blobTrigger", "name": "b", "path": "in/{name}.{ext}", "dataType": data_type});
        let binding = serde_json::from_value(binding).unwrap();
        let object = json!({
            "kind": "object-created", "bucket": "in", "key": "a/b é.png", "etag": "0x8D",
            "content_type": "image/png", "time": "2026-11-23T15:00:00Z", "content": content,
        });
        let happening = serde_json::from_value(object).unwrap();
        delivery(&binding, &Arrival::new(&happening, 1)).unwrap()
    }

    #[test]
    fn the_blob_and_what_is_known_of_it() {
        let delivery = delivered("binary", json!({"base64": "AP8="}));
        assert_eq!(delivery.value.wire(), "AP8=");
        let metadata = delivery.binding_data.metadata();
        assert_eq!(
            metadata["Uri"],
            "\"https://account.blob.core.windows.net/in/a/b%20%C3%A9.png\""
        );
        assert_eq!(
            (&metadata["name"], &metadata["ext"]),
            (&json!("\"a/b é\""), &json!("\"png\""))
        );
        assert_eq!(metadata["Metadata"], json!({}));
        let properties = &metadata["Properties"];
        assert_eq!(properties["ContentLength"], 2);
        assert_eq!(properties["ContentType"], "image/png");
        assert_eq!(properties["LastModified"], "2026-11-23T15:00:00+00:00");
        assert_eq!(
            properties["ETag"],
            json!({}),
            "Newtonsoft sees nothing in it"
        );
        assert!(!metadata.contains_key("BlobTrigger"));
    }

    #[test]
    fn text_without_its_mark() {
        let delivery = delivered("string", json!({"text": "\u{feff}hi"}));
        assert_eq!(delivery.value.wire(), "\"hi\"");
    }
}
