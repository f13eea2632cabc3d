//! What the data of an event can be read as, and what is said where they can't.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

use std::collections::BTreeMap;
use std::fmt::Debug;

use bytes::Bytes;
use polyfn_core::{Data, Timestamp};
use proptest::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use serde_json::{Value, json};

fn unknown(bytes: &[u8]) -> Data {
    Data::new(bytes.to_vec())
}

fn text(text: &str) -> Data {
    Data::new(text.to_owned()).with_content_type("text/plain; charset=utf-8")
}

fn json(text: &str) -> Data {
    Data::json(text.to_owned())
}

fn octets(bytes: &[u8]) -> Data {
    unknown(bytes).with_content_type("application/octet-stream")
}

#[track_caller]
fn reads<T: DeserializeOwned + PartialEq + Debug>(data: &Data, value: T) {
    let read = data.read::<T>();
    let content_type = data.content_type();
    match read {
        Ok(read) => assert_eq!(read, value, "{content_type:?} {:?}", data.bytes()),
        Err(error) => panic!("{content_type:?} {:?}: {error}", data.bytes()),
    }
}

#[track_caller]
fn fails<T: DeserializeOwned + Debug>(data: &Data, status: u16, says: &str) {
    let error = data.read::<T>().expect_err("it does not fit");
    let said = error.to_string();
    assert!(said.contains(says), "{:?}: {said}", data.bytes());
    assert_eq!(error.status(), status, "{said}");
}

