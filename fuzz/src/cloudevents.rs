//! CloudEvents.

use bytes::Bytes;
use polyfn_core::cloudevents::{CloudEvent, decode, from_json, to_json, to_message};

use crate::message;

/// An event in JSON.
pub(crate) fn json(input: &[u8]) {
    if let Ok(event) = from_json(&Bytes::copy_from_slice(input)) {
        check(&event);
    }
}

/// An HTTP message.
pub(crate) fn message(input: &[u8]) {
    let (headers, body) = message::parse(input);
    if let Ok(events) = decode(&headers, &body) {
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
