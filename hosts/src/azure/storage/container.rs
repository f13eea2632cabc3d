//! A container of blobs
//! (<https://learn.microsoft.com/rest/api/storageservices/operations-on-containers>).

use std::collections::HashSet;

use bytes::Bytes;
use http::Method;
use serde::Deserialize;

use super::resource::{Resource, escaped};
use crate::azure::date_time::DateTime;
use crate::event::{Content, Object};
use crate::{Error, base64, service};

/// A container of Storage in an emulator, such as Azurite, and the receipts of what was read
/// from it.
#[derive(Debug, Clone)]
pub struct BlobContainer {
    resource: Resource,
    /// The name and the entity tag of each blob that was delivered.
    receipts: HashSet<(String, String)>,
}

/// A blob that was read.
#[derive(Debug)]
pub(super) struct Blob {
    pub(super) object: Object,
    pub(super) url: String,
    pub(super) modified: DateTime,
    pub(super) etag: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename = "EnumerationResults", rename_all = "PascalCase")]
struct List {
    blobs: Blobs,
    #[serde(default)]
    next_marker: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Blobs {
    #[serde(default)]
    blob: Vec<Listed>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed {
    name: String,
    properties: Properties,
}

#[derive(Debug, Deserialize)]
struct Properties {
    #[serde(rename = "Last-Modified")]
    last_modified: String,
    #[serde(rename = "Etag")]
    etag: String,
    #[serde(rename = "Content-Type", default)]
    content_type: String,
}

impl BlobContainer {
    /// The container with that URL: `http://127.0.0.1:PORT/ACCOUNT/CONTAINER?SAS`. The signature
    /// has to allow listing and reading.
    ///
    /// # Errors
    /// When it is no such URL.
    pub fn new(url: &str) -> Result<Self, Error> {
        Ok(Self {
            resource: Resource::parse(url)?,
            receipts: HashSet::new(),
        })
    }

    pub(super) fn name(&self) -> &str {
        self.resource.name()
    }

    /// Every blob that is new, or has changed, since this was last asked.
    pub(super) async fn fresh(&mut self) -> Result<Vec<Blob>, Error> {
        let mut fresh = Vec::new();
        for listed in self.listed().await? {
            let etag = listed.properties.etag.clone();
            if self.receipts.insert((listed.name.clone(), etag)) {
                fresh.push(self.read(listed).await?);
            }
        }
        Ok(fresh)
    }

    async fn listed(&self) -> Result<Vec<Listed>, Error> {
        let mut all = Vec::new();
        let mut marker = String::new();
        loop {
            let query = format!("restype=container&comp=list&marker={}", escaped(&marker));
            let list: List = self.resource.read("", &query).await?;
            all.extend(list.blobs.blob);
            marker = list.next_marker;
            if marker.is_empty() {
                return Ok(all);
            }
        }
    }

    async fn read(&self, listed: Listed) -> Result<Blob, Error> {
        // A slash of a name is one of the path, too.
        let below = format!("/{}", escaped(&listed.name).replace("%2F", "/"));
        let answer = self.resource.call(Method::GET, &below, "", Bytes::new());
        let bytes = answer.await?.into_body();
        let Properties {
            last_modified,
            etag,
            content_type,
        } = listed.properties;
        let modified = DateTime::parse_http(&last_modified)
            .ok_or_else(|| service::unreadable(&below, &last_modified))?;
        Ok(Blob {
            url: format!("{}{below}", self.resource.url()),
            modified,
            object: Object {
                bucket: self.name().to_owned(),
                key: listed.name,
                size: bytes.len() as u64,
                etag: etag.trim_matches('"').to_owned(),
                content_type,
                content: Content::Base64(base64::encode(&bytes)),
                ..Object::default()
            },
            etag,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_blobs() {
        let xml = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
            <EnumerationResults ServiceEndpoint=\"http://127.0.0.1:1/a\" ContainerName=\"uploads\"><Prefix/>\
            <MaxResults>5000</MaxResults><Blobs><Blob><Name>in/a &amp; b.png</Name><Properties>\
            <Creation-Time>Wed, 25 Nov 2026 02:14:57 GMT</Creation-Time>\
            <Last-Modified>Wed, 25 Nov 2026 02:14:57 GMT</Last-Modified><Etag>0x8D</Etag>\
            <Content-Length>3</Content-Length><Content-Type>image/png</Content-Type><Content-Encoding/>\
            </Properties></Blob></Blobs><NextMarker/></EnumerationResults>";
        let list: List = quick_xml::de::from_str(xml).unwrap();
        let [blob] = &list.blobs.blob[..] else {
            panic!("there is one: {list:?}");
        };
        assert_eq!(blob.name, "in/a & b.png");
        assert_eq!(blob.properties.etag, "0x8D");
        assert_eq!(blob.properties.content_type, "image/png");
        assert_eq!(list.next_marker, "");
    }

    #[test]
    fn an_empty_container() {
        let xml = "<EnumerationResults><Blobs/><NextMarker/></EnumerationResults>";
        let list: List = quick_xml::de::from_str(xml).unwrap();
        assert!(list.blobs.blob.is_empty());
    }
}