#[derive(Debug, PartialEq, Deserialize)]
struct Order {
    id: u64,
    #[serde(default)]
    items: Vec<Item>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Item {
    price: f64,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Wrapper<T>(T);

#[derive(Debug, PartialEq, Deserialize)]
struct Unit;

#[derive(Debug, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Placed,
    Paid(u32),
    Sent { by: String },
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum Either {
    Number(u64),
    Text(String),
}

#[derive(Debug, PartialEq, Deserialize)]
struct Flat {
    id: u64,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

#[test]
fn a_string_is_the_text_unless_the_content_type_is_json() {
    reads(&unknown(b"\"hi\""), "\"hi\"".to_owned());
    reads(&text("\"hi\""), "\"hi\"".to_owned());
    reads(&octets(b"hi"), "hi".to_owned());
    reads(&json(r#""h\u0069""#), "hi".to_owned());
    reads(&unknown(b""), String::new());
    reads(
        &unknown(br#""hi""#).with_content_type("Application/Vnd.Shop+JSON ; v=1"),
        "hi".to_owned(),
    );
    for is_text in ["text/csv", "application/xml", "application/soap+xml"] {
        reads(&unknown(b"7").with_content_type(is_text), "7".to_owned());
    }
    fails::<String>(&json("hi"), 400, "not valid JSON");
    fails::<String>(&json("7"), 422, "expected a string");
    fails::<String>(&json(""), 400, "EOF");
    fails::<String>(&unknown(b"a\xFF"), 400, "UTF-8");
    fails::<String>(&json("\"a\u{0}\""), 400, "control character");
}

#[test]
fn bytes_are_the_bytes_whatever_they_are() {
    for data in [
        unknown(b"\xFF\x00"),
        octets(b"null"),
        json("{"),
        text(""),
        Data::none(),
    ] {
        reads(&data, data.bytes().clone());
    }
    reads(&json("[1,2]"), vec![1_u8, 2]);
}

#[test]
fn nothing_is_none_and_unit() {
    for nothing in [unknown(b""), json(""), json(" null\n"), octets(b"null")] {
        reads(&nothing, None::<Order>);
        reads(&nothing, None::<Bytes>);
        reads(&nothing, Some(()).filter(|()| false));
        reads(&nothing, ());
    }
    reads(&text("null"), Some("null".to_owned()));
    reads(&text(""), None::<String>);
    reads(&unknown(b"7"), Some(7_u8));
    reads(&unknown(b"7"), Some(Some(7_u8)));
    reads(&json("null"), Unit);
    reads(&json("null"), Value::Null);
    fails::<()>(&json("7"), 422, "expected unit");
    fails::<Order>(&Data::none(), 400, "EOF");
    fails::<Option<u8>>(&json("x"), 400, "not valid JSON");
}

#[test]
fn a_newtype_is_what_it_wraps() {
    reads(&unknown(b"hi"), Wrapper("hi".to_owned()));
    reads(&json("7"), Wrapper(Wrapper(7)));
    reads(&unknown(b"\xFF"), Wrapper(Bytes::from_static(b"\xFF")));
    reads(&unknown(b""), Wrapper(None::<u8>));
}

#[test]
fn an_enum_is_json_or_the_name_as_text() {
    reads(&json(r#""placed""#), State::Placed);
    reads(&unknown(br#"{"paid":7}"#), State::Paid(7));
    let sent = State::Sent {
        by: "post".to_owned(),
    };
    reads(&unknown(br#"{"sent":{"by":"post"}}"#), sent);
    reads(&text("placed"), State::Placed);
    fails::<State>(&text("lost"), 422, "unknown variant `lost`");
    fails::<State>(&json(r#"{"paid":"x"}"#), 422, "at `paid`");
    reads(&unknown(b"7"), Either::Number(7));
    reads(&json(r#""x""#), Either::Text("x".to_owned()));
    reads(&text("x"), Either::Text("x".to_owned()));
}

#[test]
fn numbers_keep_each_of_their_digits() {
    reads(&json(&i128::MIN.to_string()), i128::MIN);
    reads(&unknown(u128::MAX.to_string().as_bytes()), u128::MAX);
    reads(&json(&u64::MAX.to_string()), u64::MAX);
    reads(&json(&i64::MIN.to_string()), i64::MIN);
    fails::<u8>(&json("256"), 422, "256");
    fails::<u64>(&json("-1"), 422, "-1");
    let long = "12345678901234567890123456789.10";
    let raw: Box<RawValue> = json(long).read().unwrap();
    assert_eq!(raw.get(), long);
    let object: BTreeMap<String, Box<RawValue>> =
        json(&format!(r#"{{"n": {long}}}"#)).read().unwrap();
    assert_eq!(object["n"].get(), long);
    fails::<Box<RawValue>>(&json("{"), 400, "EOF");
    fails::<Box<RawValue>>(&unknown(b"\"\xFF\""), 400, "not valid JSON");
}

#[test]
fn what_takes_a_string_takes_text() {
    let time: Timestamp = "2018-04-05T17:31:00Z".parse().unwrap();
    reads(&text("2018-04-05T17:31:00Z"), time);
    reads(&json(r#""2018-04-05T17:31:00Z""#), time);
    reads(&text("x"), 'x');
    reads(&json(r#""x""#), 'x');
    reads(&text("7"), Value::String("7".to_owned()));
    fails::<Order>(&text(r#"{"id":7}"#), 422, "invalid type: string");
    fails::<u8>(&text("7"), 422, "invalid type: string");
    fails::<Value>(
        &unknown(b"a\xFF").with_content_type("text/plain"),
        400,
        "UTF-8",
    );
}

#[test]
fn all_else_is_json() {
    for data in [
        unknown(br#"{"id":7}"#),
        json(" {\"id\":7}\r\n"),
        octets(br#"{"id":7}"#),
    ] {
        reads(
            &data,
            Order {
                id: 7,
                items: vec![],
            },
        );
        reads(&data, json!({"id": 7}));
    }
    reads(&json("[1,true]"), (1, true));
    reads(&json("true"), true);
    reads(&json("1.5"), 1.5_f64);
    let rest = BTreeMap::from([("x".to_owned(), json!([1]))]);
    reads(&json(r#"{"id":7,"x":[1]}"#), Flat { id: 7, rest });
    // Some write one, though JSON has none.
    reads(
        &unknown(b"\xEF\xBB\xBF{\"id\":7}"),
        Order {
            id: 7,
            items: vec![],
        },
    );
}

#[test]
fn errors_name_the_path_of_what_does_not_fit() {
    let wrong = json(r#"{"id":7,"items":[{"price":1},{"price":"x"}]}"#);
    fails::<Order>(
        &wrong,
        422,
        "at `items[1].price`: invalid type: string \"x\"",
    );
    fails::<Order>(&json(r#"{"items":[]}"#), 422, "missing field `id`");
    fails::<Order>(&json(r#"{"id":7,"items":[{"#), 400, "at `items[0]");
    fails::<Order>(&json("{"), 400, "not valid JSON: EOF");
    fails::<Order>(&json(r#"{"id":7} trailing"#), 400, "trailing characters");
    fails::<Order>(&json(r#"{"id":7}{"id":8}"#), 400, "trailing characters");
    fails::<Order>(&unknown(b"order 7"), 400, "not valid JSON");
    fails::<Order>(
        &json("7"),
        422,
        "the data do not fit: invalid type: integer `7`",
    );
    fails::<Value>(&json(&"[".repeat(100_000)), 400, "recursion limit");
}

proptest! {
    #[test]
    fn no_data_make_reading_panic(
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..40),
            r#"[\[\]{}:,"a-e0-9. \\-]{0,30}"#.prop_map(String::into_bytes),
            r#"\{"(id|items|paid|sent)":(null|7|-1e9|"x"|\[\{"price":[0-9tx]\}\])\}"#
                .prop_map(String::into_bytes),
        ],
        content_type in prop::option::of(prop_oneof![
            Just("application/json".to_owned()),
            Just("text/plain".to_owned()),
            any::<String>(),
        ]),
    ) {
        let mut data = Data::new(bytes);
        if let Some(content_type) = content_type {
            data = data.with_content_type(content_type);
        }
        prop_assert_eq!(data.read::<Bytes>().unwrap(), data.bytes().clone());
        let _ = data.read::<String>();
        let _ = data.read::<Value>();
        let _ = data.read::<Box<RawValue>>();
        let _ = data.read::<Option<Order>>();
        let _ = data.read::<State>();
        let _ = data.read::<Either>();
        let _ = data.read::<Flat>();
        let _ = data.read::<(u128, char)>();
        let _ = data.read::<Wrapper<()>>();
        let _ = data.read::<f64>();
    }

    #[test]
    fn json_is_read_as_serde_json_reads_it(text in r#"[\[\]{}:,"a0-1 .e-]{0,12}"#) {
        let data = json(&text);
        let ours = data.read::<Value>().ok();
        prop_assert_eq!(ours, serde_json::from_str::<Value>(&text).ok());
    }
}
