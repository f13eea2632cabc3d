//! CloudEvents.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use polyfn_core::cloudevents::{CloudEvent, decode, from_json, to_json, to_message};

/// An event in JSON.
pub(crate) fn json(input: &[u8]) {
    if let Ok(event) = from_json(&Bytes::copy_from_slice(input)) {
        check(&event);
    }
}

/// An HTTP message: lines of headers, an empty line, the body.
pub(crate) fn message(input: &[u8]) {
    let mut headers = HeaderMap::new();
    let mut rest = input;
    while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
        let line = rest[..end].trim_ascii();
        rest = &rest[end + 1..];
        if line.is_empty() {
            break;
        }
        let colon = line.iter().position(|byte| *byte == b':');
        let (name, value) = line.split_at(colon.unwrap_or(line.len()));
        let value = value.get(1..).unwrap_or_default();
        if let (Ok(name), Ok(value)) = (
            HeaderName::from_bytes(name),
            HeaderValue::from_bytes(value.trim_ascii()),
        ) {
            headers.append(name, value);
        }
    }
    if let Ok(events) = decode(&headers, &Bytes::copy_from_slice(rest)) {
        events.iter().for_each(check);
    }
}

/// What was read can be written, and is then read as the same.
fn check(event: &CloudEvent) {
    let json = to_json(event).expect("what was read can be written");
    let again = from_json(&json.clone().into()).expect("what was written can be read");
    assert_eq!(to_json(&again).as_deref(), Ok(&json[..]), "in JSON");

    if let Ok((headers, body)) = to_message(event) {
        let again = decode(&headers, &body).expect("what was written can be read");
        let [again] = &again[..] else {
            panic!("one event became {}", again.len());
        };
        assert_eq!(to_message(again), Ok((headers, body)), "in headers");
    }
}
