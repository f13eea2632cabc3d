//! DynamoDB's typed values, as plain JSON.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_AttributeValue.html>

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use crate::json_string::push_json;
use crate::text::Text;

/// An item (`{"name": {"S": "Ada"}, "age": {"N": "36"}}`) as JSON (`{"name":"Ada","age":36}`).
///
/// The text is written while it is read: a number is the digits that DynamoDB sent.
#[derive(Debug)]
pub(super) struct Item(Vec<u8>);

impl Item {
    pub(super) fn into_json(self) -> Vec<u8> {
        self.0
    }
}

impl<'de> serde::Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut json = Vec::new();
        Members(&mut json).deserialize(deserializer)?;
        Ok(Self(json))
    }
}

/// A map of typed values.
struct Members<'j>(&'j mut Vec<u8>);

/// A list of typed values.
struct Elements<'j>(&'j mut Vec<u8>);

/// A set of numbers, or of texts and bytes.
struct Set<'j>(&'j mut Vec<u8>, fn(&mut Vec<u8>, &str));

/// A typed value: an object with one member, which is called like the type.
struct AttributeValue<'j>(&'j mut Vec<u8>);

macro_rules! seed {
    ($($seed:ident: $method:ident)*) => {$(
        impl<'de> DeserializeSeed<'de> for $seed<'_> {
            type Value = ();

            fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
                deserializer.$method(self)
            }
        }
    )*};
}

seed! {
    Members: deserialize_map
    Elements: deserialize_seq
    Set: deserialize_seq
    AttributeValue: deserialize_map
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map of typed values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let json = self.0;
        let mut separator = b'{';
        while let Some(name) = map.next_key::<Text<'de>>()? {
            json.push(separator);
            separator = b',';
            push_json(json, &name);
            json.push(b':');
            map.next_value_seed(AttributeValue(json))?;
        }
        json.extend_from_slice(if separator == b'{' { b"{}" } else { b"}" });
        Ok(())
    }
}

impl<'de> Visitor<'de> for Elements<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of typed values")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let json = self.0;
        json.push(b'[');
        let start = json.len();
        // The separator is written ahead of the value, and cut off again where none follows.
        while list.next_element_seed(AttributeValue(json))?.is_some() {
            json.push(b',');
        }
        if json.len() > start {
            json.pop();
        }
        json.push(b']');
        Ok(())
    }
}

impl<'de> Visitor<'de> for Set<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a set of strings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut set: A) -> Result<(), A::Error> {
        let Self(json, push) = self;
        let mut separator = b'[';
        while let Some(text) = set.next_element::<Text<'de>>()? {
            json.push(separator);
            separator = b',';
            push(json, &text);
        }
        json.extend_from_slice(if separator == b'[' { b"[]" } else { b"]" });
        Ok(())
    }
}

impl<'de> Visitor<'de> for AttributeValue<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a typed value, such as {\"S\": \"text\"}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let json = self.0;
        let Some(kind) = map.next_key::<Text<'de>>()? else {
            return Err(A::Error::custom("a typed value has no type"));
        };
        match &*kind {
            "S" | "B" => push_json(json, &map.next_value::<Text<'de>>()?),
            "N" => push_number(json, &map.next_value::<Text<'de>>()?),
            "BOOL" => {
                let truth: bool = map.next_value()?;
                json.extend_from_slice(if truth { b"true" } else { b"false" });
            }
            "NULL" => {
                map.next_value::<IgnoredAny>()?;
                json.extend_from_slice(b"null");
            }
            "M" => map.next_value_seed(Members(json))?,
            "L" => map.next_value_seed(Elements(json))?,
            "SS" | "BS" => map.next_value_seed(Set(json, push_json))?,
            "NS" => map.next_value_seed(Set(json, push_number))?,
            other => {
                return Err(A::Error::custom(format_args!(
                    "{other:?} is no type of a value"
                )));
            }
        }
        match map.next_key::<IgnoredAny>()? {
            None => Ok(()),
            Some(_) => Err(A::Error::custom("a typed value has more than one type")),
        }
    }
}

