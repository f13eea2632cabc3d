//! Requests of Google's, from the files in `tests/data`.

use std::fs;
use std::path::PathBuf;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use polyfn_core::{Context, Delivery, Payload, Target, Timestamp};
use polyfn_gcp::{Decoded, decode};

/// A request: its headers and its body.
pub(crate) struct Golden {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

pub(crate) fn data(path: &str) -> Vec<u8> {
    let file: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests", "data", path]
        .iter()
        .collect();
    fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

impl Golden {
    /// That of a file in `requests`: headers, an empty line, the body without the last line's end.
    pub(crate) fn read(name: &str) -> Self {
        let text = String::from_utf8(data(&format!("requests/{name}.http"))).unwrap();
        let (head, body) = text.split_once("\n\n").unwrap();
        let mut headers = HeaderMap::new();
        for line in head.lines() {
            let (name, value) = line.split_once(": ").unwrap();
            headers.append(
                HeaderName::from_bytes(name.as_bytes()).unwrap(),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        let body = body.strip_suffix('\n').unwrap_or(body).to_owned().into();
        Self { headers, body }
    }

    /// The same with protobuf for its JSON.
    pub(crate) fn in_protobuf(name: &str) -> Self {
        let mut golden = Self::read(name);
        let content_type = HeaderValue::from_static("application/protobuf");
        golden.headers.insert("content-type", content_type);
        golden.body = data(&format!("requests/{name}.protobuf")).into();
        golden
    }

    pub(crate) fn decoded(&self) -> Decoded {
        let decoded = decode(&self.headers, &self.body, &context());
        decoded
            .expect("it is well-formed")
            .expect("it is an event of Google's")
    }

    /// The one event that it brings.
    pub(crate) fn delivery(&self) -> Delivery {
        let mut deliveries = self.decoded().deliveries;
        assert_eq!(deliveries.len(), 1, "it brings one event");
        deliveries.remove(0)
    }
}

pub(crate) fn context() -> Context {
    Context::new(Target::Gcp, "invocation")
}

pub(crate) fn time(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn payload(golden: &Golden) -> Payload {
    golden.delivery().event().data.clone()
}

/// The names of where an event comes from.
pub(crate) fn names(delivery: &Delivery) -> Vec<&str> {
    delivery
        .origin()
        .names()
        .iter()
        .map(String::as_str)
        .collect()
}
