//! The data of events, read as types of each shape.

use std::collections::BTreeMap;

use bytes::Bytes;
use polyfn_core::Data;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

#[derive(Deserialize)]
#[allow(dead_code, reason = "what is read is dropped")]
enum Shape {
    Unit,
    Newtype(u8),
    Tuple(i8, char),
    Struct { number: i128, text: Option<String> },
}

#[derive(Deserialize)]
#[serde(untagged)]
#[allow(dead_code, reason = "what is read is dropped")]
enum Untagged {
    Text(String),
    Map(BTreeMap<String, f64>),
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "what is read is dropped")]
struct Flat {
    id: Option<u128>,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

/// A line that is the content type (none where it is empty), and the data.
pub(crate) fn read(input: &[u8]) {
    let end = input.iter().position(|byte| *byte == b'\n');
    let (content_type, bytes) = input.split_at(end.unwrap_or(0));
    let bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
    let mut data = Data::new(bytes.to_vec());
    if !content_type.is_empty() {
        data = data.with_content_type(String::from_utf8_lossy(content_type).into_owned());
    }
    assert_eq!(data.read::<Bytes>().expect("bytes are bytes"), bytes);
    let _ = data.read::<Box<RawValue>>();
    let _ = data.read::<Value>();
    let _ = data.read::<String>();
    let _ = data.read::<()>();
    let _ = data.read::<Vec<Option<bool>>>();
    let _ = data.read::<Shape>();
    let _ = data.read::<Untagged>();
    let _ = data.read::<Flat>();
}
