//! [Blob Storage]: a blob that is new or was written again. The data are its content, which no
//! payload has; `Metadata` tell which blob it is.
//!
//! The host drops `BlobTrigger`, the path, so the key is in `Uri`. Where the content is a JSON
//! object it overwrites what the metadata say; with `"dataType": "binary"` it never does.
//!
//! [Blob Storage]: https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-blob-trigger

use percent_encoding::percent_decode_str;
use polyfn_core::{
    Attributes, Data, Delivery, Error, Event, EventKind, ObjectCreated, Payload, Result,
};

use super::item::{Item, origin, source};

pub(super) fn delivery(path: Option<&str>, item: &Item<'_>) -> Result<Delivery> {
    let container = path.map(container);
    let uri = item.facts.text("Uri").ok_or_else(|| {
        Error::bad_request(
            "Metadata.Uri does not tell which blob it is: it is missing, or the blob's content \
             overwrites it, which \"dataType\": \"binary\" in function.json prevents",
        )
    })?;
    let (bucket, key) = bucket_and_key(&uri)?;
    let properties = item.facts.get("Properties");
    let properties = properties.and_then(|properties| properties.members());
    let told = |name: &str| properties.as_ref()?.get(name);
    let mut object = ObjectCreated::new(bucket, key);
    // The second one is the older name of the same.
    let size = told("ContentLength").or_else(|| told("Length"));
    object.size = size.and_then(|size| size.parsed());
    object.etag = told("ETag").and_then(|tag| etag(&tag.text()));
    object.content_type = told("ContentType").map(|kind| kind.text());
    object.version = told("VersionId").map(|version| version.text());

    let modified = told("LastModified").and_then(|time| time.time());
    let version = object
        .etag
        .clone()
        .or_else(|| modified.map(|time| time.to_string()));
    let id = match version {
        Some(version) => format!("{}@{version}", object.key),
        None => item.fallback_id(),
    };
    let source = source(&[("containers", Some(&object.bucket))]);
    let mut attributes = Attributes::new(id, source, "Microsoft.Storage.BlobCreated");
    attributes.subject = Some(object.key.clone());
    attributes.time = modified;
    attributes.datacontenttype.clone_from(&object.content_type);
    let data = Data::new(item.body.clone());
    let data = match &object.content_type {
        Some(content_type) => data.with_content_type(content_type.clone()),
        None => data,
    };
    let origin = origin(
        EventKind::ObjectCreated,
        [container.or(Some(&object.bucket))],
    );
    let event = Event::new(
        attributes,
        Payload::ObjectCreated(object),
        item.context(None),
    );
    Ok(Delivery::new(event, origin).with_raw(data))
}

/// The container of a trigger's path, `container/{name}`.
fn container(path: &str) -> &str {
    let path = path.trim_start_matches('/');
    path.split_once('/')
        .map_or(path, |(container, _)| container)
}

/// The names between braces in a trigger's path: what they capture overwrites the metadata of the
/// same name.
pub(super) fn captures(path: &str) -> impl Iterator<Item = &str> {
    path.split('{')
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('}')?.0))
}

/// The host can't write the current library's entity tags: an empty object is left of them.
fn etag(text: &str) -> Option<String> {
    let tag = text.trim_matches('"');
    (!tag.is_empty() && tag != "{}").then(|| tag.to_owned())
}

/// `https://account.blob.core.windows.net/CONTAINER/KEY`, and in an emulator, which has no name of
/// its own for the account, `http://127.0.0.1:10000/account/CONTAINER/KEY`.
fn bucket_and_key(uri: &str) -> Result<(String, String)> {
    let unreadable = |why: &str| Error::bad_request(format!("Metadata.Uri, {uri:?}, {why}"));
    let (_, rest) = uri
        .split_once("://")
        .ok_or_else(|| unreadable("is no URL"))?;
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    let (host, path) = rest
        .split_once('/')
        .ok_or_else(|| unreadable("has no path"))?;
    let path = match path.split_once('/') {
        Some((_account, path)) if is_emulator(host) => path,
        _ => path,
    };
    // The root container has no name here, and its blobs no slashes.
    let (bucket, key) = path.split_once('/').unwrap_or(("$root", path));
    let decoded = |text: &str| match percent_decode_str(text).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => Err(unreadable("is no UTF-8")),
    };
    let (bucket, key) = (decoded(bucket)?, decoded(key)?);
    if bucket.is_empty() || key.is_empty() {
        return Err(unreadable("names no blob"));
    }
    Ok((bucket, key))
}

fn is_emulator(host: &str) -> bool {
    let (name, _) = host.rsplit_once(':').unwrap_or((host, ""));
    let is_address = name.starts_with('[') || name.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    is_address || !name.contains('.')
}
