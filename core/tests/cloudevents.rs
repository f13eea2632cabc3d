//! CloudEvents as they travel: each mode, what is refused, and that nothing is lost.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use polyfn_core::cloudevents::{
    CloudEvent, CloudEventError, Mode, batch_to_json, decode, from_json, to_json, to_message,
};
use polyfn_core::{Attributes, Data, Extension, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

/// The headers of a whole event in binary mode, with `more`, which win over these.
fn binary(more: &[(&'static str, &str)]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let required = [
        ("ce-specversion", "1.0"),
        ("ce-id", "1"),
        ("ce-source", "/shop"),
        ("ce-type", "com.example.order.placed"),
    ];
    for (name, value) in required.iter().chain(more) {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        headers.insert(*name, value);
    }
    headers
}

fn one(headers: &HeaderMap, body: impl Into<Bytes>) -> Result<CloudEvent, CloudEventError> {
    let mut events = decode(headers, &body.into())?;
    assert_eq!(events.len(), 1, "one event was sent");
    Ok(events.remove(0))
}

fn headers(content_type: &'static str) -> HeaderMap {
    HeaderMap::from_iter([(
        http::header::CONTENT_TYPE,
        HeaderValue::from_static(content_type),
    )])
}

/// A whole event in JSON, with the members of `more`, which win over these.
fn structured(more: &Value) -> Bytes {
    let mut event = json!({
        "specversion": "1.0", "id": "1", "source": "/shop", "type": "com.example.order.placed",
    });
    let members = event.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    event.to_string().into()
}

fn read(more: &Value) -> Result<CloudEvent, CloudEventError> {
    from_json(&structured(more))
}

#[test]
fn the_mode_is_what_the_headers_say() {
    for (content_type, mode) in [
        ("application/cloudevents+json", Some(Mode::Structured)),
        (
            "Application/CloudEvents+JSON; charset=UTF-8",
            Some(Mode::Structured),
        ),
        ("application/cloudevents-batch+json", Some(Mode::Batched)),
        (
            "APPLICATION/CLOUDEVENTS-BATCH+JSON ;charset=\"utf-8\"",
            Some(Mode::Batched),
        ),
        ("application/json", None),
        ("application/cloudevents+avro", None),
        ("application/cloudevents", None),
    ] {
        assert_eq!(Mode::of(&headers(content_type)), mode, "{content_type}");
    }
    assert_eq!(Mode::of(&binary(&[])), Some(Mode::Binary));
    assert_eq!(
        Mode::of(&binary(&[("content-type", "application/cloudevents+json")])),
        Some(Mode::Structured),
        "the content type wins: headers may repeat the attributes"
    );
    assert_eq!(Mode::of(&HeaderMap::new()), None);
}

#[test]
fn what_is_no_cloudevent_says_what_there_is() {
    let error = decode(&headers("application/json"), &Bytes::new()).unwrap_err();
    let said = error.to_string();
    assert!(said.contains("application/json"), "{said}");
    assert_eq!(error.attribute(), None);

    let mut headers = binary(&[]);
    headers.remove("ce-specversion");
    let error = one(&headers, "").unwrap_err();
    assert_eq!(
        error.attribute(),
        Some("specversion"),
        "the other headers show what was meant: {error}"
    );
}

#[test]
fn header_values_are_decoded_as_the_http_binding_says() {
    for (sent, meant) in [
        ("Euro%20%E2%82%AC%20%F0%9F%98%80", "Euro € 😀"),
        ("Euro%20%e2%82%ac", "Euro €"),
        ("%41bc", "Abc"),
        ("100%2525", "100%25"),
        ("a b", "a b"),
        ("a%zz%4", "a%zz%4"),
        ("100%", "100%"),
        ("Grüße", "Grüße"),
        ("  around  ", "around"),
        (r#""quoted text""#, "quoted text"),
        (r#""with \"quotes\" and \\""#, r#"with "quotes" and \"#),
        (r#""quoted%20%22too%22""#, "quoted \"too\""),
        (r#""half"#, r#""half"#),
        (r#"""#, r#"""#),
        (r#""""#, ""),
        (r#""ends with \""#, r"ends with \"),
        ("a+b", "a+b"),
        ("", ""),
    ] {
        let event = one(&binary(&[("ce-subject", sent)]), "").unwrap();
        assert_eq!(
            event.attributes.subject.as_deref(),
            Some(meant),
            "of {sent:?}"
        );
    }
    for wrong in ["%C0%A0", "%FF", "%ED%A0%80", "a%E2%82"] {
        let error = one(&binary(&[("ce-subject", wrong)]), "").unwrap_err();
        assert_eq!(error.attribute(), Some("subject"), "{wrong}: {error}");
        assert!(error.to_string().contains("UTF-8"), "{wrong}: {error}");
    }
}

#[test]
fn what_an_event_must_have_is_named() {
    for (header, attribute) in [
        ("ce-id", "id"),
        ("ce-source", "source"),
        ("ce-type", "type"),
        ("ce-specversion", "specversion"),
    ] {
        let mut missing = binary(&[]);
        missing.remove(header);
        for headers in [missing, binary(&[(header, "")])] {
            let error = one(&headers, "").unwrap_err();
            assert_eq!(error.attribute(), Some(attribute), "binary: {error}");
        }
        for value in [Value::Null, json!(""), json!(7)] {
            let error = read(&json!({ attribute: value })).unwrap_err();
            assert_eq!(
                error.attribute(),
                Some(attribute),
                "structured {value}: {error}"
            );
        }
    }
}

#[test]
fn versions_that_are_compatible_are_read() {
    for version in ["1.0", "1.0.2", "1.1"] {
        one(&binary(&[("ce-specversion", version)]), "").expect(version);
        read(&json!({"specversion": version})).expect(version);
    }
    for version in ["0.3", "2.0", "10", "one"] {
        let error = one(&binary(&[("ce-specversion", version)]), "").unwrap_err();
        assert!(error.to_string().contains(version), "{error}");
        let error = read(&json!({"specversion": version})).unwrap_err();
        assert_eq!(error.attribute(), Some("specversion"), "{error}");
    }
}

#[test]
fn a_header_that_is_there_twice_is_refused() {
    let mut headers = binary(&[]);
    headers.append("ce-id", HeaderValue::from_static("2"));
    let error = one(&headers, "").unwrap_err();
    assert_eq!(error.attribute(), Some("id"), "{error}");
    assert!(error.to_string().contains("more than once"), "{error}");
}

#[test]
fn times_have_offsets_and_fractions() {
    for (sent, meant) in [
        ("2018-04-05T17:31:00Z", "2018-04-05T17:31:00Z"),
        ("2018-04-05T17:31:00+02:00", "2018-04-05T15:31:00Z"),
        ("2018-04-05T17:31:00.5-00:30", "2018-04-05T18:01:00.5Z"),
        (
            "2018-04-05T17:31:00.123456789Z",
            "2018-04-05T17:31:00.123456789Z",
        ),
        ("2018-04-05t17:31:00z", "2018-04-05T17:31:00Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        (
            "2018-04-05T17:31:00.1234567891Z",
            "2018-04-05T17:31:00.123456789Z",
        ),
    ] {
        let meant: Timestamp = meant.parse().unwrap();
        let event = one(&binary(&[("ce-time", sent)]), "").unwrap();
        assert_eq!(event.attributes.time, Some(meant), "binary {sent}");
        let event = read(&json!({"time": sent})).unwrap();
        assert_eq!(event.attributes.time, Some(meant), "structured {sent}");
    }
    for wrong in ["", "yesterday", "2018-04-05", "2018-13-05T17:31:00Z"] {
        let error = one(&binary(&[("ce-time", wrong)]), "").unwrap_err();
        assert_eq!(error.attribute(), Some("time"), "{error}");
        assert!(error.to_string().contains(wrong), "{error}");
    }
}

#[test]
fn binary_data_are_the_body_whatever_it_is() {
    for (content_type, body) in [
        ("application/json; charset=utf-8", &br#"{"order":7}"#[..]),
        ("TEXT/Plain", b"Gr\xFC\xDFe"),
        ("application/xml", b"<order/>"),
        ("application/octet-stream", &[0, 255, 10, 13]),
    ] {
        let headers = binary(&[("content-type", content_type)]);
        let event = one(&headers, body).unwrap();
        assert_eq!(event.data.bytes(), body, "{content_type}");
        assert_eq!(event.data.content_type(), Some(content_type));
        let told = event.attributes.datacontenttype.as_deref();
        assert_eq!(told, Some(content_type));
    }
    let headers = binary(&[("ce-datacontenttype", "text/plain")]);
    let event = one(&headers, "x").unwrap();
    assert_eq!(
        event.attributes.datacontenttype, None,
        "only Content-Type says it"
    );

    let headers = binary(&[("content-type", "text/plain; name=\u{fc}")]);
    let error = one(&headers, "").unwrap_err();
    assert_eq!(error.attribute(), Some("datacontenttype"), "{error}");
}

#[test]
fn structured_data_are_json_text_or_base64() {
    for (members, data) in [
        (json!({}), Data::none()),
        (json!({"data": {"order": 7}}), Data::json(r#"{"order":7}"#)),
        (json!({"data": "text"}), Data::json(r#""text""#)),
        (json!({"data": null}), Data::json("null")),
        (json!({"data": false}), Data::json("false")),
        (
            json!({"datacontenttype": "Text/JSON", "data": "text"}),
            Data::new("\"text\"").with_content_type("Text/JSON"),
        ),
        (
            json!({"datacontenttype": "application/vnd.a+json;v=1", "data": [1]}),
            Data::new("[1]").with_content_type("application/vnd.a+json;v=1"),
        ),
        (
            json!({"datacontenttype": "application/xml", "data": "<a b=\"ü\"/>"}),
            Data::new("<a b=\"ü\"/>").with_content_type("application/xml"),
        ),
        (
            json!({"datacontenttype": "text/plain", "data": null}),
            Data::none().with_content_type("text/plain"),
        ),
        (
            json!({"datacontenttype": "text/plain", "data": {"not": "text"}}),
            Data::new(r#"{"not":"text"}"#).with_content_type("text/plain"),
        ),
        (
            json!({"data_base64": "AP8K"}),
            Data::new(&b"\x00\xFF\n"[..]),
        ),
        (
            json!({"datacontenttype": "image/png", "data_base64": "AP8K"}),
            Data::new(&b"\x00\xFF\n"[..]).with_content_type("image/png"),
        ),
        (
            json!({"datacontenttype": "application/json", "data_base64": "eyJhIjoxfQ=="}),
            Data::json(r#"{"a":1}"#),
        ),
        (
            json!({"data": null, "data_base64": "AP8K"}),
            Data::new(&b"\x00\xFF\n"[..]),
        ),
        (json!({"data": 7, "data_base64": null}), Data::json("7")),
    ] {
        let event = read(&members).unwrap();
        assert_eq!(event.data.bytes(), data.bytes(), "bytes of {members}");
        assert_eq!(
            event.data.content_type(),
            data.content_type(),
            "content type of {members}"
        );
    }
}

#[test]
fn json_data_stay_as_they_are_written() {
    let json = r#"{"specversion":"1.0","id":"1","source":"/","type":"t",
        "data": { "n" : 12345678901234567890123.10, "e": 1E400 } }"#;
    let event = from_json(&json.into()).unwrap();
    let data = r#"{ "n" : 12345678901234567890123.10, "e": 1E400 }"#;
    assert_eq!(event.data.bytes(), data);
}

#[test]
fn structured_events_that_are_wrong_say_why() {
    for (members, attribute, why) in [
        (
            json!({"data": 1, "data_base64": "AA=="}),
            None,
            "data_base64",
        ),
        (
            json!({"data_base64": "***"}),
            Some("data_base64"),
            "no base64",
        ),
        (
            json!({"data_base64": "AA"}),
            Some("data_base64"),
            "no base64",
        ),
        (json!({"data_base64": 7}), Some("data_base64"), "no text"),
        (json!({"subject": ["a"]}), Some("subject"), "no text"),
        (json!({"time": 7}), Some("time"), "no text"),
        (json!({"extension": 0.5}), Some("extension"), "0.5"),
        (
            json!({"extension": 2_147_483_648_u32}),
            Some("extension"),
            "32 bits",
        ),
        (json!({"extension": {}}), Some("extension"), "neither"),
        (
            json!({"traceParent": "x"}),
            Some("traceParent"),
            "lower-case",
        ),
        (
            json!({"my_extension": "x"}),
            Some("my_extension"),
            "lower-case",
        ),
        (json!({"": "x"}), Some(""), "lower-case"),
        (json!({"größe": "x"}), Some("größe"), "lower-case"),
    ] {
        let error = read(&members).unwrap_err();
        assert_eq!(error.attribute(), attribute, "{members}: {error}");
        assert!(error.to_string().contains(why), "{members}: {error}");
    }
    for malformed in ["", "null", "[]", "7", "{", "{} {}", "\"text\"", "\u{feff}"] {
        let error = from_json(&malformed.into()).unwrap_err();
        assert!(
            error.attribute().is_none_or(|name| name == "specversion"),
            "{malformed:?}: {error}"
        );
    }
    let headers = headers("application/cloudevents+json; charset=ISO-8859-1");
    let error = decode(&headers, &structured(&json!({}))).unwrap_err();
    assert!(error.to_string().contains("ISO-8859-1"), "{error}");
}

#[test]
fn extensions_keep_their_types_in_json_and_are_text_in_headers() {
    let more = json!({"text": "x", "truth": true, "number": -7, "most": i32::MAX, "none": null});
    let event = read(&more).unwrap();
    let extensions = &event.attributes.extensions;
    assert_eq!(extensions["text"], Extension::Text("x".to_owned()));
    assert_eq!(extensions["truth"], Extension::Bool(true));
    assert_eq!(extensions["number"], Extension::Integer(-7));
    assert_eq!(extensions["most"], Extension::Integer(i32::MAX));
    assert_eq!(extensions.get("none"), None, "null is as good as absent");
    assert_eq!(event.attributes.extension("text"), Some("x"));

    let (headers, body) = to_message(&event).unwrap();
    assert_eq!(headers["ce-truth"], "true");
    assert_eq!(headers["ce-number"], "-7");
    let event = one(&headers, body).unwrap();
    assert_eq!(event.attributes.extension("number"), Some("-7"));
}

#[test]
fn names_that_are_not_allowed_are_refused_on_each_way() {
    for header in ["ce-data", "ce-my-extension", "ce-my_extension", "ce-"] {
        let error = one(&binary(&[(header, "x")]), "").unwrap_err();
        assert_eq!(error.attribute(), header.strip_prefix("ce-"), "{error}");
    }
    for name in [
        "data",
        "id",
        "specversion",
        "Upper",
        "my_extension",
        "",
        "a b",
    ] {
        let mut event = read(&json!({})).unwrap();
        event
            .attributes
            .extensions
            .insert(name.to_owned(), "x".into());
        for error in [
            to_message(&event).unwrap_err(),
            to_json(&event).unwrap_err(),
            batch_to_json(&[event]).unwrap_err(),
        ] {
            assert_eq!(error.attribute(), Some(name), "{error}");
        }
    }
}

#[test]
fn what_can_not_be_read_is_not_written() {
    let event = CloudEvent::new(Attributes::new("", "/shop", "t"), Data::none());
    for error in [
        to_message(&event).unwrap_err(),
        to_json(&event).unwrap_err(),
    ] {
        assert_eq!(error.attribute(), Some("id"), "{error}");
    }
    for content_type in ["text/plain\n", "text/plain;name=ü"] {
        let data = Data::new("x").with_content_type(content_type);
        let event = CloudEvent::new(Attributes::new("1", "/shop", "t"), data);
        let error = to_message(&event).unwrap_err();
        assert_eq!(error.attribute(), Some("datacontenttype"), "{error}");
    }

    // An event within an event would be taken for the outer one.
    let data = Data::new("{}").with_content_type("application/cloudevents+json");
    let event = CloudEvent::new(Attributes::new("1", "/shop", "t"), data);
    let error = to_message(&event).unwrap_err();
    assert_eq!(error.attribute(), Some("datacontenttype"), "{error}");
    assert_eq!(from_json(&to_json(&event).unwrap().into()).unwrap(), event);
}

#[test]
fn a_batch_may_be_empty_and_says_which_of_it_is_wrong() {
    let headers = headers("application/cloudevents-batch+json");
    assert_eq!(decode(&headers, &"[]".into()).unwrap(), []);

    let good = read(&json!({"data": 7})).unwrap();
    let other = CloudEvent::new(
        Attributes::new("2", "/shop", "t"),
        Data::new(&[0, 255][..]).with_content_type("image/png"),
    );
    let events = [good, other];
    let json = batch_to_json(&events).unwrap();
    let again = decode(&headers, &json.into()).unwrap();
    assert_eq!(again[1], events[1]);
    assert_eq!(again[0].data, events[0].data);

    let json = format!(
        "[{},{}]",
        String::from_utf8_lossy(&structured(&json!({}))),
        r#"{"specversion":"1.0","id":"2","source":"/"}"#
    );
    let error = decode(&headers, &json.into()).unwrap_err();
    assert_eq!(error.attribute(), Some("type"));
    assert!(
        error.to_string().contains("event 1 of the batch"),
        "{error}"
    );

    for no_batch in ["{}", "", "[7]", "[[]]"] {
        decode(&headers, &no_batch.into()).expect_err(no_batch);
    }
}

#[test]
fn json_that_was_implied_is_told_when_the_event_goes_on() {
    let event = read(&json!({"data": "I'm just a string"})).unwrap();
    assert_eq!(event.attributes.datacontenttype, None);
    let json = to_json(&event).unwrap();
    assert_eq!(
        from_json(&json.into()).unwrap(),
        event,
        "JSON needs no word of it"
    );
    let (headers, body) = to_message(&event).unwrap();
    assert_eq!(headers["content-type"], "application/json");
    assert_eq!(body, "\"I'm just a string\"");
}

#[test]
fn values_may_be_long() {
    let long = "ü ".repeat(5_000);
    let mut attributes = Attributes::new("1", "/shop", "t");
    attributes.subject = Some(long.clone());
    let event = CloudEvent::new(attributes, Data::none());
    let (headers, body) = to_message(&event).unwrap();
    let again = one(&headers, body).unwrap();
    assert_eq!(again.attributes.subject, Some(long));
}

fn name() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9]{0,19}".prop_filter("taken", |name| {
        !matches!(
            &name[..],
            "id" | "source" | "type" | "subject" | "time" | "data" | "specversion"
        ) && !name.starts_with("datacontenttype")
            && !name.starts_with("dataschema")
    })
}

fn extension() -> impl Strategy<Value = Extension> {
    prop_oneof![
        any::<String>().prop_map(Extension::Text),
        any::<bool>().prop_map(Extension::Bool),
        any::<i32>().prop_map(Extension::Integer),
    ]
}

fn time() -> impl Strategy<Value = Timestamp> {
    // The years that RFC 3339 has.
    (-62_135_596_800_i64..253_402_207_200, 0..1_000_000_000_i32)
        .prop_map(|(second, nanosecond)| Timestamp::new(second, nanosecond.abs()).unwrap())
}

fn data() -> impl Strategy<Value = Data> {
    let json = prop_oneof![
        Just("null".to_owned()),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<String>().prop_map(|text| json!({ "text": text, "list": [1.5, text] }).to_string()),
    ];
    let bytes = || prop::collection::vec(any::<u8>(), 0..50);
    prop_oneof![
        Just(Data::none()),
        json.prop_map(Data::json),
        any::<String>()
            .prop_map(|text| Data::new(text).with_content_type("text/plain;charset=utf-8")),
        bytes().prop_map(|bytes| Data::new(bytes).with_content_type("image/png")),
        bytes().prop_map(|bytes| Data::new(bytes).with_content_type("text/plain")),
        bytes().prop_map(Data::json),
    ]
}

prop_compose! {
    fn event()(
        required in prop::array::uniform3("\\PC{1,20}"),
        optional in prop::array::uniform2(prop::option::of(any::<String>())),
        time in prop::option::of(time()),
        extensions in prop::collection::btree_map(name(), extension(), 0..4),
        data in data(),
    ) -> CloudEvent {
        let [id, source, event_type] = required;
        let mut attributes = Attributes::new(id, source, event_type);
        [attributes.subject, attributes.dataschema] = optional;
        attributes.time = time;
        attributes.extensions = extensions;
        CloudEvent::new(attributes, data)
    }
}

/// The event with its extensions as text, which they are in headers.
fn in_text(mut event: CloudEvent) -> CloudEvent {
    for value in event.attributes.extensions.values_mut() {
        *value = value.to_string().into();
    }
    event
}

proptest! {
    #[test]
    fn binary_mode_loses_nothing(event in event()) {
        let (headers, body) = to_message(&event).unwrap();
        for (name, value) in &headers {
            prop_assert!(value.to_str().is_ok(), "{name} is printable ASCII: {value:?}");
        }
        prop_assert_eq!(one(&headers, body).unwrap(), in_text(event));
    }

    #[test]
    fn structured_mode_loses_nothing(event in event()) {
        let json = to_json(&event).unwrap();
        prop_assert_eq!(from_json(&json.into()).unwrap(), event);
    }

    #[test]
    fn batched_mode_loses_nothing(events in prop::collection::vec(event(), 0..4)) {
        let json = batch_to_json(&events).unwrap();
        let headers = headers("application/cloudevents-batch+json");
        prop_assert_eq!(decode(&headers, &json.into()).unwrap(), events);
    }

    #[test]
    fn no_message_makes_the_decoder_panic(
        pairs in prop::collection::vec((
            prop_oneof![
                "ce-(id|source|type|specversion|time|subject|data|[a-z_-]{0,5})",
                Just("content-type".to_owned()),
            ],
            prop_oneof![
                prop::collection::vec(any::<u8>(), 0..20),
                Just(b"1.0".to_vec()),
                Just(b"application/cloudevents+json".to_vec()),
                Just(b"application/cloudevents-batch+json".to_vec()),
            ],
        ), 0..8),
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..60),
            r#"\[?\{("(id|data|time|data_base64|specversion|x)":("1.0"|7|null|\[\]|"\\ud800"),?){0,6}\}\]?"#
                .prop_map(String::into_bytes),
        ],
    ) {
        let pairs = pairs.into_iter().filter_map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            Some((name, HeaderValue::from_bytes(&value).ok()?))
        });
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name, value);
        }
        let body = Bytes::from(body);
        if let Ok(events) = decode(&headers, &body) {
            for event in events {
                to_json(&event).expect("what was read can be written");
            }
        }
        let _ = from_json(&body);
    }
}

#[cfg(feature = "cloudevents-sdk")]
mod sdk {
    use super::*;
    use ::cloudevents::{AttributesReader, Event, EventBuilder, EventBuilderV03};

    fn value(event: &CloudEvent) -> Option<Value> {
        serde_json::from_slice(event.data.bytes()).ok()
    }

    proptest! {
        #[test]
        fn the_cloudevents_crate_has_it_all(event in event()) {
            let mut event = event;
            // All that the crate's type has for it are absolute URLs.
            event.attributes.dataschema = Some("https://example.com/schema".to_owned());
            let theirs = Event::try_from(event.clone()).unwrap();
            prop_assert_eq!(theirs.id(), &event.attributes.id);
            let again = CloudEvent::try_from(theirs).unwrap();
            prop_assert_eq!(&again.attributes, &event.attributes);
            if event.data != again.data {
                let written = value(&event);
                prop_assert!(written.is_some(), "JSON alone may be written in another way");
                prop_assert_eq!(written, value(&again));
            }
        }
    }

    #[test]
    fn an_event_of_version_0_3_is_brought_up_to_1_0() {
        let theirs = EventBuilderV03::new()
            .id("1")
            .source("/shop")
            .ty("t")
            .data("text/plain", "hello")
            .build()
            .unwrap();
        let event = CloudEvent::try_from(theirs).unwrap();
        assert_eq!(event.data.bytes(), "hello");
        assert_eq!(
            event.attributes.datacontenttype.as_deref(),
            Some("text/plain")
        );
    }

    #[test]
    fn what_the_other_side_has_no_place_for_is_an_error() {
        let mut event = read(&json!({})).unwrap();
        event.attributes.dataschema = Some("/relative".to_owned());
        let error = Event::try_from(event).unwrap_err();
        assert!(error.to_string().contains("relative URL"), "{error}");

        let mut theirs = Event::try_from(read(&json!({})).unwrap()).unwrap();
        theirs.set_extension("big", i64::MAX);
        let error = CloudEvent::try_from(theirs).unwrap_err();
        assert_eq!(error.attribute(), Some("big"), "{error}");
    }
}