/// The digits as they are. What JSON would not take for a number stays text: nothing is lost,
/// and the handler's type says where.
fn push_number(json: &mut Vec<u8>, digits: &str) {
    let is_number = digits.starts_with(|c: char| c == '-' || c.is_ascii_digit())
        && serde_json::from_str::<&RawValue>(digits).is_ok_and(|number| number.get() == digits);
    if is_number {
        json.extend_from_slice(digits.as_bytes());
    } else {
        push_json(json, digits);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::super::flaw::read;
    use super::*;

    fn plain(item: &str) -> String {
        let item: Item = read(item).unwrap();
        String::from_utf8(item.into_json()).unwrap()
    }

    #[test]
    fn types_are_taken_off() {
        let item = r#"{"s": {"S": "a\"b"}, "n": {"N": "12345678901234567890.123456789012345678"},
            "e": {"N": "1E+2"}, "b": {"B": "AP8="}, "t": {"BOOL": true}, "f": {"BOOL": false},
            "x": {"NULL": true}, "m": {"M": {"in": {"L": [{"N": "-0.5"}, {"S": ""}]}, "none": {"M": {}}}},
            "l": {"L": []}, "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2.50"]}, "bs": {"BS": ["AA=="]}}"#;
        assert_eq!(
            plain(item),
            r#"{"s":"a\"b","n":12345678901234567890.123456789012345678,"e":1E+2,"b":"AP8=","t":true,"f":false,"x":null,"m":{"in":[-0.5,""],"none":{}},"l":[],"ss":["a","b"],"ns":[1,2.50],"bs":["AA=="]}"#
        );
        assert_eq!(plain("{}"), "{}");
    }

    #[test]
    fn what_is_no_number_of_json_stays_text() {
        for digits in [
            "+5", "007", "NaN", ".5", "5.", "", " 5", "5 ", "0x1", "-", "1\u{0}", "true", "null",
            "[1]", "\"5\"",
        ] {
            let item = json!({"n": {"N": digits}}).to_string();
            let told: Value = serde_json::from_str(&plain(&item)).unwrap();
            assert_eq!(told, json!({"n": digits}));
        }
    }

    #[test]
    fn what_is_malformed_says_where() {
        for (item, place) in [
            (r#"{"a": {"M": {"b": {"N": 5}}}}"#, "a"),
            (r#"{"a": {"S": "x", "N": "5"}}"#, "a"),
            (r#"{"a": {}}"#, "a"),
            (r#"{"a": {"X": "x"}}"#, "a"),
            (r#"{"a": "x"}"#, "a"),
        ] {
            let flaw = read::<Item>(item).unwrap_err().to_string();
            assert!(flaw.starts_with(place), "{flaw}");
        }
    }

    fn any_value() -> impl Strategy<Value = (Value, Value)> {
        let leaf = prop_oneof![
            ".{0,8}".prop_map(|text| (json!({"S": text}), json!(text))),
            any::<i64>().prop_map(|n| (json!({"N": n.to_string()}), json!(n))),
            any::<bool>().prop_map(|truth| (json!({"BOOL": truth}), json!(truth))),
            Just((json!({"NULL": true}), Value::Null)),
            prop::collection::vec(".{0,4}", 0..3)
                .prop_map(|texts| (json!({"SS": texts}), json!(texts))),
            prop::collection::vec(any::<i32>(), 0..3).prop_map(|numbers| {
                let texts: Vec<_> = numbers.iter().map(ToString::to_string).collect();
                (json!({"NS": texts}), json!(numbers))
            }),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(|items| {
                    let (typed, plain): (Vec<_>, Vec<_>) = items.into_iter().unzip();
                    (json!({"L": typed}), json!(plain))
                }),
                prop::collection::btree_map(".{0,4}", inner, 0..4).prop_map(|members| {
                    let (mut typed, mut plain) = (json!({}), json!({}));
                    for (name, (t, p)) in members {
                        typed[&name] = t;
                        plain[&name] = p;
                    }
                    (json!({"M": typed}), plain)
                }),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_value_is_lost((typed, expected) in any_value()) {
            let told = plain(&json!({"v": typed}).to_string());
            let told: Value = serde_json::from_str(&told).unwrap();
            prop_assert_eq!(&told["v"], &expected);
        }
    }
}
